"""What the vocabulary cannot say: one function per operationId, at most 8 for all APIs."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from .calls import Answer, Call
from .clock import read_instant
from .pages import UNPAGED, Window
from .schemas import Json
from .values import dump, load

MOST_STEPS = 10_000
FIRST_DAY = date(2020, 1, 1).toordinal()  # before it the account has no traffic
LATEST = datetime.max.replace(tzinfo=UTC)
SPANS = {"hour": timedelta(hours=1), "day": timedelta(1), "week": timedelta(7), "month": timedelta(31)}


def get_usage(call: Call) -> Answer:
    """Usage of yourcompany's API by step (YC-30…YC-34, YC-I10, YC-I11).

    Calls and bytes are made up from the hour alone; projects are the caller's real ones. The range
    includes both its ends; a date as its end means that whole day. Of more than 10,000 steps the
    latest are told. Sums are those of the steps, and total_projects counts the projects that exist.
    """
    given, granularity, now = call.parameters, call.parameters["granularity"], call.clock.now()
    last = _read_end(given["end_date"]) if "end_date" in given else now
    first = _read_start(given["start_date"]) if "start_date" in given else _floor(last - timedelta(29), "day")
    created = _count_projects(call, granularity)
    data: list[Json] = [
        {
            "date": _name(step, granularity),
            **_make_traffic(call, step, granularity, now),
            "projects_created": created[step],
        }
        for step in _each_step(first, last, granularity)
    ]
    summary = {
        "total_api_calls": sum(row["api_calls"] for row in data),
        "total_data_processed": sum(row["data_processed"] for row in data),
        "total_projects": sum(created.values()),
    }
    return Answer("one", {"item": dump({"data": data, "summary": summary})})


def _read_start(text: str) -> datetime:
    instant = read_instant(text)
    try:
        return instant.astimezone(UTC)
    except OverflowError:  # 9999-12-31T23:59:59-01:00 has no text in UTC
        return instant.replace(tzinfo=UTC)


def _read_end(text: str) -> datetime:
    end = _read_start(text)
    return end if "T" in text else end.replace(hour=23, minute=59, second=59)


def _count_projects(call: Call, granularity: str) -> Counter[datetime]:
    project = call.api.resources["Project"]
    rows = call.store.page(project, call.world, call.caller.persona.owners, [], (), Window(0, UNPAGED))
    created = (_read_created(load(row)) for row in rows)
    return Counter(_floor(instant, granularity) for instant in created if instant)


def _read_created(record: Json) -> datetime | None:
    """When a record was made; None where a snapshot from elsewhere says nothing that is an instant."""
    created = record.get("created_at")
    try:
        return read_instant(created) if isinstance(created, str) else None
    except ValueError:
        return None


def _floor(instant: datetime, granularity: str) -> datetime:
    """The start of the step that an instant lies in: an hour, a day, a Monday, the first of a month."""
    hour = instant.replace(minute=0, second=0, microsecond=0)
    if granularity == "hour":
        return hour
    day = hour.replace(hour=0)
    if granularity == "week":
        return day - timedelta(day.weekday())
    return day.replace(day=1) if granularity == "month" else day


def _name(step: datetime, granularity: str) -> str:
    return step.strftime("%Y-%m-%dT%H:00:00Z") if granularity == "hour" else step.date().isoformat()


def _each_step(first: datetime, last: datetime, granularity: str) -> Iterator[datetime]:
    """Starts of the steps from the one of `first` to the one of `last`; the latest of very many."""
    span = SPANS[granularity]
    many = (last - first) / span >= MOST_STEPS
    step = _floor(last - span * (MOST_STEPS - 1) if many else first, granularity)
    while step <= last:
        yield step
        if step > LATEST - span:
            return
        # The longest month has 31 days: so many after its start lie in the next one.
        step = _floor(step + span, granularity)


def _make_traffic(call: Call, step: datetime, granularity: str, now: datetime) -> dict[str, int]:
    """Calls and bytes of a step: those of its hours, so that every granularity tells of the same traffic."""
    owner = str(call.caller.persona.owner)
    if step > now or granularity == "hour":
        calls, data = (0, 0) if step > now else _count_hour(owner, step.date(), step.hour)
        return {"api_calls": calls, "data_processed": data}
    end = _floor(step + SPANS[granularity], granularity)
    days = range(max(step.toordinal(), FIRST_DAY), min(end.toordinal(), now.toordinal() + 1))
    totals = [
        _count_day(owner, date.fromordinal(day), 23 if day < now.toordinal() else now.hour) for day in days
    ]
    return {"api_calls": sum(calls for calls, _ in totals), "data_processed": sum(data for _, data in totals)}


@lru_cache(4096)
def _count_day(owner: str, day: date, last: int) -> tuple[int, int]:
    hours = [_count_hour(owner, day, hour) for hour in range(last + 1)]
    return sum(calls for calls, _ in hours), sum(data for _, data in hours)


def _count_hour(owner: str, day: date, hour: int) -> tuple[int, int]:
    if day.toordinal() < FIRST_DAY:
        return 0, 0
    size = int.from_bytes(blake2b(f"{owner}/{day}/{hour}".encode(), digest_size=4).digest())
    return 20 + size % 80, (1 << 14) + size % (1 << 19)


QUIRKS: dict[str, Callable[[Call], Any]] = {"getUsage": get_usage}
