"""Snapshots: what a world held at an instant, in tables beside those of the worlds."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ..resources import Resource
from .database import Database
from .rows import File, Row, make_columns
from .statements import Statements
from .tables import name_kept


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What is known of a snapshot. world, apis: what it is of; made: Unix time by the machine's clock; now,
    frozen: the world's clock; records: how many.
    """

    name: str
    world: str
    apis: tuple[str, ...]
    made: float
    now: float
    frozen: bool
    records: int


class Snapshots:
    """The snapshots of a store. changed: is told of changes to the records of worlds."""

    def __init__(self, db: Database, statements: Statements, changed: Callable[[], None]) -> None:
        self._db = db
        self._statements = statements
        self._changed = changed

    def all(self) -> list[Snapshot]:
        """The snapshots, the newest first."""
        rows = self._db.run(self._statements.select("snapshots"), {}).fetchall()
        return sorted(map(_read, rows), key=lambda snapshot: snapshot.made, reverse=True)

    def get(self, name: str) -> Snapshot | None:
        """The snapshot of a name."""
        rows = self._db.run(self._statements.select("snapshots", "name"), {"name_": name}).fetchall()
        return _read(rows[0]) if rows else None

    def add(self, snapshot: Snapshot) -> None:
        """Keep what is known of a snapshot."""
        values = asdict(snapshot) | {"apis": json.dumps(snapshot.apis), "frozen": int(snapshot.frozen)}
        self._db.run(self._statements.insert("snapshots"), values)

    def remove(self, name: str, resources: Iterable[Resource]) -> None:
        """Remove a snapshot, if it is there, and what it keeps of some resources and all files."""
        for table in ("files", *(resource.table for resource in resources)):
            self._db.run(self._statements.delete(name_kept(table), "snapshot"), {"snapshot_": name})
        self._db.run(self._statements.delete("snapshots", "name"), {"name_": name})

    def save(self, name: str, world: str, resources: Iterable[Resource]) -> int:
        """Copy the rows and files of a world. Returns how many records."""
        saved = 0
        for resource in resources:
            values = {"snapshot": name, "world_": world, "resource_": resource.table}
            saved += self._db.run(self._statements.copy_in(resource.table), values).rowcount
            self._db.run(self._statements.copy_in("files"), values)
        return saved

    def restore(self, name: str, world: str, resources: Iterable[Resource]) -> None:
        """Copy the rows and files into a world that has none of them. Raises Duplicate."""
        self._changed()
        for resource in resources:
            values = {"world": world, "snapshot_": name, "resource_": resource.table}
            self._db.run_many(self._statements.copy_out(resource.table), [values])
            self._db.run_many(self._statements.copy_out("files"), [values])

    def rows(self, name: str, resource: Resource) -> list[Row]:
        """The rows that a snapshot keeps of a resource, by key."""
        statement = self._statements.select(name_kept(resource.table), "snapshot")
        found = sorted(self._db.run(statement, {"snapshot_": name}).fetchall(), key=lambda row: str(row[1]))
        return [Row(key, owner, document, due) for _, key, owner, due, document, *_ in found]

    def files(self, name: str, resource: Resource) -> list[tuple[str, File]]:
        """The files that a snapshot keeps of a resource, each with the key of its record."""
        statement = self._statements.select(name_kept("files"), "snapshot", "resource")
        found = self._db.run(statement, {"snapshot_": name, "resource_": resource.table}).fetchall()
        return sorted(
            ((key, File(*rest)) for _, _, key, *rest in found), key=lambda kept: (kept[0], kept[1].field)
        )

    def insert(self, name: str, resource: Resource, rows: Iterable[Row]) -> None:
        """Put rows into a snapshot. Raises Duplicate."""
        statement = self._statements.insert(name_kept(resource.table))
        self._db.run_many(statement, [make_columns(resource, row, snapshot=name) for row in rows])

    def insert_files(self, name: str, resource: Resource, files: Sequence[tuple[str, File]]) -> None:
        """Put files into a snapshot, each with the key of its record. Raises Duplicate."""
        shared = {"snapshot": name, "resource": resource.table}
        values = [{**shared, "key": key, **asdict(file)} for key, file in files]
        self._db.run_many(self._statements.insert(name_kept("files")), values)


def _read(row: Sequence[Any]) -> Snapshot:
    name, world, apis, made, now, frozen, records = row
    return Snapshot(name, world, tuple(json.loads(apis)), made, now, bool(frozen), records)
