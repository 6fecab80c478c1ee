"""Accepted failures: a list of entries in YAML, each with a reason and a day on which it expires.

- {law: paging.slices, operation: listRecords, reason: being rewritten, expires: 2026-12-31}
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml

from contract_tests.reports.problems import Unusable, read
from contract_tests.verdicts import FAILED, SKIPPED, WARNED, Outcome, Result

Json = Any
REQUIRED = ("law", "operation", "reason", "expires")
MEMBERS = {*REQUIRED, "subject"}


@dataclass(frozen=True)
class Known:
    """One accepted failure: of a law on an operation, and on one subject or (None) on any."""

    law: str
    operation: str
    reason: str
    expires: date
    subject: str | None = None

    def __str__(self) -> str:
        subject = "" if self.subject is None else f" ({self.subject})"
        return f"{self.law} on {self.operation}{subject}: {self.reason}"

    def matches(self, row: Outcome) -> bool:
        """Whether the entry is about the outcome."""
        return (self.law, self.operation) == (row.law, row.operation) and self.subject in (None, row.subject)


def load(file: Path, laws: Collection[str] | None = None) -> list[Known]:
    """The entries of a file.

    Parameters: file; laws, the names that an entry may have, None for any. Raises Unusable.
    """
    try:
        rows = yaml.safe_load(read(file))
    except yaml.YAMLError as error:
        raise Unusable(f"{file}: not YAML ({' '.join(str(error).split())})") from None
    rows = [] if rows is None else rows
    if not isinstance(rows, list):
        raise Unusable(f"{file}: not a list of entries with {', '.join(REQUIRED)}")
    entries = [_read(f"{file}: entry {number}", row) for number, row in enumerate(rows, 1)]
    for number, entry in enumerate(entries, 1):
        if laws is not None and entry.law not in laws:
            near = ", ".join(get_close_matches(entry.law, laws, 3)) or "none (sandbox laws lists all)"
            raise Unusable(f"{file}: entry {number}: there is no law {entry.law}; near it: {near}")
    return entries


def _read(where: str, row: Json) -> Known:
    if not isinstance(row, dict):
        raise Unusable(f"{where} is not an object with {', '.join(REQUIRED)}")
    missing = [name for name in REQUIRED if row.get(name) in (None, "")]
    unknown = [str(name) for name in row if name not in MEMBERS]
    if missing or unknown:
        problem = f"lacks {', '.join(missing)}" if missing else f"has the unknown member {', '.join(unknown)}"
        raise Unusable(f"{where} {problem}")
    texts = {name: None if row.get(name) is None else str(row[name]) for name in ("subject",)}
    return Known(
        str(row["law"]), str(row["operation"]), str(row["reason"]), _day(where, row["expires"]), **texts
    )


def _day(where: str, value: Json) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise Unusable(f"{where}: expires is not a day such as 2026-12-31: {value}") from None


def accept(result: Result, entries: Iterable[Known], today: date) -> None:
    """Make each failure that an entry accepts a skip with its reason, and note the stale entries.

    Parameters: result, which is changed; entries; today: an entry counts up to and including its last day.
    """
    for entry in entries:
        rows = [row for row in result.outcomes if entry.matches(row)]
        failures = [row for row in rows if row.verdict in (FAILED, WARNED) or row.known]
        if entry.expires < today:
            _remind(entry, failures)
            continue
        for row in failures:
            row.verdict, row.known = SKIPPED, f"{entry.reason} (until {entry.expires})"
        if not failures and _has_run(entry, rows, result):
            result.stale.append(str(entry))


def _remind(entry: Known, failures: list[Outcome]) -> None:
    for row in failures:
        if not row.known:
            row.message += f" (was accepted until {entry.expires}: {entry.reason})"


def _has_run(entry: Known, rows: list[Outcome], result: Result) -> bool:
    """Whether the law was judged there; where there is no such place, whether it was judged anywhere."""
    rows = rows or [row for row in result.outcomes if row.law == entry.law]
    return any(row.verdict != SKIPPED for row in rows)
