"""A collection of any size: its demo records, many times over, put into a store at once.

`python -m benchmarks.filling FILE serve …` is `sandbox serve …` with the records of a SQLite file in memory.
"""

import random
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from sandbox import server
from sandbox.__main__ import main as run
from sandbox.clock import write_instant
from sandbox.declared import Api
from sandbox.documents import read_document
from sandbox.filters import to_column
from sandbox.fixtures import read_fixtures
from sandbox.keys import make_key
from sandbox.reading import read_api
from sandbox.resources import Resource
from sandbox.seeds import make_rows
from sandbox.sites import Site
from sandbox.store import Row, Store, find_columns
from sandbox.values import dump

from .servers import ROOT

WORLD = "grown"
NOW = datetime(2026, 6, 1, tzinfo=UTC)
APART = timedelta(seconds=7)  # two records by the field of the default order
BATCH = 10_000
INDEXES = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE sql LIKE 'CREATE INDEX%' AND tbl_name = '{}'",
    "postgresql": "SELECT indexname, indexdef FROM pg_indexes "
    "WHERE indexdef LIKE 'CREATE INDEX%' AND tablename = '{}'",
}


def fill(url: str, api: str, collection: str, number: int) -> list[str]:
    """Put so many records of the main persona into the world `grown` of a new store. Returns all keys."""
    read = read_api(api, read_document(ROOT / "specs" / f"{api}.yaml"))
    resource = read.resources[collection]
    with closing(Store([read], url)) as store:
        dialect = "sqlite" if url.startswith("sqlite") else "postgresql"
        if dialect == "sqlite":
            store._db.execute("PRAGMA cache_size = -1000000")
        indexes = store._db.execute(INDEXES[dialect].format(resource.table)).fetchall()
        keys: list[str] = []
        with store.transaction():
            for name, _ in indexes:
                store._db.execute(f'DROP INDEX "{name}"')
            rows = _multiply(read, resource, number)
            while batch := list(islice(rows, BATCH)):
                store.insert(resource, WORLD, batch)
                keys += [row.key for row in batch]
            for _, statement in indexes:
                store._db.execute(statement)
            store.add_world(f"{api}/{WORLD}")
        if dialect == "postgresql":
            store._db.execute("VACUUM ANALYZE")
    return keys


def _multiply(api: Api, resource: Resource, number: int) -> Iterator[Row]:
    """Records that differ in their keys, in the field of the default order and in each unique set."""
    fixtures = read_fixtures(api, None)
    made = make_rows(api, fixtures, 1, NOW)[resource.name]
    models = [row for row in made if not fixtures.main.owners or row.owner == fixtures.main.owner]
    columns = [find_columns(resource, row) for row in models]
    keys, (order,) = random.Random(1), (name.removeprefix("-") for name in resource.order)
    for index in range(number):
        model = models[index % len(models)]
        record: dict[str, Any] = model.read() | {resource.key: make_key(resource.form, keys)}
        changed = {fields[-1]: f"{record[fields[-1]]}-{index}" for fields in resource.unique}
        changed[order] = write_instant(NOW - index * APART, api.style)
        values = dict(zip(resource.columns, columns[index % len(models)], strict=True)) | changed
        values[order] = to_column(changed[order])
        yield Row(
            record[resource.key], model.owner, dump(record | changed), None, None, list(values.values())
        )


def main() -> int:
    """Serve with the records of a file in memory. Returns the exit code of `sandbox`."""
    file, *arguments = sys.argv[1:]

    class Filled(Site):
        """A site whose store in memory begins as a copy of the file."""

        def __init__(self, *given: Any) -> None:
            super().__init__(*given)
            with closing(sqlite3.connect(file)) as source:
                source.backup(self.store._db._pooled.dbapi_connection)

    vars(server)["Site"] = Filled
    return run(arguments)


if __name__ == "__main__":
    sys.exit(main())
