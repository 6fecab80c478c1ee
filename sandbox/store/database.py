"""The database driver: runs statements, and says what went wrong in our words."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from ..problems import Problem
from .statements import Statement


class Duplicate(Exception):
    """A row breaks a unique set."""


class Database:
    """One connection, which leaves transactions to us."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._pooled = engine.raw_connection()
        self._cursor: Any = self._pooled.cursor()
        driver: Any = engine.dialect.loaded_dbapi
        self._duplicate, self._error = driver.IntegrityError, driver.Error

    def run(self, statement: Statement, values: dict[str, Any]) -> Any:
        """Run a statement. Raises Problem unavailable."""
        return self.execute(statement.sql, statement.bind(values))

    def execute(self, sql: str, values: tuple[Any, ...] = ()) -> Any:
        """Run SQL with the parameters in the driver's order. Raises Problem unavailable."""
        try:
            return self._cursor.execute(sql, values)
        except self._error as error:
            raise _unavailable(error) from error

    def run_many(self, statement: Statement, values: list[dict[str, Any]]) -> None:
        """Run a statement once for each set of values. Raises Duplicate, and Problem unavailable."""
        try:
            self._cursor.executemany(statement.sql, [statement.bind(each) for each in values])
        except self._duplicate as error:
            raise Duplicate(str(error)) from error
        except self._error as error:
            raise _unavailable(error) from error

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; committed at the end."""
        self.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.execute("ROLLBACK")
            raise
        self.execute("COMMIT")

    def close(self) -> None:
        """Close the connection."""
        self._pooled.close()
        self._engine.dispose()


def _unavailable(error: Exception) -> Problem:
    return Problem("unavailable", f"the store cannot be used: {error}", headers={"Retry-After": "1"})
