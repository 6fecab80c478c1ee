"""Filters and orders: from parameters to conditions that the store can ask for."""

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .clock import add_days, read_instant, write_instant
from .declared import Parameter, Resource
from .problems import Fault
from .schemas import Json

OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "eq": operator.eq,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}
COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z")
DATE = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class Condition:
    """`field by value` for any of the fields. by: a key of OPERATORS."""

    fields: tuple[str, ...]
    by: str
    value: Any


def read_conditions(
    resource: Resource, parameters: tuple[Parameter, ...], values: Mapping[str, Any], style: str
) -> list[Condition]:
    """The conditions that the given values of filtering parameters make. style: of instants."""
    return [
        condition
        for parameter in parameters
        if parameter.filters and parameter.name in values
        for condition in _read_condition(resource, parameter, values[parameter.name], style)
    ]


def _read_condition(resource: Resource, parameter: Parameter, value: Any, style: str) -> Iterator[Condition]:
    fields, by = parameter.filters, parameter.by
    if field_schema(resource.schema, fields[0]).get("format") != "date-time":
        yield Condition(fields, "eq" if by == "day" else by, value)
    elif DATE.fullmatch(value):
        yield from _read_day(fields, by, value)
    else:
        yield Condition(fields, by, normalise_instant(value, style))


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


def normalise_instant(value: str, style: str) -> str:
    """An instant in ISO 8601 or as 20200309T165238Z (HA-15) in the text form that records have."""
    compact = COMPACT.fullmatch(value)
    if compact:
        year, month, day, hour, minute, second = compact.groups()
        return f"{year}-{month}-{day}T{hour}:{minute}:{second}{'.000' if style == 'milliseconds' else ''}Z"
    return write_instant(read_instant(value), style)


def field_schema(schema: Json, path: str) -> Json:
    """The schema of a field by its dotted path (`dateRange.start`, `dates.0`); {} when unknown."""
    for part in path.split("."):
        schema = schema.get("items", {}) if part.isdigit() else schema.get("properties", {}).get(part, {})
    return schema


def dig(record: Any, path: str) -> Any:
    """The value of a field by its dotted path, or None."""
    for part in path.split("."):
        if isinstance(record, list):
            record = record[int(part)] if int(part) < len(record) else None
        else:
            record = record.get(part) if isinstance(record, dict) else None
    return record


def read_order(resource: Resource, sort: Json | None, values: Mapping[str, Any]) -> tuple[str, ...]:
    """The order of a list: what the client asked for, else the resource's. '-' means descending."""
    asked = values.get(sort["parameter"]) if sort else None
    if sort is None or asked is None:
        return resource.order
    prefix = sort.get("descending")
    if prefix:
        return tuple(
            f"-{name.removeprefix(prefix)}" if name.startswith(prefix) else name for name in asked.split(",")
        )
    return (f"-{asked}" if values.get(sort.get("direction", "")) == "desc" else asked,)


def find_dependency_faults(parameters: tuple[Parameter, ...], values: Mapping[str, Any]) -> Iterator[Fault]:
    """Parameters that lack their companion, or lie after it."""
    for parameter in parameters:
        if parameter.name not in values:
            continue
        if parameter.together and parameter.together not in values:
            yield Fault("query", parameter.together, f"is required together with {parameter.name}")
        until = values.get(parameter.until) if parameter.until else None
        if until is not None and _day_or_instant(values[parameter.name], until):
            yield Fault("query", parameter.name, f"must not be later than {parameter.until} ({until})")


def _day_or_instant(start: str, end: str) -> bool:
    """Whether start is later than end; with a date on either side the dates are compared."""
    if DATE.fullmatch(start) or DATE.fullmatch(end):
        return start[:10] > end[:10]
    return read_instant(start) > read_instant(end)
