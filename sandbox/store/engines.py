"""Database engines: SQLite and PostgreSQL, and in what they differ."""

from collections.abc import Iterable
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.pool import NullPool, StaticPool

from ..problems import Unusable

# There a statement that failed ends the transaction, unless a savepoint was made.
SAVEPOINTS = {"postgresql": "SAVEPOINT rows"}
# How a transaction begins; one that writes waits for the one before it: in SQLite for the database, in
# PostgreSQL for the world, or for each of its worlds.
LOCKS = {"postgresql": "SELECT pg_advisory_xact_lock({lock})"}
BEGINNINGS = {
    "sqlite": "BEGIN IMMEDIATE",
    "postgresql": f"BEGIN; {LOCKS['postgresql']}; {SAVEPOINTS['postgresql']}",
}
# What differs once others have committed, and how often that changed what all remember: it is asked before a
# request, so it costs next to nothing.
MARKS = {
    "sqlite": "SELECT data_version, number FROM pragma_data_version, changes",
    "postgresql": "SELECT pg_current_snapshot()::text, number FROM changes",
}
CURSORS: dict[str, dict[str, Any]] = {"postgresql": {"binary": True}}
PATIENCE = 30  # seconds that a write waits for another process to end its own
# SQLite waits for milliseconds where microseconds would do; so it is asked again by us.
IMPATIENCE = {"sqlite": "PRAGMA busy_timeout=0"}
BUSY = 5  # SQLITE_BUSY
# What only a process that has the database to itself can do, and how it goes on.
SOLITUDE = {"sqlite": ("PRAGMA journal_mode=DELETE", "PRAGMA journal_mode=WAL")}
# What a connection starts with. A process that hangs, or a machine that is gone, must not keep its locks.
PREPARATIONS = {
    # What is deleted need not be overwritten, for which a transaction that drops a world would copy it all.
    "sqlite": ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=NORMAL", "PRAGMA secure_delete=OFF"),
    "postgresql": (
        f"SET lock_timeout = '{PATIENCE}s'",
        f"SET idle_in_transaction_session_timeout = '{PATIENCE}s'",
    ),
}
WITHOUT_NUL = {"postgresql"}
NUL = "\ue000"  # stands for it in texts that are compared; the document itself is kept as it is

OPTIONS: dict[str, dict[str, Any]] = {
    "sqlite": {"connect_args": {"check_same_thread": False, "timeout": PATIENCE, "isolation_level": None}},
    "postgresql": {
        "connect_args": {"connect_timeout": 3, "autocommit": True},
        "poolclass": NullPool,
        "paramstyle": "format",
    },
}


def connect(url: str | None) -> sa.Engine:
    """An engine whose connections leave transactions to us. url: None for a database in memory.

    Raises Unusable for a URL that names no database we can use.
    """
    name = (url or "sqlite").partition(":")[0].partition("+")[0]
    options = OPTIONS.get(name, {}) | ({} if url else {"poolclass": StaticPool})
    try:
        engine = sa.create_engine(url or "sqlite://", **options)
    except ModuleNotFoundError as error:
        raise Unusable(
            f"--state {url}: {error.name} is missing: pip install 'openapi-sandbox[postgresql]'"
        ) from error
    except (sa.exc.SQLAlchemyError, ImportError, ValueError, TypeError) as error:
        raise Unusable(
            f"--state {url}: not a database URL such as sqlite:///file.db or postgresql+psycopg://user@host/name"
        ) from error
    if engine.dialect.name not in BEGINNINGS:
        raise Unusable(f"--state {url}: only SQLite and PostgreSQL are supported")
    sa.event.listen(engine, "connect", partial(_prepare, statements=PREPARATIONS[engine.dialect.name]))
    return engine


def is_busy(error: BaseException) -> bool:
    """Whether SQLite refuses only because another process writes."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF == BUSY


def is_shared(engine: sa.Engine) -> bool:
    """Whether other processes may write to the same database."""
    return engine.dialect.name != "sqlite" or engine.url.database not in (None, "", ":memory:")


def _prepare(driver: Any, _record: Any, statements: Iterable[str]) -> None:
    for statement in statements:
        driver.execute(statement)
