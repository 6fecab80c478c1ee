"""The clocks of worlds, kept beside the records."""

from .database import Database
from .statements import Statements


class KeptClocks:
    """Keeps the clocks that were driven."""

    _db: Database
    _statements: Statements

    def clocks(self) -> list[tuple[str, float, float | None]]:
        """The clocks that were driven: world, offset, where it stands."""
        rows = self._db.run(self._statements.select("clocks"), {}).fetchall()
        return [tuple(row) for row in rows]

    def keep_clock(self, world: str, offset: float, frozen: float | None) -> None:
        """Keep the clock of a world instead of the one before."""
        with self._db.transaction():
            self.drop_clock(world)
            values = {"world": world, "offset": offset, "frozen": frozen}
            self._db.run(self._statements.insert("clocks"), values)

    def drop_clock(self, world: str) -> None:
        """Remove the clock of a world."""
        self._db.run(self._statements.delete("clocks", "world"), {"world_": world})
        self._db.tell()
