"""The rows of a MediSync server and the time that they carry."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

Row = dict[str, Any]
Rows = dict[str, Row]

PREFIXES = {
    "users": "user",
    "patients": "pat",
    "appointments": "apt",
    "recordings": "rec",
    "transcriptions": "tra",
    "notes": "notes",
    "documents": "doc",
}
_TICK = timedelta(milliseconds=1)


def now() -> datetime:
    """The instant of a change, in the milliseconds that answers show."""
    instant = datetime.now(UTC)
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)


class World:
    """All rows of one server; the caller holds the server's lock."""

    def __init__(self, first_status: str, typed_ids: bool) -> None:
        self.tables: dict[str, Rows] = {name: {} for name in PREFIXES}
        self.files: dict[str, tuple[bytes, str, str]] = {}
        self.tokens: dict[str, str] = {}
        self.transcribing: list[tuple[datetime, str]] = []
        self.statuses = [first_status, "transcribing", "processing", "finished"]
        self.random = Random(1)
        self._typed_ids = typed_ids

    def __getitem__(self, table: str) -> Rows:
        return self.tables[table]

    def add(self, table: str, row: Row, created: datetime | None = None) -> Row:
        """Store a new row of a table, with an id and both times (MS-F31, MS-F43, MS-F52, MS-F63)."""
        created = created or now()
        made = {"_id": self.new_id(table), **row, "createdAt": created, "updatedAt": created}
        self.tables[table][made["_id"]] = made
        return made

    def new_id(self, table: str) -> str:
        """A fresh id: 24 hex digits, or typed ones where the server was asked for that (MS-C09)."""
        if self._typed_ids:
            return f"{PREFIXES[table]}_{self.random.getrandbits(40):010x}"
        return f"{self.random.getrandbits(96):024x}"

    def of_appointment(self, table: str, appointment_id: str) -> list[Row]:
        """The rows of a table that hang on one appointment (MS-21)."""
        return [row for row in self.tables[table].values() if row["appointment_id"] == appointment_id]

    def of_doctor(self, table: str, doctor_id: str) -> list[Row]:
        """The rows of a table that belong to one doctor, directly or through the appointment (MS-10)."""
        return [row for row in self.tables[table].values() if self.doctor_of(row) == doctor_id]

    def doctor_of(self, row: Row) -> str:
        """The doctor that a row belongs to."""
        owner = row if "doctor_id" in row else self.tables["appointments"][row["appointment_id"]]
        return str(owner["doctor_id"])

    def advance(self, appointment: Row, status: str) -> None:
        """Bring an appointment forward to a status, never back (MS-I06)."""
        if self.statuses.index(status) > self.statuses.index(appointment["status"]):
            appointment["status"] = status


def touch(row: Row) -> None:
    """Move a row's time of change, even when the clock stood still meanwhile."""
    row["updatedAt"] = max(now(), row["updatedAt"] + _TICK)


def newest_last(rows: Iterable[Row]) -> list[Row]:
    """Rows by time of creation; ids keep ties apart."""
    return sorted(rows, key=lambda row: (row["createdAt"], row["_id"]))
