"""The outbox: webhook deliveries, kept beside the records."""

import time
from collections.abc import Iterable

from .database import Database
from .rows import Delivery, read_delivery
from .statements import Statements


class Outbox:
    """Keeps deliveries."""

    _db: Database
    _statements: Statements

    def queue(self, deliveries: Iterable[Delivery]) -> None:
        """Put deliveries into the outbox."""
        rows = [each.columns() for each in deliveries]
        self._db.run_many(self._statements.insert("deliveries"), rows)

    def deliveries(self, **columns: str) -> list[Delivery]:
        """The deliveries whose columns have the given values, oldest first."""
        statement = self._statements.select("deliveries", *columns)
        rows = self._db.run(statement, {f"{name}_": value for name, value in columns.items()}).fetchall()
        found = [read_delivery(row) for row in rows]
        return sorted(found, key=lambda delivery: delivery.created)

    def claim_deliveries(
        self, api: str, now: float, most: int, lease: float, world: str | None = None
    ) -> list[Delivery]:
        """Deliveries of an API that are due, longest first, at most so many: nobody else has them meanwhile.

        Parameters: lease, seconds after which another courier takes one that nothing was noted of; world, the
        one whose time it is, None for all those that have no clock of their own.
        """
        moment = time.time()
        values = {"api_": api, "world_": world, "now": now, "limit": most, "moment": moment}
        statement = self._statements.due_deliveries(world is not None)
        if not self._db.run(statement, values).fetchone():
            return []
        with self._db.transaction("outbox"):
            claimed = [read_delivery(row) for row in self._db.run(statement, values).fetchall()]
            for delivery in claimed:
                delivery.claimed = moment + lease
                self.note(delivery)
        return claimed

    def note(self, delivery: Delivery) -> None:
        """Keep what became of a delivery."""
        values = delivery.columns() | {"id_": delivery.id}
        self._db.run(self._statements.update("deliveries", "id"), values)
