"""Counts of records that are remembered until the next write to their world."""

from collections.abc import Callable
from typing import Any

MOST = 10_000  # counts of all worlds


class Counts:
    """Remembers counts by world, so that a write of one world costs the others nothing."""

    def __init__(self) -> None:
        self._known: dict[str, dict[Any, int]] = {}
        self._size = 0

    def get(self, world: str, question: Any, count: Callable[[], int]) -> int:
        """The answer to a question about a world. count: finds it when it is not known."""
        known = self._known.get(world, {})
        if question not in known:
            if self._size >= MOST:
                self.clear()
            known = self._known.setdefault(world, {})
            known[question] = count()
            self._size += 1
        return known[question]

    def forget(self, world: str) -> None:
        """A world was written to."""
        self._size -= len(self._known.pop(world, ()))

    def clear(self) -> None:
        """Forget all."""
        self._known.clear()
        self._size = 0
