"""The query options of a list: how they are read, refused and applied (HA-07 to HA-20)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import NoReturn

from flask import abort
from werkzeug.datastructures import MultiDict

from .choices import Choices
from .records import Record

DEFAULT_LIMIT, MAXIMUM_LIMIT = 50, 500
MOMENTS = ("created_since", "updated_since", "created_before", "updated_before")
DAYS = ("start_date", "end_date")
OPTIONS = {"limit", "offset", "source", *MOMENTS, *DAYS}
SOURCE_ID = re.compile(r"[0-9a-f]{24}")

Filter = Callable[[Record], bool]


@dataclass(frozen=True)
class Query:
    """The options of one query of a list."""

    limit: int
    offset: int
    filters: tuple[Filter, ...]
    source: str | None


def refuse(choices: Choices, message: str) -> NoReturn:
    """Refuse a query that cannot be understood; the document names no status for it.

    :param choices: the variant that is served
    :param message: what is wrong with it
    """
    abort(422 if choices.unusual else 400, message)


def number(arguments: dict[str, str], name: str, default: int, choices: Choices) -> int:
    """Read limit or offset; the unusual server takes the default for what is not a natural number.

    :param arguments: the query
    :param name: the option
    :param default: its value when it is not given
    :param choices: the variant that is served
    """
    text = arguments.get(name, str(default))
    if re.fullmatch(r"[0-9]{1,1000}", text):
        return int(text)
    if choices.unusual:
        return default
    refuse(choices, f"{name} must be a whole number, not {text!r}")


def read_limit(arguments: dict[str, str], choices: Choices) -> int:
    """Read limit: 50 if not given, at most 500 (HA-07, HA-08).

    :param arguments: the query
    :param choices: the variant that is served; the unusual server clamps
    """
    default = 100 if choices.bug == "default_limit_100" else DEFAULT_LIMIT
    limit = number(arguments, "limit", default, choices)
    if choices.unusual:
        return min(limit or default, MAXIMUM_LIMIT)
    if limit < 1 or (limit > MAXIMUM_LIMIT and choices.bug != "limit_maximum_missing"):
        refuse(choices, f"limit must be from 1 to {MAXIMUM_LIMIT}, not {limit}")
    return limit


def moment(text: str, name: str, choices: Choices) -> datetime:
    """Read a date of the form YYYYMMDDTHHmmssZ (HA-15).

    :param text: the value
    :param name: the option that has it
    :param choices: the variant and the bug
    """
    try:
        if not re.fullmatch(r"[0-9]{8}T[0-9]{6}Z", text):
            raise ValueError(text)
        read = datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        refuse(choices, f"{name} must have the format YYYYMMDDTHHmmssZ, not {text!r}")
    return read + timedelta(hours=7) if choices.bug == "since_local_time" and read.year < 9999 else read


def day(text: str, name: str, choices: Choices) -> date:
    """Read a date of the form YYYY-MM-DD (HA-16, HA-17).

    :param text: the value
    :param name: the option that has it
    :param choices: the variant that is served
    """
    try:
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError:
        refuse(choices, f"{name} must have the format YYYY-MM-DD, not {text!r}")


def moment_filter(name: str, limit: datetime, bug: str | None) -> Filter:
    """Return the filter of one *_since or *_before option (HA-10 to HA-13).

    :param name: the option
    :param limit: its value, which itself is outside
    :param bug: the bug that the server was started with
    """
    if name == "created_since":
        if bug == "created_since_inclusive":
            return lambda record: record.created >= limit
        return lambda record: record.created > limit
    if name == "created_before":
        return lambda record: record.created < limit
    if name == "updated_since":
        if bug == "updated_since_day":
            return lambda record: record.updated.date() > limit.date()
        if bug == "updated_since_uses_created":
            return lambda record: record.created > limit
        return lambda record: record.updated > limit
    if bug == "updated_before_never_updated":
        return lambda record: record.created < record.updated < limit
    return lambda record: record.updated < limit


def moment_filters(arguments: dict[str, str], choices: Choices) -> list[Filter]:
    """Return the filters by the dates of creation and update.

    :param arguments: the query
    :param choices: the variant and the bug
    """
    given = {name: moment(arguments[name], name, choices) for name in MOMENTS if name in arguments}
    if choices.bug == "created_before_ignored_with_since" and "created_since" in given:
        given.pop("created_before", None)
    return [moment_filter(name, limit, choices.bug) for name, limit in given.items()]


def range_filter(arguments: dict[str, str], choices: Choices) -> list[Filter]:
    """Return the filter by the days of the event, both ends included (HA-16 to HA-18).

    :param arguments: the query
    :param choices: the variant and the bug; the unusual server takes one end alone, as in the example
    """
    given = {name: day(arguments[name], name, choices) for name in DAYS if name in arguments}
    if len(given) == 1 and choices.bug == "half_range_ignored":
        return []
    if len(given) == 1 and not choices.unusual:
        refuse(choices, "start_date and end_date must be used together")
    first, last = given.get("start_date", date.min), given.get("end_date", date.max)
    if first > last and not choices.unusual:
        refuse(choices, "start_date must not be later than end_date")

    def within(record: Record) -> bool:
        if choices.bug == "range_ignored_for_test_results" and record.type == "test_results":
            return True
        if choices.bug == "end_date_midnight":
            end = datetime(last.year, last.month, last.day, tzinfo=UTC)
            return any(first <= when.date() and when <= end for when in record.dates)
        return any(first <= when.date() <= last for when in record.dates)

    return [within] if given else []


def source_filter(arguments: dict[str, str], choices: Choices) -> list[Filter]:
    """Return the filter by source (HA-14).

    :param arguments: the query
    :param choices: the variant and the bug; the unusual server refuses what cannot be the id of a source
    """
    source = arguments.get("source")
    if source is None or (choices.bug == "source_ignored_with_range" and "start_date" in arguments):
        return []
    if choices.unusual and not SOURCE_ID.fullmatch(source):
        refuse(choices, f"{source!r} is not the id of a source")
    if choices.bug == "source_prefix":
        return [lambda record: record.source[:8] == source[:8]]
    return [lambda record: record.source == source]


def read_query(given: MultiDict[str, str], choices: Choices) -> Query:
    """Read all options of a list.

    :param given: the query string; of a repeated option the first counts, or the last if unusual
    :param choices: the variant and the bug
    """
    arguments = {name: values[-1 if choices.unusual else 0] for name, values in given.lists()}
    if choices.unusual:
        if unknown := sorted(set(arguments) - OPTIONS):
            refuse(choices, f"unknown query option: {', '.join(unknown)}")
        arguments = {name: value for name, value in arguments.items() if value}
    limit, offset = read_limit(arguments, choices), number(arguments, "offset", 0, choices)
    filters = source_filter(arguments, choices)
    filters += moment_filters(arguments, choices) + range_filter(arguments, choices)
    return Query(limit, offset, tuple(filters), arguments.get("source"))
