"""States that move by the clock: pure arithmetic on a declaration, a record and an instant."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .clock import read_instant
from .schemas import Json


@dataclass(frozen=True, slots=True)
class Move:
    """A move to come.

    to: the state it leads to; due: when (Unix time); stamps: fields that get that instant; fills:
    fields that get demo values; emits: a webhook event; creates: a resource of which a record is made.
    """

    to: str
    due: float
    stamps: tuple[str, ...] = ()
    fills: tuple[str, ...] = ()
    emits: str | None = None
    creates: str | None = None


def plan_move(
    states: Json | None, record: Mapping[str, Any], since: float, key: str, speed: str = "real"
) -> Move | None:
    """The move that leaves the record's state, entered at `since`, or None when it is a last one.

    A delay lies between the declared bounds and depends on the record's key only, so that every
    worker plans the same; with speed `instant` it is zero.
    """
    for move in (states or {}).get("moves", ()):
        if states and move["from"] == record.get(states["field"]):
            due = _find_due(move, record, since, key, speed)
            stamps, fills = tuple(move.get("stamps", ())), tuple(move.get("fills", ()))
            others = move.get("emits"), move.get("creates")
            return None if due is None else Move(move["to"], due, stamps, fills, *others)
    return None


def _find_due(move: Json, record: Mapping[str, Any], since: float, key: str, speed: str) -> float | None:
    if "at" in move:
        instant = record.get(move["at"])
        return max(since, read_instant(instant).timestamp()) if instant else None
    least, most = move["after"]
    return since + (
        0.0 if speed == "instant" else random.Random(f"{key}/{move['from']}").uniform(least, most)
    )


def find_later_fields(states: Json | None, record: Mapping[str, Any]) -> set[str]:
    """The fields that only moves still to come give a value."""
    later: set[str] = set()
    state = record.get(states["field"]) if states else None
    moves = list((states or {}).get("moves", ()))
    while move := next((move for move in moves if move["from"] == state), None):
        moves.remove(move)
        later |= {*move.get("stamps", ()), *move.get("fills", ())}
        state = move["to"]
    return later
