"""The database: its engine, and a table for each resource."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.pool import StaticPool

from ..declared import Api, Resource
from ..filters import field_schema
from ..problems import Unusable

TYPES: dict[str, Any] = {"integer": sa.BigInteger, "number": sa.Float, "boolean": sa.Boolean}


def connect(url: str | None) -> sa.Engine:
    """An engine whose connections leave transactions to us. url: None for a database in memory.

    Raises Unusable for a URL that names no database we can use.
    """
    options: dict[str, Any] = {"connect_args": {"check_same_thread": False}}
    try:
        engine = sa.create_engine(url or "sqlite://", **options, **({} if url else {"poolclass": StaticPool}))
    except (sa.exc.SQLAlchemyError, ImportError, ValueError, TypeError) as error:
        raise Unusable(f"--state {url}: not a database URL such as sqlite:///file.db") from error
    if engine.dialect.name != "sqlite":
        raise Unusable(f"--state {url}: only sqlite:///file.db is supported by this version")

    @sa.event.listens_for(engine, "connect")
    def prepare(driver: Any, _record: Any) -> None:
        driver.isolation_level = None
        driver.execute("PRAGMA journal_mode=WAL")
        driver.execute("PRAGMA synchronous=NORMAL")

    return engine


def make_tables(apis: Iterable[Api]) -> tuple[sa.MetaData, dict[str, sa.Table]]:
    """The tables by name: those that all APIs share, and `<api>_<Resource>` for each resource."""
    metadata = sa.MetaData()
    sa.Table("worlds", metadata, sa.Column("world", sa.String, primary_key=True))
    sa.Table("shapes", metadata, sa.Column("api", sa.String, primary_key=True), sa.Column("shape", sa.String))
    sa.Table(
        "files",
        metadata,
        *(sa.Column(name, sa.String, primary_key=True) for name in ("world", "resource", "key", "field")),
        sa.Column("name", sa.String),
        sa.Column("media_type", sa.String),
        sa.Column("content", sa.LargeBinary),
    )
    sa.Table(
        "clocks",
        metadata,
        sa.Column("world", sa.String, primary_key=True),
        sa.Column("offset", sa.Float, nullable=False),
        sa.Column("frozen", sa.Float),
    )
    _make_outbox(metadata)
    for api in apis:
        for resource in api.resources.values():
            _make_table(metadata, resource)
    return metadata, dict(metadata.tables)


def _make_outbox(metadata: sa.MetaData) -> None:
    texts = ("api", "world", "event", "event_id", "url", "secret", "state", "error")
    sa.Table(
        "deliveries",
        metadata,
        sa.Column("id", sa.String, primary_key=True),
        *(sa.Column(name, sa.String) for name in texts),
        sa.Column("body", sa.LargeBinary),
        sa.Column("created", sa.Float),
        sa.Column("due", sa.Float),
        sa.Column("attempts", sa.Integer),
        sa.Column("status", sa.Integer),
        # Due by the time of the sandbox, and by that of a world with a clock of its own.
        sa.Index("deliveries_due", "api", "due"),
        sa.Index("deliveries_due_in_world", "api", "world", "due"),
    )


def _make_table(metadata: sa.MetaData, resource: Resource) -> None:
    name = resource.table
    sa.Table(
        name,
        metadata,
        sa.Column("world", sa.String, primary_key=True),
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("owner", sa.String),
        sa.Column("due", sa.Float),
        sa.Column("document", sa.LargeBinary, nullable=False),
        *(sa.Column(f"f_{field}", _type(resource, field)) for field in resource.columns),
        *(
            sa.UniqueConstraint("world", *_find_columns(resource, fields), name=f"{name}_unique{index}")
            for index, fields in enumerate(resource.unique)
        ),
        sa.Index(f"{name}_due", "world", "due"),
    )
    table, order = metadata.tables[name], _find_order(resource)
    if resource.states:
        sa.Index(f"{name}_due_anywhere", table.c.due, table.c.world)
    for field in resource.columns:
        # With the default order behind it, an index serves a filtered page without sorting.
        rest = [part for part in order if part[0] != f"f_{field}"]
        sorting = [(f"f_{field}", (f"f_{field}", True) in order), *rest, ("key", False)]
        columns = (table.c[column].desc() if falling else table.c[column] for column, falling in sorting)
        sa.Index(f"{name}_{field}", table.c.world, *columns)


def _find_order(resource: Resource) -> list[tuple[str, bool]]:
    """The columns of the default order, and whether each falls."""
    fields = [(field.removeprefix("-"), field.startswith("-")) for field in resource.order]
    return [(f"f_{field}", falling) for field, falling in fields if field != resource.key]


def _find_columns(resource: Resource, fields: Iterable[str]) -> list[str]:
    return ["key" if field == resource.key else f"f_{field}" for field in fields]


def _type(resource: Resource, field: str) -> Any:
    return TYPES.get(str(field_schema(resource.schema, field).get("type")), sa.String)


def create(engine: sa.Engine, metadata: sa.MetaData, apis: Iterable[Api]) -> None:
    """Create what is not there. Raises Unusable for a database that is not ours or of another version."""
    shapes = metadata.tables["shapes"]
    try:
        metadata.create_all(engine)
        with engine.connect() as connection:
            known = {row[0]: row[1] for row in connection.execute(sa.select(shapes))}
            for api in apis:
                shape = _describe_shape(api)
                if known.setdefault(api.name, shape) != shape:
                    raise Unusable(
                        f"--state {engine.url}: holds {api.name} as another version declared it; "
                        "remove it or choose another"
                    )
                connection.execute(
                    sa.insert(shapes).prefix_with("OR IGNORE").values(api=api.name, shape=shape)
                )
    except sa.exc.SQLAlchemyError as error:
        raise Unusable(f"--state {engine.url}: cannot be used: {getattr(error, 'orig', error)}") from error


def _describe_shape(api: Api) -> str:
    resources = [
        (name, resource.schema, resource.columns) for name, resource in sorted(api.resources.items())
    ]
    return hashlib.sha256(json.dumps(resources, sort_keys=True).encode()).hexdigest()
