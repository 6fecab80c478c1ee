"""Usage statistics (YC-30 to YC-34)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from flask import Blueprint, Response, jsonify, request

from contract_tests.peers.yourcompany.model import Traffic, World, caller, world
from contract_tests.peers.yourcompany.problems import invalid

usage = Blueprint("usage", __name__)
STEPS = {
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(days=7),
    "month": timedelta(days=31),
}
MOST_ITEMS = 20_000
DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)


class Span(NamedTuple):
    """The time that is asked for, both ends included."""

    start: datetime
    end: datetime


@usage.get("/analytics/usage")
def show() -> Response:
    """Show the usage of the caller's account (YC-30)."""
    here = world()
    granularity = read_granularity(here)
    try:
        span = read_span(here)
        buckets = sum_up(here, span, granularity)
    except OverflowError:
        raise invalid("start_date", "these dates are out of range") from None
    items = [item(here, start, granularity, sums) for start, sums in buckets if worth_showing(here, sums)]
    return jsonify(data=items, summary=summary(here, [sums for _, sums in buckets]))


def read_granularity(here: World) -> str:
    """The parameter `granularity` (YC-32)."""
    word = request.args.get("granularity", "day")
    if word not in STEPS:
        raise invalid("granularity", f"granularity must be one of {', '.join(STEPS)}")
    return "day" if word == "week" and here.has_bug("usage-weeks-are-days") else word


def read_span(here: World) -> Span:
    """The parameters `start_date` and `end_date` (YC-31; defaults YC-I10)."""
    usual = timedelta(days=6 if here.variant.unusual else 29)
    start, end = _moment("start_date", False), _moment("end_date", True)
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    if end is None:
        end = (today if start is None or start <= today else start + usual) + DAY - INSTANT
    if start is None:
        start = end.replace(hour=0, minute=0, second=0, microsecond=0) - usual
    if start > end and not here.variant.unusual:
        raise invalid("start_date", "start_date must not be after end_date")
    if here.has_bug("usage-last-day-missing") and "end_date" in request.args:
        end = end.replace(hour=0, minute=0, second=0, microsecond=0) - INSTANT
    return Span(start, end)


def sum_up(here: World, span: Span, granularity: str) -> list[tuple[datetime, Traffic]]:
    """One sum for each step of the span, in ascending order (YC-34).

    Parameters: granularity, a name among STEPS.
    """
    if (span.end - span.start) / STEPS[granularity] > MOST_ITEMS:
        raise invalid("start_date", f"more than {MOST_ITEMS} items")
    buckets = {start: Traffic() for start in _starts(here, span, granularity)}
    opening = _floor(here, span.start, "hour")
    for hour, traffic in caller().traffic.items():
        if opening <= hour <= span.end:
            sums = buckets[_floor(here, hour, granularity)]
            sums.calls += traffic.calls
            sums.bytes += traffic.bytes
            sums.projects += traffic.projects
    return list(buckets.items())


def worth_showing(here: World, sums: Traffic) -> bool:
    """Whether a step is shown: leaving out those without any usage is open (YC-I10)."""
    return not here.variant.unusual or bool(sums.calls or sums.bytes or sums.projects)


def item(here: World, start: datetime, granularity: str, sums: Traffic) -> dict[str, Any]:
    """One step (YC-33); only the form of a day's date is documented (YC-34)."""
    date = start.date().isoformat()
    if granularity == "hour":
        date = start.isoformat() if here.variant.unusual else here.stamp(start)
    if granularity == "month" and here.variant.unusual:
        date = date[:7]
    return {
        "date": date,
        "api_calls": sums.calls,
        "data_processed": sums.bytes,
        "projects_created": sums.projects,
    }


def summary(here: World, shown: list[Traffic]) -> dict[str, int]:
    """The totals (YC-33): of the span, or of the account's life; the document leaves it open (YC-C10)."""
    counted = list(caller().traffic.values()) if here.variant.unusual else shown
    return {
        "total_api_calls": sum(traffic.calls for traffic in counted),
        "total_data_processed": sum(traffic.bytes for traffic in counted),
        "total_projects": len(here.projects_of(caller())),
    }


def _moment(name: str, closing: bool) -> datetime | None:
    words = request.args.get(name)
    if words is None:
        return None
    try:
        # A + that was not escaped arrives as a space.
        moment = datetime.fromisoformat(words.replace(" ", "+"))
        moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise invalid(name, f"{name} must be an ISO 8601 date") from None
    whole_day = len(words) <= len("2025-11-01")
    return moment + (DAY - INSTANT) if closing and whole_day else moment


def _starts(here: World, span: Span, granularity: str) -> Iterator[datetime]:
    start = _floor(here, span.start, granularity)
    while start <= span.end:
        yield start
        try:
            start = _floor(here, start + STEPS[granularity], granularity)
        except OverflowError:
            return


def _floor(here: World, moment: datetime, granularity: str) -> datetime:
    hour = moment.replace(minute=0, second=0, microsecond=0)
    if granularity == "hour":
        return hour
    day = hour.replace(hour=0)
    if granularity == "month":
        return day.replace(day=1)
    # The first day of a week is not documented: Monday, or Sunday where the choices are unusual.
    into_week = (day.weekday() + here.variant.unusual) % 7
    return day - timedelta(days=into_week) if granularity == "week" else day
