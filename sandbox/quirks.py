"""What the vocabulary cannot say: one function per operationId, at most 8 for all APIs."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import orjson

from .calls import Answer, Call
from .clock import read_instant
from .pages import UNPAGED, Window
from .schemas import Json

MOST_STEPS = 10_000


def get_usage(call: Call) -> Answer:
    """Usage of yourcompany's API by step (YC-30…YC-34, YC-I10, YC-I11).

    Calls and bytes are made up from the date alone; projects are the caller's real ones. Sums are
    those of the steps, and total_projects counts the projects that exist.
    """
    given = call.parameters
    today = call.clock.now().date()
    last = _read_day(given["end_date"]) if "end_date" in given else today
    first = _read_day(given["start_date"]) if "start_date" in given else last - timedelta(29)
    granularity = given["granularity"]
    created = _count_projects(call, granularity)
    data: list[Json] = [
        {"date": step, **_make_traffic(call, step), "projects_created": created[step]}
        for step in _each_step(first, last, granularity)
    ]
    summary = {
        "total_api_calls": sum(row["api_calls"] for row in data),
        "total_data_processed": sum(row["data_processed"] for row in data),
        "total_projects": sum(created.values()),
    }
    return Answer("one", {"item": orjson.dumps({"data": data, "summary": summary})})


def _read_day(text: str) -> date:
    return read_instant(text).date()


def _count_projects(call: Call, granularity: str) -> Counter[str]:
    project = call.api.resources["Project"]
    rows = call.store.page(project, call.world, call.caller.persona.owners, [], (), Window(0, UNPAGED))
    return Counter(_name_step(read_instant(orjson.loads(row)["created_at"]), granularity) for row in rows)


def _name_step(instant: datetime, granularity: str) -> str:
    if granularity == "hour":
        return instant.strftime("%Y-%m-%dT%H:00:00Z")
    day = instant.date()
    if granularity == "week":
        day -= timedelta(day.weekday())
    return (day.replace(day=1) if granularity == "month" else day).isoformat()


def _each_step(first: date, last: date, granularity: str) -> Iterator[str]:
    """Names of the steps from the first to the last day, both included; the latest of very many."""
    span = timedelta(hours=1) if granularity == "hour" else timedelta(days=1)
    start = datetime(first.year, first.month, first.day, tzinfo=UTC)
    end = datetime(last.year, last.month, last.day, 23, tzinfo=UTC)
    earliest = max(start, end - span * MOST_STEPS) if (end - start) / span > MOST_STEPS else start
    seen = ""
    while earliest <= end:
        name = _name_step(earliest, granularity)
        if name != seen:
            yield name
        seen = name
        if end - earliest < span:
            break
        earliest += span


def _make_traffic(call: Call, step: str) -> dict[str, int]:
    source = Random(f"{call.caller.persona.owner}/{step}")
    return {"api_calls": source.randrange(800, 1600), "data_processed": source.randrange(1 << 20, 1 << 23)}


QUIRKS: dict[str, Callable[[Call], Any]] = {"getUsage": get_usage}
