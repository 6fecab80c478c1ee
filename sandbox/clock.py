"""Time, passed in wherever it is needed, and the texts of instants."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class Clock:
    """A clock that starts at a given instant, or follows the machine's.

    start: the instant to start at (UTC), or None for now. The anchor, from which all demo dates
    are offsets, is the midnight (UTC) before it.
    """

    def __init__(self, start: datetime | None = None, ticks: Callable[[], float] = time.time) -> None:
        self._ticks = ticks
        self._offset = start.timestamp() - ticks() if start else 0.0
        self.anchor = self.now().replace(hour=0, minute=0, second=0, microsecond=0)

    def time(self) -> float:
        """Unix time in seconds."""
        return self._ticks() + self._offset

    def now(self) -> datetime:
        """The instant, in UTC."""
        return datetime.fromtimestamp(self.time(), UTC)


def write_instant(instant: datetime, style: str) -> str:
    """ISO 8601 in UTC with a final Z. style: seconds or milliseconds (across.md X4)."""
    text = instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec=style)
    return text + "Z"


def read_instant(text: str) -> datetime:
    """An ISO 8601 instant; without an offset it is UTC. Raises ValueError."""
    instant = datetime.fromisoformat(text)
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def add_days(date: str, days: int) -> str:
    """The ISO date so many days later; beyond the calendar, the last one."""
    try:
        return (datetime.fromisoformat(date) + timedelta(days)).date().isoformat()
    except OverflowError:
        return "9999-12-31"
