"""States that move by the clock: pure arithmetic on a declaration, a state and an instant."""

import random
from dataclasses import dataclass

from .schemas import Json


@dataclass(frozen=True, slots=True)
class Move:
    """A move to come: the state it leads to, when (Unix time), and the fields that get that instant."""

    to: str
    due: float
    stamps: tuple[str, ...]


def plan_move(states: Json | None, state: str | None, since: float, key: str, speed: str) -> Move | None:
    """The move that leaves `state`, entered at `since`, or None when it is a last state.

    The delay lies between the declared bounds and depends on the record's key only, so that every
    worker plans the same; with speed `instant` it is zero.
    """
    for move in (states or {}).get("moves", ()):
        if move["from"] == state:
            least, most = move["after"]
            delay = 0.0 if speed == "instant" else random.Random(f"{key}/{state}").uniform(least, most)
            return Move(move["to"], since + delay, tuple(move.get("stamps", ())))
    return None
