"""What a filter means: whether a record matches a value, and how values are ordered."""

import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from operator import ge, gt, le, lt
from typing import Any

from contract_tests.answers import dig
from contract_tests.operations import Parameter, Resource

Json = Any
DAY = timedelta(days=1)


def matches(resource: Resource, parameter: Parameter, record: dict[str, Json], value: Json) -> bool:
    """Whether a record matches a filter: any of its fields stands in the relation to the value."""
    return any(map(relate(parameter.relation, value), find_fields(resource, parameter, record)))


def find_fields(resource: Resource, parameter: Parameter, record: dict[str, Json]) -> list[Json]:
    """The values of a record that a filter looks at."""
    return [found for name in parameter.fields for found in dig(record, resource.dealias(name))]


def compare(relation: str, found: Json, value: Json) -> bool:
    """Whether the value found in a record stands in the relation to the value of the query."""
    return relate(relation, value)(found)


def relate(relation: str, value: Json) -> Callable[[Json], bool]:
    """Whether a value found in a record stands in the relation to this value of a query.

    A date compared with an instant means that whole UTC day.
    """
    if relation == "eq":
        text = str(value)
        return lambda found: (
            found is not None and (found == value or str(found) == text or _equal_instants(found, value))
        )
    if relation == "contains":
        part = str(value).casefold()
        return lambda found: found is not None and part in str(found).casefold()
    if relation == "day":
        return lambda found: _is_same_day(found, value)
    return _relate_order(relation, value)


def _is_same_day(found: Json, value: Json) -> bool:
    moment, day = instant(found), instant(value)
    return moment is not None and day is not None and moment.date() == day.date()


ORDERS: dict[str, Callable[[Any, Any], bool]] = {"gt": gt, "gte": ge, "lt": lt, "lte": le}
# Of a whole day, its first instant counts or the one after its last.
DAY_ORDERS: dict[str, Callable[[Any, Any], bool]] = {"gt": ge, "gte": ge, "lt": lt, "lte": lt}


def _relate_order(relation: str, value: Json) -> Callable[[Json], bool]:
    start, day, numeric = instant(value), is_date(value), isinstance(value, int | float)
    bound = start + DAY if start is not None and day and relation in ("gt", "lte") else start
    exact, whole = ORDERS[relation], DAY_ORDERS[relation]

    def holds(found: Json) -> bool:
        if isinstance(found, int | float):
            return numeric and exact(found, value)
        moment = instant(found)
        if moment is None or start is None:
            return False
        return whole(moment, bound) if day and not is_date(found) else exact(moment, start)

    return holds


def _equal_instants(found: Json, value: Json) -> bool:
    if not isinstance(found, str) or not isinstance(value, str) or "T" not in found or "T" not in value:
        return False
    moment = instant(found)
    return moment is not None and moment == instant(value)


def is_date(value: Json) -> bool:
    """Whether the value is a full date without a time (RFC 3339)."""
    return isinstance(value, str) and len(value) == 10 and instant(value) is not None


def instant(value: Json) -> datetime | None:
    """The instant that a text means, in UTC; a date is its first instant, a time without zone is UTC."""
    return _read_instant(value) if isinstance(value, str) else None


@lru_cache(1 << 16)
def _read_instant(value: str) -> datetime | None:
    try:
        if len(value) == 10:
            return datetime.combine(date.fromisoformat(value), time(), UTC)
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def write(parameter: Parameter, accepts: Callable[[Json], bool], value: Json) -> Json:
    """A value of a record as the parameter takes it; None where it takes none of its forms."""
    if accepts(value) and not (parameter.schema.get("format") == "date" and not is_date(value)):
        return value
    moment = instant(value)
    if moment is None:
        return None
    forms = ("%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ", "%Y%m%dT%H%M%SZ")
    return next((text for text in map(moment.strftime, forms) if accepts(text)), None)


def is_ordered(values: list[Json], *, descending: bool) -> bool:
    """Whether values ascend (or descend) by any usual order of their type; texts by code point or folded.

    Absent values are left out: where they go, a server may choose.
    """
    present = [value for value in values if value is not None]
    if descending:
        present.reverse()
    if all(instant(value) is not None for value in present):
        return _ascends(present, lambda value: instant(value))
    if all(isinstance(value, int | float) for value in present):
        return _ascends(present, lambda value: value)
    return any(_ascends(present, key) for key in (str, _fold, _plain, _words))


def _ascends(values: list[Json], key: Callable[[Json], Json]) -> bool:
    keys = [key(value) for value in values]
    return all(one <= other for one, other in pairwise(keys))


def _fold(value: Json) -> str:
    return str(value).casefold()


def _plain(value: Json) -> str:
    text = unicodedata.normalize("NFKD", str(value).casefold())
    return "".join(letter for letter in text if not unicodedata.combining(letter))


def _words(value: Json) -> str:
    return "".join(letter for letter in _plain(value) if letter.isalnum())


def same(one: Json, other: Json) -> bool:
    """Whether two JSON values mean the same: 1 is 1.0 and no true, instants may be written in any zone."""
    if isinstance(one, bool) or isinstance(other, bool) or one is None or other is None:
        return one is other
    if isinstance(one, int | float) and isinstance(other, int | float):
        return one == other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(value, other[key]) for key, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and (one == other or _equal_instants(one, other))
