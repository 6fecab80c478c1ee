"""Transactions: all or nothing, as a context."""

from types import TracebackType
from typing import Protocol


class Transactional(Protocol):
    """What has transactions, one at a time."""

    @property
    def is_open(self) -> bool:
        """Whether a transaction is."""

    def begin(self, world: str) -> None:
        """Begin a transaction, or a part of the one that is open."""

    def commit(self) -> None:
        """End it, and keep what was written."""

    def roll_back(self, *, whole: bool) -> None:
        """End it, or only a part of it, which failed."""


class Transaction:
    """All or nothing, one at a time in a world; one within another is a part of it.

    Raises Problem unavailable.
    """

    __slots__ = ("_database", "_is_whole", "_world")

    def __init__(self, database: Transactional, world: str) -> None:
        self._database, self._world = database, world
        self._is_whole = True

    def __enter__(self) -> None:
        self._is_whole = not self._database.is_open
        try:
            self._database.begin(self._world)
        except BaseException:
            self._database.roll_back(whole=self._is_whole)
            raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._database.roll_back(whole=self._is_whole)
        elif self._is_whole:
            try:
                self._database.commit()
            except BaseException:
                self._database.roll_back(whole=True)
                raise
