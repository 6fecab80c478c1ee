"""Filters and orders: from parameters to conditions that the store can ask for."""

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from .clock import add_days, read_instant, write_instant
from .declared import Parameter
from .problems import Fault, refuse
from .resources import Resource
from .schemas import Json, show

OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "eq": operator.eq,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
    "contains": lambda column, value: column.ilike(value, escape="\\"),
}
WILDCARDS, ESCAPED = re.compile(r"([%_\\])"), r"\\\1"
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
WANTED = "must be a date or an instant in ISO 8601"


@dataclass(frozen=True, slots=True)
class Condition:
    """`field by value` for any of the fields. by: a key of OPERATORS."""

    fields: tuple[str, ...]
    by: str
    value: Any


def read_conditions(
    resource: Resource, parameters: tuple[Parameter, ...], values: Mapping[str, Any]
) -> list[Condition]:
    """The conditions that the given values of filtering parameters make. Raises Problem invalid."""
    return [
        condition
        for parameter in parameters
        if parameter.filters and parameter.name in values
        for condition in _read_condition(resource, parameter, values[parameter.name])
    ]


def _read_condition(resource: Resource, parameter: Parameter, value: Any) -> list[Condition]:
    fields, by = parameter.filters, parameter.by
    if by == "contains" and "\0" in value:
        return [Condition(fields, "eq", value)]  # LIKE would stop reading there
    if by == "contains":
        return [Condition(fields, by, f"%{WILDCARDS.sub(ESCAPED, value)}%")]
    if not is_instant(resource, fields[0]):
        return [Condition(fields, "eq" if by == "day" else by, value)]
    if not _is_bound(value):
        raise refuse([_refuse_bound(parameter.location, parameter.name, value)])
    if by == "day" or DATE.fullmatch(value):
        return list(_read_day(fields, by, _read_utc(value).date().isoformat()))
    return [Condition(fields, by, to_column(value))]


def is_instant(resource: Resource, field: str) -> bool:
    """Whether the field, a dotted path, holds instants."""
    return field_schema(resource.schema, field).get("format") == "date-time"


def to_column(value: Any) -> Any:
    """An instant in the one form whose texts sort as time does; anything else as it is."""
    if not isinstance(value, str) or not _is_bound(value):
        return value
    return write_instant(read_instant(value), "microseconds")


def _read_day(fields: tuple[str, ...], by: str, day: str) -> Iterator[Condition]:
    """A date compared with instants means that whole UTC day (HA-I05). Instants sort as texts."""
    if by in ("gte", "day", "eq"):
        yield Condition(fields, "gte", day)
    if by in ("lte", "day", "eq"):
        yield Condition(fields, "lt", add_days(day, 1))
    if by == "gt":
        yield Condition(fields, "gte", add_days(day, 1))
    if by == "lt":
        yield Condition(fields, "lt", day)


def field_schema(schema: Json, path: str) -> Json:
    """The schema of a field by its dotted path (`dateRange.start`, `dates.0`); {} when unknown."""
    for part in path.split("."):
        schema = schema.get("items", {}) if part.isdigit() else schema.get("properties", {}).get(part, {})
    return schema


def dig(record: Any, path: str) -> Any:
    """The value of a field by its dotted path, or None."""
    if "." not in path and isinstance(record, dict):
        return record.get(path)
    for part in path.split("."):
        if isinstance(record, list):
            record = record[int(part)] if part.isdigit() and int(part) < len(record) else None
        else:
            record = record.get(part) if isinstance(record, dict) else None
    return record


def read_order(resource: Resource, sort: Json | None, values: Mapping[str, Any]) -> tuple[str, ...]:
    """The order of a list: what the client asked for, else the resource's. '-' means descending."""
    asked = values.get(sort["parameter"]) if sort else None
    if sort is None or asked is None:
        return resource.order
    prefix = sort.get("descending")
    if not prefix:
        descending = values.get(sort.get("direction", "")) == "desc"
        return (_direct(resource, asked, descending),)
    return tuple(
        _direct(resource, name.removeprefix(prefix), name.startswith(prefix)) for name in asked.split(",")
    )


def _direct(resource: Resource, name: str, descending: bool) -> str:
    return ("-" if descending else "") + resource.alias.get(name, name)


def find_dependency_faults(parameters: tuple[Parameter, ...], values: Mapping[str, Any]) -> Iterator[Fault]:
    """Parameters that lack their companion, or lie after it."""
    for parameter in parameters:
        if parameter.name not in values:
            continue
        if parameter.together and parameter.together not in values:
            message = f"is required together with {parameter.name}"
            yield Fault("query", parameter.together, message, expected=message)
        until = values.get(parameter.until) if parameter.until else None
        if until is not None:
            yield from _find_range_faults(parameter, values[parameter.name], until)


def _find_range_faults(parameter: Parameter, start: Any, end: Any) -> Iterator[Fault]:
    bounds = {parameter.name: start, str(parameter.until): end}
    faults = [_refuse_bound("query", name, value) for name, value in bounds.items() if not _is_bound(value)]
    yield from faults
    if not faults and _is_later(start, end):
        message = f"must not be later than {parameter.until} ({end})"
        yield Fault("query", parameter.name, message, ("x-sandbox", "until"), start, end)


def _refuse_bound(location: str, name: str, value: Any) -> Fault:
    message = f"{WANTED}, got {show(value)}"
    return Fault(
        location, name, message, ("x-sandbox",), value, "2026-01-31", WANTED.removeprefix("must be ")
    )


def _is_later(start: Any, end: Any) -> bool:
    """Whether start is later than end; with a date on either side the UTC dates are compared."""
    if not isinstance(start, str):
        return bool(start > end)
    first, last = _read_utc(start), _read_utc(end)
    if DATE.fullmatch(start) or DATE.fullmatch(end):
        return first.date() > last.date()
    return first > last


def _is_bound(value: Any) -> bool:
    """Whether it is a number, or the text of a date or an instant."""
    try:
        return not isinstance(value, str) or bool(value.isascii() and _read_utc(value))
    except (ValueError, OverflowError):
        return False


def _read_utc(text: str) -> datetime:
    return read_instant(text).astimezone(UTC)
