"""Which worlds have their demo data, and when they were used."""

import time

from .database import Database
from .statements import Statements


class KeptWorlds:
    """Keeps the names of worlds (`<api>/<name>`)."""

    _db: Database
    _statements: Statements
    _known: set[str]  # remembered until any world is dropped

    def has_world(self, world: str) -> bool:
        """Whether the world (`<api>/<name>`) has its demo data."""
        if world not in self._known:
            found = self._db.run(self._statements.select("worlds", "world"), {"world_": world}).fetchall()
            self._known.update(name for name, _ in found)
        return world in self._known

    def add_world(self, world: str) -> None:
        """Remember that the world has its demo data."""
        self._db.run(self._statements.insert("worlds"), {"world": world, "used": time.time()})

    def note_world(self, world: str) -> None:
        """Remember that the world is used now."""
        values = {"world_": world, "used": time.time()}
        self._db.run(self._statements.update("worlds", "world"), values)

    def worlds(self) -> dict[str, float]:
        """The worlds (`<api>/<name>`) that have their demo data, and when each was used (Unix time)."""
        return dict(self._db.run(self._statements.select("worlds"), {}).fetchall())

    def is_used(self, world: str) -> bool:
        """Whether any API has its data in a world of this name."""
        return any(each.partition("/")[2] == world for each in self.worlds())
