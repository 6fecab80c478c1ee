"""The records in memory, and the ways in which a store goes wrong."""

from collections.abc import Iterable
from dataclasses import replace

from contract_tests.peers.devsync.record import Record


class Store:
    """Every record by id, beside what was deleted and what lists were told."""

    def __init__(self, records: Iterable[Record], bug: str | None) -> None:
        self._bug = bug
        self._records: dict[str, Record] = {}
        self._deleted: dict[str, Record] = {}
        self._first_seen: dict[str, Record] = {}
        for record in records:
            self.add(record)

    def add(self, record: Record) -> None:
        """Keep a new record.

        Parameters: record, the new one.
        """
        self._records[record.id] = record
        self._first_seen[record.id] = replace(record)

    def put(self, record: Record) -> None:
        """Keep what became of a record.

        Parameters: record, with the id of the one that it replaces.
        """
        self._records[record.id] = record

    def find(self, record_id: str, action: str) -> Record | None:
        """The record with an id, if there is one.

        Parameters: record_id, the id; action, what it is wanted for.
        """
        found = self._records.get(record_id)
        if found is None and self._bug == "deleted-readable" and action == "read":
            return self._deleted.get(record_id)
        return found

    def listed(self) -> list[Record]:
        """The records that lists are made from."""
        if self._bug == "list-stale":
            return [self._first_seen[record_id] for record_id in self._records]
        if self._bug == "list-shows-deleted":
            return [*self._records.values(), *self._deleted.values()]
        return list(self._records.values())

    def duplicate_of(self, record: Record) -> Record | None:
        """The record with the same developer, type and key, if there is one (DS-40).

        Parameters: record, the one to compare with.
        """
        wanted = self._compared(record)
        candidates = [*self._records.values()]
        if self._bug == "duplicate-of-deleted":
            candidates += self._deleted.values()
        return next((other for other in candidates if self._compared(other) == wanted), None)

    def _compared(self, record: Record) -> tuple[str, ...]:
        if self._bug == "duplicate-without-type":
            return record.developer_id, record.resource_key
        if self._bug == "duplicate-without-developer":
            return record.resource_type, record.resource_key
        if self._bug == "duplicate-any-case":
            return tuple(part.casefold() for part in record.triple)
        return record.triple

    def delete(self, record: Record) -> None:
        """Remove a record (DS-32).

        Parameters: record, which.
        """
        if self._bug == "delete-does-nothing":
            return
        doomed = [record]
        if self._bug == "delete-takes-others":
            doomed = [other for other in self._records.values() if other.triple[:2] == record.triple[:2]]
        for other in doomed:
            self._deleted[other.id] = self._records.pop(other.id)
