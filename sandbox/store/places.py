"""Places in a list: how many records come before one, so that a far page need not skip them all."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from ..resources import Resource
from .indexes import Part, find_order

FAR = 200  # records; a page that starts there or later remembers its place
MOST = 512  # places of a list; of more, every second one is forgotten


@dataclass(slots=True)
class Place:
    """Where a record stands, or stood. before: how many records come before it; value: of the field that
    orders the list; key: its key.
    """

    before: int
    value: Any
    key: str


def find_columns(resource: Resource, order: Sequence[str]) -> tuple[Part, Part] | None:
    """The column that orders a list and the key behind it; None for a list that has no places."""
    parts = find_order(resource, order)
    if parts[0].column == "key":
        return parts[0], parts[0]
    return (parts[0], parts[1]) if parts[1].column == "key" else None


def find_nearest(places: Sequence[Place], offset: int) -> Place | None:
    """The last place that is not behind an offset. places: in their order."""
    at = bisect_right(places, offset, key=lambda place: place.before)
    return places[at - 1] if at else None


def add(places: list[Place], place: Place) -> None:
    """Remember a place."""
    at = bisect_right(places, place.before, key=lambda known: known.before)
    if not at or places[at - 1].before != place.before:
        places.insert(at, place)
    if len(places) > MOST:
        del places[::2]


def shift(places: list[Place], value: Any, key: str, by: int, order: tuple[Part, Part]) -> list[Place]:
    """The places once there is one record more (1) or less (-1)."""
    first = bisect_left(places, True, key=_compare(value, key, *order))
    for place in islice(places, first, None):
        place.before += by
    return places


def _compare(value: Any, key: str, first: Part, second: Part) -> Callable[[Place], bool]:
    """What tells whether a record comes before a place. Records without a value come after all places."""

    def comes_before(place: Place) -> bool:
        if value != place.value:
            return value is not None and (value > place.value) == first.falls
        return key != place.key and (key > place.key) == second.falls

    return comes_before
