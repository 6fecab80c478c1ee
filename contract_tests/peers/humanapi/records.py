"""The records of all users: who owns them, when they were created and updated, and what they say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from .choices import Choices, utc
from .medical import TYPES, served_types

EXAMPLE_ID = "5b60f9042e208223a3773175"
# The first two were created in the same second: they differ in the last character only.
SOURCES = {
    "55a83bdc8d1eb1420aa1a71b": "Cleveland Clinic",
    "55a83bdc8d1eb1420aa1a71c": "Hôpital Universitaire de Genève",
    "5a0c3e1f9d2b7c0001f4e2d9": "東京クリニック",
}
COUNTS = {"test_results": 120, "vitals": 520, "medications": 60, "issues": 60}
OTHERS = 12
PEER_ROWS = 5
FIRST_DAY = date(2013, 1, 1)
# Seconds into the day: both ends of it matter to a range of dates.
TIMES = (0, 34_200, 86_399)
FRACTIONS = (0, 0, 0, 137, 999)


@dataclass
class Record:
    """One record; `dates` are those of the event, by which ranges filter and which may be missing (HA-20)."""

    owner: str
    type: str
    id: str
    source: str
    created: datetime
    updated: datetime
    dates: list[datetime]
    details: dict[str, Any]

    def body(self, choices: Choices) -> dict[str, Any]:
        """Return the record as the answers have it.

        :param choices: the variant that is served
        """
        organization = {"id": self.source[::-1], "name": SOURCES[self.source]}
        common = {"id": self.id, "source": self.source, "createdAt": self.created, "updatedAt": self.updated}
        extra = {"revision": 1, "comment": None} if choices.unusual else {}
        return choices.fields({**common, "organization": organization, **self.details, **extra})


def event_dates(details: dict[str, Any]) -> list[datetime]:
    """Return the dates of the event that a record tells of, most important first.

    :param details: what the record says
    """
    for name in ("collectionDateTime", "dateTime", "resultDateTime", "startDate", "date"):
        if details.get(name):
            return [details[name]]
    if details.get("dates"):
        return list(details["dates"])
    if details.get("dateRange"):
        return [details["dateRange"]["start"]]
    return [entry["dateTime"] for entry in details.get("entries", []) if entry.get("dateTime")]


def hex_id(rng: Random) -> str:
    """Return a new id: 24 lower-case hexadecimal characters (HA-24)."""
    return f"{rng.getrandbits(96):024x}"


def moments(rng: Random, days: int) -> tuple[datetime | None, datetime, datetime]:
    """Return when something happened (None: unknown), when it was recorded and when that was last changed.

    :param rng: where the numbers come from
    :param days: over how many days the events are spread; few days give many ties
    """
    day = FIRST_DAY + timedelta(days=rng.randrange(days) * 17)
    event = utc(day, rng.choice(TIMES)) if rng.random() < 0.9 else None
    import_day = FIRST_DAY + timedelta(days=2000 + rng.randrange(days) * 5)
    created = utc(import_day, rng.choice((0, 7_200, 59_558))) + timedelta(milliseconds=rng.choice(FRACTIONS))
    later = timedelta(hours=rng.choice((1, 30, 900)), milliseconds=rng.choice(FRACTIONS))
    return event, created, created if rng.random() < 0.4 else created + later


def one_record(rng: Random, owner: str, kind: str, days: int, unusual: bool) -> Record:
    """Make one record of a type.

    :param rng: where the numbers come from
    :param owner: the user whose record it is
    :param kind: the medical type
    :param days: over how many days the events are spread
    :param unusual: whether a test result is dated by its collection, which nothing in the document forbids
    """
    event, created, updated = moments(rng, days)
    details = TYPES[kind](rng, event)
    if unusual and kind == "test_results":
        details["collectionDateTime"] = event - timedelta(days=2) if event else None
    dates = [created] if kind == "demographics" else event_dates(details)
    source = rng.choice(list(SOURCES))
    return Record(owner, kind, hex_id(rng), source, created, updated, dates, details)


def all_records(choices: Choices) -> list[Record]:
    """Make the records of the users demo and peer, the same ones at each start.

    :param choices: the number of encounters of demo, and the variant
    """
    rng = Random(1)
    records = []
    for kind in served_types(choices.unusual):
        count = choices.rows if kind == "encounters" else COUNTS.get(kind, OTHERS)
        days = max(3, count // 3)
        records += [one_record(rng, "demo", kind, days, choices.unusual) for _ in range(count)]
        records += [one_record(rng, "peer", kind, 3, choices.unusual) for _ in range(PEER_ROWS)]
    if choices.rows:
        records[0].id = EXAMPLE_ID
    return records
