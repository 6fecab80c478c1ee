"""The database: its engine, and a table for each resource."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from ..declared import Api
from ..filters import field_schema
from ..problems import Unusable
from ..resources import Resource
from .engines import BEGINNINGS
from .indexes import make_index, name_column

# PostgreSQL keeps to the type of a column, and sorts as SQLite does only by code points.
TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")
KEPT = "@kept"
TYPES: dict[str, Any] = {
    "integer": sa.BigInteger().with_variant(sa.Numeric(), "postgresql"),
    "number": sa.Float(),
    "boolean": sa.Boolean(),
}


def make_tables(apis: Sequence[Api], dialect: str) -> tuple[sa.MetaData, dict[str, sa.Table]]:
    """The tables by name: those that all APIs share, and `<api>_<Resource>` for each resource."""
    metadata = sa.MetaData()
    sa.Table(
        "worlds",
        metadata,
        sa.Column("world", TEXT, primary_key=True),
        sa.Column("used", sa.Float, nullable=False),
    )
    sa.Table("changes", metadata, sa.Column("number", sa.Integer, nullable=False))
    sa.Table("shapes", metadata, sa.Column("api", TEXT, primary_key=True), sa.Column("shape", TEXT))
    sa.Table(
        "files",
        metadata,
        *(sa.Column(name, TEXT, primary_key=True) for name in ("world", "resource", "key", "field")),
        sa.Column("name", TEXT),
        sa.Column("media_type", TEXT),
        sa.Column("content", sa.LargeBinary),
    )
    sa.Table(
        "clocks",
        metadata,
        sa.Column("world", TEXT, primary_key=True),
        sa.Column("offset", sa.Float, nullable=False),
        sa.Column("frozen", sa.Float),
    )
    sa.Table(
        "rules",
        metadata,
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("words", TEXT, nullable=False),
        sa.Column("ends", sa.Float, nullable=False),
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("drawn", "struck")),
    )
    sa.Table(
        "quotas",
        metadata,
        *(sa.Column(name, TEXT, primary_key=True) for name in ("world", "api", "credential")),
        sa.Column("reset", sa.Float, nullable=False),
        sa.Column("used", sa.Integer, nullable=False),
    )
    _make_outbox(metadata)
    for api in apis:
        for resource in api.resources.values():
            _make_table(metadata, resource, dialect)
    _make_snapshots(metadata, apis)
    return metadata, dict(metadata.tables)


def _make_outbox(metadata: sa.MetaData) -> None:
    texts = ("api", "world", "event", "event_id", "url", "secret", "state", "error")
    sa.Table(
        "deliveries",
        metadata,
        sa.Column("id", TEXT, primary_key=True),
        *(sa.Column(name, TEXT) for name in texts),
        sa.Column("body", sa.LargeBinary),
        sa.Column("created", sa.Float),
        sa.Column("due", sa.Float),
        sa.Column("attempts", sa.Integer),
        sa.Column("status", sa.Integer),
        sa.Column("claimed", sa.Float),
        # Due by the time of the sandbox, and by that of a world with a clock of its own.
        sa.Index("deliveries_due", "api", "due"),
        sa.Index("deliveries_due_in_world", "api", "world", "due"),
    )


def _make_table(metadata: sa.MetaData, resource: Resource, dialect: str) -> None:
    name = resource.table
    sa.Table(
        name,
        metadata,
        sa.Column("world", TEXT, primary_key=True),
        sa.Column("key", TEXT, primary_key=True),
        sa.Column("owner", TEXT),
        sa.Column("due", sa.Float),
        sa.Column("document", sa.LargeBinary, nullable=False),
        *(sa.Column(f"f_{field}", _type(resource, field)) for field in resource.columns),
        *(
            sa.UniqueConstraint(
                "world", *(name_column(resource, field) for field in fields), name=f"{name}_unique{index}"
            )
            for index, fields in enumerate(resource.unique)
        ),
    )
    table = metadata.tables[name]
    if resource.states:
        sa.Index(f"{name}_due", table.c.world, table.c.due)
        sa.Index(f"{name}_due_anywhere", table.c.due, table.c.world)
    for field in resource.sought:
        make_index(table, resource, field, dialect)


def _make_snapshots(metadata: sa.MetaData, apis: Iterable[Api]) -> None:
    sa.Table(
        "snapshots",
        metadata,
        sa.Column("name", TEXT, primary_key=True),
        sa.Column("world", TEXT, nullable=False),
        sa.Column("apis", TEXT, nullable=False),
        *(sa.Column(name, sa.Float, nullable=False) for name in ("made", "now")),
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("frozen", "records")),
    )
    for name in ("files", *(resource.table for api in apis for resource in api.resources.values())):
        source = metadata.tables[name]
        columns = (column for column in source.columns if column.name != "world")
        sa.Table(
            name_kept(name),
            metadata,
            sa.Column("snapshot", TEXT, primary_key=True),
            *(sa.Column(each.name, each.type, primary_key=each.primary_key) for each in columns),
        )


def name_kept(name: str) -> str:
    """The table where snapshots keep the rows of a table; no resource can have its name."""
    return f"{name}{KEPT}"


def _type(resource: Resource, field: str) -> Any:
    return TYPES.get(str(field_schema(resource.schema, field).get("type")), TEXT)


def create(engine: sa.Engine, metadata: sa.MetaData, apis: Sequence[Api]) -> None:
    """Create what is not there. Raises Unusable for a database that is not ours or of another version."""
    try:
        with engine.connect() as connection:
            # Another process may be at it at the same time.
            connection.exec_driver_sql(BEGINNINGS[engine.dialect.name].format(lock=0))
            metadata.create_all(connection, checkfirst=bool(engine.url.database))
            connection.exec_driver_sql(
                "INSERT INTO changes SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM changes)"
            )
            _check_shapes(connection, metadata, apis)
            connection.exec_driver_sql("COMMIT")
    except sa.exc.SQLAlchemyError as error:
        text = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
        raise Unusable(f"--state {engine.url}: cannot be used: {text}") from error


def _check_shapes(connection: sa.Connection, metadata: sa.MetaData, apis: Sequence[Api]) -> None:
    """Raise Unusable for tables of another version. What all APIs share is noted under no name."""
    table = metadata.tables["shapes"]
    known = {row[0]: row[1] for row in connection.execute(sa.select(table))}
    shapes = {"": describe_common(metadata, apis)} | {api.name: describe_shape(api) for api in apis}
    for name, shape in shapes.items():
        if name not in known and (name or not known):
            connection.execute(sa.insert(table).values(api=name, shape=shape))
        elif known.get(name) != shape:
            made = f"holds {name} as another version declared it" if name else "is of another version"
            raise Unusable(f"--state {connection.engine.url}: {made}; remove it or choose another")


def describe_common(metadata: sa.MetaData, apis: Iterable[Api]) -> str:
    """A hash of the tables that all APIs share."""
    own = {resource.table for api in apis for resource in api.resources.values()}
    columns = sorted(
        f"{table.name}.{column.name} {type(column.type).__name__}"
        for table in metadata.tables.values()
        if table.name.removesuffix(KEPT) not in own
        for column in table.columns
    )
    return hashlib.sha256("\n".join(columns).encode()).hexdigest()


def describe_shape(api: Api) -> str:
    """A hash of what decides how an API's records are kept: it tells versions of a document apart."""
    resources = [
        (name, resource.schema, resource.columns) for name, resource in sorted(api.resources.items())
    ]
    return hashlib.sha256(json.dumps(resources, sort_keys=True).encode()).hexdigest()
