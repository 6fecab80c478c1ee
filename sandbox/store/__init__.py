"""Records in SQL: one table a resource, a row a record, one set of rows for each world.

A row has the columns that filters, orders, unique sets and references need, and the record as
JSON. Statements run on the database driver itself; each write is committed before it is answered.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from ..declared import Api
from ..resources import Resource
from .answers import MOST_FOLLOWED, Answers
from .clocks import KeptClocks
from .compiled import Statement
from .database import Database, Duplicate
from .engines import MARKS, connect, is_shared
from .lists import Lists, Page
from .moves import Moves
from .outbox import Outbox
from .quotas import KeptQuotas
from .rows import Delivery, File, Row, find_columns, make_columns, make_row
from .rules import KeptRules
from .snapshots import Snapshot, Snapshots
from .statements import Statements
from .tables import create, describe_shape, make_tables
from .transactions import Transaction
from .worlds import KeptWorlds

__all__ = [
    "Delivery",
    "Duplicate",
    "File",
    "Page",
    "Row",
    "Snapshot",
    "Store",
    "describe_shape",
    "find_columns",
    "make_row",
]


class Store(Lists, Moves, KeptClocks, KeptQuotas, KeptRules, KeptWorlds, Outbox):
    """All records of all worlds. url: an SQLAlchemy URL, None for a database in memory; to any other one
    other processes may write too.

    Raises Unusable when the database cannot be used.
    """

    def __init__(self, apis: Sequence[Api], url: str | None = None) -> None:
        engine = connect(url)
        metadata, tables = make_tables(apis, engine.dialect.name)
        create(engine, metadata, apis)
        # Where a write of ours changes the mark too, the next request would forget the answers in any case.
        self._answers = Answers(MOST_FOLLOWED if engine.dialect.name == "sqlite" else 0)
        self._known, self._earliest = set[str](), {}
        self._db = Database(engine, self._answers.keep, self._undo)
        self._statements = Statements(tables, engine.dialect)
        self.shared = is_shared(engine)
        self._mark, self._seen, self._number = MARKS[engine.dialect.name], None, None
        if self.shared:
            # Then who had claimed deliveries is gone.
            self._db.run_alone(self._statements.release())
        self.snapshots = Snapshots(self._db, self._statements, self._forget_all)

    def _forget_all(self) -> None:
        self._answers.clear()
        self._earliest.clear()

    def refresh(self) -> bool:
        """Whether clocks, chaos rules or worlds have changed since the last time.

        When others may have written anything, counts and moves are not remembered any longer.
        """
        seen, number = self._db.execute(self._mark).fetchone()
        if seen != self._seen:
            self._forget_all()
            self._seen = seen
        if number == self._number:
            return False
        self._known.clear()
        self._number = number
        return True

    def get(self, resource: Resource, world: str, key: str) -> Row | None:
        """The row of a key, whoever owns it."""
        rows = self._db.run(self._statements.get(resource.table), {"world_": world, "key_": key}).fetchall()
        return Row(*rows[0]) if rows else None

    def transaction(self, world: str = "") -> Transaction:
        """All or nothing, one at a time in a world; committed at the end."""
        return self._db.transaction(world)

    def _undo(self) -> None:
        """What was written does not stay."""
        self._answers.undo()
        self._earliest.clear()
        self._known.clear()

    def insert(self, resource: Resource, world: str, rows: Iterable[Row]) -> None:
        """Add rows. Raises Duplicate."""
        statement = self._statements.insert(resource.table)
        self._earliest.pop((world, resource.table), None)
        values = [make_columns(resource, row, world=world) for row in rows]
        if len(values) == 1:
            self._write(resource, world, values[0]["key"], statement, values[0])
        else:
            self._answers.forget(world)
            self._db.run_many(statement, values)

    def update(self, resource: Resource, world: str, row: Row) -> None:
        """Replace the document of a row. Raises Duplicate."""
        statement = self._statements.update(resource.table, "world", "key")
        self._follow(resource, world, row.key, -1)
        self._earliest.pop((world, resource.table), None)
        values = make_columns(resource, row, world_=world, key_=row.key)
        del values["owner"]  # which stays
        self._write(resource, world, row.key, statement, values)

    def _write(
        self, resource: Resource, world: str, key: str, statement: Statement, values: dict[str, Any]
    ) -> None:
        try:
            self._db.write(statement, values)
        except BaseException:
            self._answers.forget(world)
            raise
        self._follow(resource, world, key, 1, values)

    def delete(self, resource: Resource, world: str, key: str) -> None:
        """Remove a row and its files."""
        self._follow(resource, world, key, -1)
        values = {"world_": world, "resource_": resource.table, "key_": key}
        self._db.run(self._statements.delete(resource.table, "world", "key"), values)
        self._db.run(self._statements.delete("files", "world", "resource", "key"), values)

    def keep(self, resource: Resource, world: str, key: str, file: File) -> None:
        """Keep an uploaded file of a record instead of the one before."""
        replaced = {"world_": world, "resource_": resource.table, "key_": key, "field_": file.field}
        self._db.run(self._statements.delete("files", "world", "resource", "key", "field"), replaced)
        values = {"world": world, "resource": resource.table, "key": key, **asdict(file)}
        self._db.run(self._statements.insert("files"), values)

    def file(self, resource: Resource, world: str, key: str, field: str) -> File | None:
        """An uploaded file of a record."""
        statement = self._statements.select("files", "world", "resource", "key", "field")
        values = {"world_": world, "resource_": resource.table, "key_": key, "field_": field}
        row = self._db.run(statement, values).fetchone()
        return File(*row[3:]) if row else None

    def drop_world(self, world: str, name: str, resources: Iterable[Resource]) -> None:
        """Remove a world. world: `<api>/<name>`; resources: those of the API."""
        self._answers.forget(name)
        for resource in resources:
            self._earliest.pop((name, resource.table), None)
            values = {"world_": name, "resource_": resource.table}
            self._db.run(self._statements.delete(resource.table, "world"), values)
            self._db.run(self._statements.delete("files", "world", "resource"), values)
        api = world.removesuffix(f"/{name}")
        self._db.run(self._statements.delete("deliveries", "api", "world"), {"api_": api, "world_": name})
        self._db.run(self._statements.delete("worlds", "world"), {"world_": world})
        self._known.discard(world)
        self._db.tell()

    def count_worlds(self, resource: Resource) -> dict[str, int]:
        """How many records each world has of a resource."""
        return dict(self._db.run(self._statements.count_worlds(resource.table), {}).fetchall())

    def close(self) -> None:
        """Close the database."""
        self._db.close()
