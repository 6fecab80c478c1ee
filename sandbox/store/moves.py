"""Rows that move by the clock: which are due, and when the next one is."""

from ..resources import Resource
from .database import Database
from .rows import Row
from .statements import Statements

NEVER = float("inf")


class Moves:
    """Finds rows that are due."""

    _db: Database
    _statements: Statements
    _earliest: dict[tuple[str, str], float]  # by world and table, remembered until anybody writes

    def due(self, resource: Resource, world: str, now: float) -> list[Row]:
        """The rows whose move by the clock is due."""
        place = world, resource.table
        if place not in self._earliest:
            [found] = self._db.run(self._statements.earliest(resource.table), {"world_": world}).fetchone()
            self._earliest[place] = NEVER if found is None else found
        if now < self._earliest[place]:
            return []
        values = {"world_": world, "now": now}
        return [Row(*row) for row in self._db.run(self._statements.due(resource.table), values).fetchall()]

    def due_worlds(self, resource: Resource, now: float) -> set[str]:
        """The worlds where a row's move by the clock is due at this time."""
        found = self._db.run(self._statements.due_worlds(resource.table), {"now": now}).fetchall()
        return {world for (world,) in found}
