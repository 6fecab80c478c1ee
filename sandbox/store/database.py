"""The database driver: runs statements, and says what went wrong in our words."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from zlib import crc32

import sqlalchemy as sa

from ..problems import Problem
from .engines import BEGINNINGS, GUARDED, LOCKS
from .statements import Statement


class Duplicate(Exception):
    """A row breaks a unique set."""


class Database:
    """One connection, which leaves transactions to us, and is made again when it is lost."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._begin = BEGINNINGS[engine.dialect.name]
        self._guarded = engine.dialect.name in GUARDED
        self._lock = LOCKS.get(engine.dialect.name)
        self._locks: set[int] = set()
        self._open = False  # whether a transaction is
        driver: Any = engine.dialect.loaded_dbapi
        self._duplicate, self._error = driver.IntegrityError, driver.Error
        self._pooled: Any = None
        self._cursor: Any = None
        self._connect()

    @property
    def is_open(self) -> bool:
        """Whether a transaction is."""
        return self._open

    def run(self, statement: Statement, values: dict[str, Any]) -> Any:
        """Run a statement. Raises Problem unavailable."""
        return self.execute(statement.sql, statement.bind(values))

    def execute(self, sql: str, values: tuple[Any, ...] = ()) -> Any:
        """Run SQL with the parameters in the driver's order. Raises Problem unavailable."""
        try:
            if self._cursor is None:
                self._connect()
            return self._cursor.execute(sql, values) if values else self._cursor.execute(sql)
        except self._error as error:
            raise self._unavailable(error) from error

    def run_many(self, statement: Statement, values: list[dict[str, Any]]) -> None:
        """Run a statement once for each set of values. Raises Duplicate, and Problem unavailable."""
        rows = [statement.bind(each) for each in values]
        guarded = self._guarded and self._open
        try:
            if self._cursor is None:
                self._connect()
            if guarded:
                self._cursor.execute("SAVEPOINT rows")
            if len(rows) == 1:  # psycopg sends many in a way that PostgreSQL's time-outs overlook
                self._cursor.execute(statement.sql, rows[0])
            else:
                self._cursor.executemany(statement.sql, rows)
        except self._duplicate as error:
            if guarded:
                self.execute("ROLLBACK TO SAVEPOINT rows")
            raise Duplicate(str(error)) from error
        except self._error as error:
            raise self._unavailable(error) from error

    @contextmanager
    def transaction(self, world: str = "") -> Iterator[None]:
        """All or nothing, one at a time in a world; a transaction within one is a part of it.

        Raises Problem unavailable.
        """
        outermost = not self._open
        try:
            self._enter(crc32(world.encode()))
            yield
            if outermost:
                self.execute("COMMIT")
        except BaseException:
            if outermost and self._cursor is not None:
                with suppress(Problem):
                    self.execute("ROLLBACK")
            raise
        finally:
            self._open = not outermost

    def _enter(self, lock: int) -> None:
        if not self._open:
            self._locks.clear()
            self.execute(self._begin.format(lock=lock))
            self._open = True
        elif self._lock and lock not in self._locks:
            self.execute(self._lock.format(lock=lock))
        self._locks.add(lock)

    def close(self) -> None:
        """Close the connection."""
        if self._pooled is not None:
            self._pooled.close()
        self._engine.dispose()

    def _connect(self) -> None:
        if self._open:  # what it had written is lost, so what is left of it must not be written
            raise self._unavailable(ConnectionError("its connection was lost"))
        try:
            self._pooled = self._engine.raw_connection()
        except sa.exc.SQLAlchemyError as error:
            raise self._unavailable(getattr(error, "orig", None) or error) from error
        self._cursor = self._pooled.cursor()

    def _unavailable(self, error: BaseException) -> Problem:
        """The problem; a connection that the server has closed is given up."""
        driver = getattr(self._pooled, "dbapi_connection", None)
        if getattr(driver, "closed", False):
            self._pooled.invalidate()
            self._pooled = self._cursor = None
        text = str(error).strip().partition("\n")[0]
        return Problem("unavailable", f"the store cannot be used: {text}", headers={"Retry-After": "1"})
