"""What credentials have used, kept beside the records."""

from ..quotas import is_open
from .database import Database
from .statements import Statements


class KeptQuotas:
    """Counts requests in blocks."""

    _db: Database
    _statements: Statements

    def reserve(self, credential: tuple[str, ...], block: int, reset: float, now: float) -> tuple[float, int]:
        """Count a block of requests of a credential. reset: when the window ends if it starts now.

        Returns when the window ends, and how many were counted before.
        """
        world, api, *names = credential
        place = {"world": world, "api": api, "credential": "/".join(names)}
        where = {f"{name}_": value for name, value in place.items()}
        with self._db.transaction(f"quotas/{api}/{world}"):
            row = self._db.run(self._statements.select("quotas", *place), where).fetchone()
            ends, used = row[3:] if row and is_open(row[3], reset - now, now) else (reset, 0)
            if row:
                values = where | {"reset": ends, "used": used + block}
                self._db.run(self._statements.update("quotas", *place), values)
            else:
                values = place | {"reset": ends, "used": block}
                self._db.run(self._statements.insert("quotas"), values)
        return ends, used

    def release(self, world: str, api: str) -> None:
        """Forget what the credentials of a world of an API have used."""
        self._db.run(self._statements.delete("quotas", "world", "api"), {"world_": world, "api_": api})
