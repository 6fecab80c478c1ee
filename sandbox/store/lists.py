"""Lists of records: how many match, and a window of them."""

from collections.abc import Sequence

from ..declared import Resource
from ..filters import Condition
from ..pages import Window
from .counts import Counts
from .database import Database
from .statements import Statements, bind_conditions, shape_conditions


class Lists:
    """Reads lists of records."""

    _db: Database
    _statements: Statements
    _counts: Counts

    def count(
        self, resource: Resource, world: str, owners: Sequence[str], conditions: Sequence[Condition]
    ) -> int:
        """How many records match. owners: whose records, none for everybody's."""
        question = tuple(owners), tuple(conditions)
        return self._counts.get(
            world, resource.table, question, lambda: self._count(resource, world, *question)
        )

    def _count(
        self, resource: Resource, world: str, owners: Sequence[str], conditions: Sequence[Condition]
    ) -> int:
        statement = self._statements.count(resource, len(owners), shape_conditions(conditions))
        return int(self._db.run(statement, bind_conditions(world, owners, conditions)).fetchone()[0])

    def _follow(self, resource: Resource, world: str, key: str, by: int) -> None:
        """Let the counts follow a record that is written (1), or will not stay as it is (-1)."""
        this = Condition((resource.key,), "eq", key)
        self._counts.follow(
            world, resource.table, by, lambda asked: self._count(resource, world, asked[0], (*asked[1], this))
        )

    def page(
        self,
        resource: Resource,
        world: str,
        owners: Sequence[str],
        conditions: Sequence[Condition],
        order: tuple[str, ...],
        window: Window,
    ) -> list[bytes]:
        """The documents of a window of the matching records. order: fields, '-' for descending."""
        statement = self._statements.page(resource, len(owners), shape_conditions(conditions), order)
        values = bind_conditions(world, owners, conditions)
        values |= {"limit": window.size, "offset": window.offset}
        return [document for (document,) in self._db.run(statement, values).fetchall()]
