"""The server's memory: one table per kind of row."""

import random
import uuid
from collections import Counter
from datetime import UTC, datetime
from typing import Any, TypeVar

from contract_tests.peers.healthsync.rows import Analysis, FamilyMember, LabResult, Record, Row, Share, User

R = TypeVar("R", bound=Row)
PREFIXES: dict[type[Row], str] = {
    User: "user",
    Record: "record",
    FamilyMember: "family",
    Share: "share",
    Analysis: "analysis",
    LabResult: "lab",
}


class Store:
    """All rows of all users; whoever uses it holds the server's lock."""

    def __init__(self, uuids: bool) -> None:
        self.uuids = uuids
        self.random = random.Random(1)
        self.tables: dict[type[Row], dict[str, Row]] = {kind: {} for kind in PREFIXES}
        self.counts: Counter[type[Row]] = Counter()
        self.listed_as: dict[str, dict[str, Any]] = {}

    def add(self, kind: type[R], owner: str, created_at: datetime | None = None, **fields: Any) -> R:
        """Makes a row and keeps it.

        Args:
            kind: the class of the row.
            owner: the account that it belongs to.
            created_at: None for now.
            fields: the other fields of the class.
        """
        self.counts[kind] += 1
        number = self.counts[kind]
        row = kind(self._new_id(kind, number), owner, number, created_at or datetime.now(UTC), **fields)
        self.tables[kind][row.id] = row
        return row

    def find(self, kind: type[R], row_id: str) -> R | None:
        """The row with this id, whoever owns it.

        Args:
            kind: the class of the row.
            row_id: its id.
        """
        row = self.tables[kind].get(row_id)
        return row if isinstance(row, kind) else None

    def of(self, kind: type[R], owner: str) -> list[R]:
        """The rows of one account in order of creation.

        Args:
            kind: the class of the rows.
            owner: the account.
        """
        return [row for row in self.tables[kind].values() if isinstance(row, kind) and row.owner == owner]

    def user_id(self, owner: str) -> str:
        """The id of an account's user.

        Args:
            owner: the account.
        """
        return self.of(User, owner)[0].id

    def _new_id(self, kind: type[Row], number: int) -> str:
        if self.uuids:
            return str(uuid.UUID(int=self.random.getrandbits(128), version=4))
        # Users of real APIs do not start at 1, and the document's own example is record_123.
        return f"{PREFIXES[kind]}_{number + 100}"
