"""Which of the two conforming variants is served, and with which bug."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, NamedTuple


class Choices(NamedTuple):
    """What the server was started with: the variant, the bug, and how many encounters demo has."""

    unusual: bool
    bug: str | None
    rows: int

    def timestamp(self, moment: datetime) -> str:
        """Write a moment as a string; the document shows no timestamp of a body, so the variants differ.

        :param moment: an aware time in UTC
        """
        if self.unusual:
            return moment.isoformat(timespec="microseconds")
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def written(self, value: Any) -> Any:
        """Return a value as JSON has it: times as strings; what is unknown is left out, or null if unusual.

        :param value: any value made of dicts, lists, times and JSON scalars
        """
        if isinstance(value, datetime):
            return self.timestamp(value)
        if isinstance(value, list):
            return [self.written(item) for item in value]
        return self.fields(value) if isinstance(value, dict) else value

    def fields(self, values: dict[str, Any]) -> dict[str, Any]:
        """Return an object as JSON has it.

        :param values: its fields; None is what is not known
        """
        kept = {k: self.written(v) for k, v in values.items() if v is not None or self.unusual}
        return dict(sorted(kept.items(), reverse=True)) if self.unusual else kept


def utc(day: date, seconds: int = 0) -> datetime:
    """Return the moment that many seconds into a UTC day.

    :param day: the calendar day
    :param seconds: seconds since its midnight
    """
    hours, rest = divmod(seconds, 3600)
    return datetime(day.year, day.month, day.day, hours, rest // 60, rest % 60, tzinfo=UTC)
