"""The database driver: runs statements, and says what went wrong in our words."""

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from zlib import crc32

import sqlalchemy as sa

from ..problems import Problem
from .compiled import Statement
from .engines import BEGINNINGS, CURSORS, IMPATIENCE, LOCKS, PATIENCE, SAVEPOINTS, SOLITUDE, is_busy
from .transactions import Transaction

CHANGE = "UPDATE changes SET number = number + 1"
PAUSE = 0.0001  # seconds until a file that another process writes to is tried again


class Duplicate(Exception):
    """A row breaks a unique set."""


class Database:
    """One connection, which leaves transactions to us, and is made again when it is lost.

    kept, undone: are told when what was written stays, or does not.
    """

    def __init__(self, engine: sa.Engine, kept: Callable[[], None], undone: Callable[[], None]) -> None:
        self._engine = engine
        self._kept, self._undone = kept, undone
        self._beginning = BEGINNINGS[engine.dialect.name]
        self._savepoint = SAVEPOINTS.get(engine.dialect.name)
        self._options = CURSORS.get(engine.dialect.name, {})
        self._impatience = IMPATIENCE.get(engine.dialect.name)
        self._solitude = SOLITUDE.get(engine.dialect.name)
        self._lock = LOCKS.get(engine.dialect.name)
        self._locks: set[int] = set()
        self._open = False  # whether a transaction is
        self._unwritten = False  # whether nothing was written since its savepoint
        self._told = False  # whether it changes what all processes remember
        driver: Any = engine.dialect.loaded_dbapi
        self._duplicate, self._error = driver.IntegrityError, driver.Error
        self._pooled: Any = None
        self._cursor: Any = None
        self._plain: Any = None  # for several statements at once, which none can answer in binary form
        self._connect()

    @property
    def is_open(self) -> bool:
        """Whether a transaction is."""
        return self._open

    def run(self, statement: Statement, values: dict[str, Any]) -> Any:
        """Run a statement. Raises Problem unavailable."""
        self._unwritten = self._unwritten and not statement.writes
        return self.execute(statement.sql, statement.bind(values))

    def execute(self, sql: str, values: tuple[Any, ...] = ()) -> Any:
        """Run SQL with the parameters in the driver's order. Raises Problem unavailable."""
        try:
            if self._cursor is None:
                self._connect()
            return _insist(self._cursor.execute, *((sql, values) if values else (sql,)))
        except self._error as error:
            raise self._unavailable(error) from error

    def run_many(self, statement: Statement, values: list[dict[str, Any]]) -> None:
        """Run a statement once for each set of values. Raises Duplicate, and Problem unavailable."""
        if len(values) == 1:  # psycopg sends many in a way that PostgreSQL's time-outs overlook
            self.write(statement, values[0])
        elif self._open:
            self._write(statement.sql, [statement.bind(each) for each in values], is_many=True)
        else:
            with self.transaction():
                self.run_many(statement, values)

    def write(self, statement: Statement, values: dict[str, Any]) -> None:
        """Run a statement. Raises Duplicate, and Problem unavailable."""
        self._write(statement.sql, statement.bind(values))

    def _write(self, sql: str, values: Any, *, is_many: bool = False) -> None:
        guarded = self._open and self._savepoint
        try:
            if self._cursor is None:
                self._connect()
            if guarded and not self._unwritten:
                _insist(self._cursor.execute, guarded)
            self._unwritten = False
            _insist(self._cursor.executemany if is_many else self._cursor.execute, sql, values)
        except self._duplicate as error:
            if guarded:
                self.execute("ROLLBACK TO SAVEPOINT rows")
            raise Duplicate(str(error)) from error
        except self._error as error:
            raise self._unavailable(error) from error

    def transaction(self, world: str = "") -> Transaction:
        """All or nothing, one at a time in a world; a transaction within one is a part of it."""
        return Transaction(self, world)

    def tell(self) -> None:
        """What all processes remember has changed: they learn of it with the commit."""
        self._told = True
        if not self._open:
            with self.transaction():
                pass

    def begin(self, world: str) -> None:
        """Begin a transaction, or a part of the one that is open. Raises Problem unavailable."""
        lock = crc32(world.encode()) if self._lock else 0
        if not self._open:
            self._locks.clear()
            self._start(self._beginning.format(lock=lock))
            self._open = self._unwritten = True
        elif self._lock and lock not in self._locks:
            self.execute(self._lock.format(lock=lock))
        self._locks.add(lock)

    def _start(self, beginning: str) -> None:
        try:
            if self._cursor is None:
                self._connect()
            _insist(self._plain.execute, beginning)
        except self._error as error:
            raise self._unavailable(error) from error

    def commit(self) -> None:
        """Keep what was written. Raises Problem unavailable."""
        # Last of all, so that who holds the one row of changes waits for no other lock.
        if self._told:
            self.execute(CHANGE)
        self.execute("COMMIT")
        self._open = self._told = False
        self._kept()

    def roll_back(self, *, whole: bool) -> None:
        """Give up what was written: whole, or only a part, after which the transaction goes on."""
        if whole:
            if self._cursor is not None:
                with suppress(Problem):
                    self.execute("ROLLBACK")
            self._open = self._told = False
        self._undone()

    def run_alone(self, statement: Statement) -> None:
        """Run a statement if no other process has the file open."""
        if self._solitude:
            leave, back = self._solitude
            with suppress(self._error, Problem):
                self._cursor.execute(leave).fetchall()
                try:
                    self.run(statement, {})
                finally:
                    _insist(self._cursor.execute, back).fetchall()

    def close(self) -> None:
        """Close the connection."""
        if self._pooled is not None:
            for cursor in (self._cursor, self._plain):  # else SQLite keeps the file open for them
                cursor.close()
            self._pooled.close()
        self._engine.dispose()

    def _connect(self) -> None:
        if self._open:  # what it had written is lost, so what is left of it must not be written
            raise self._unavailable(ConnectionError("its connection was lost"))
        try:
            self._pooled = self._engine.raw_connection()
        except sa.exc.SQLAlchemyError as error:
            raise self._unavailable(getattr(error, "orig", None) or error) from error
        self._cursor = self._pooled.cursor(**self._options)
        # In SQLite a statement that is not read to its end would keep another cursor from writing.
        self._plain = self._pooled.cursor() if self._options else self._cursor
        if self._impatience:
            self._plain.execute(self._impatience)

    def _unavailable(self, error: BaseException) -> Problem:
        """The problem; a connection that the server has closed is given up."""
        driver = getattr(self._pooled, "dbapi_connection", None)
        if getattr(driver, "closed", False):
            self._pooled.invalidate()
            self._pooled = self._cursor = None
        text = str(error).strip().partition("\n")[0]
        return Problem("unavailable", f"the store cannot be used: {text}", headers={"Retry-After": "1"})


def _insist(call: Callable[..., Any], *words: Any) -> Any:
    """What a call returns once no other process writes to the file."""
    end = 0.0
    while True:
        try:
            return call(*words)
        except Exception as error:
            now = time.monotonic()
            end = end or now + PATIENCE
            if not is_busy(error) or now > end:
                raise
        time.sleep(PAUSE)
