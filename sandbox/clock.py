"""Time, passed in wherever it is needed, and the texts of instants."""

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

LEAP_SECOND = re.compile(r"(T\d\d:\d\d):60(?!\d)")


class Clock:
    """A clock that starts at a given instant, or follows the machine's, and can be driven by hand.

    start: the instant to start at (UTC), or None for now. The anchor, from which all demo dates
    are offsets, is the midnight (UTC) before it.
    """

    def __init__(self, start: datetime | None = None, ticks: Callable[[], float] = time.time) -> None:
        self._ticks = ticks
        self.offset = start.timestamp() - ticks() if start else 0.0
        self.frozen: float | None = None
        self.anchor = self.now().replace(hour=0, minute=0, second=0, microsecond=0)

    def time(self) -> float:
        """Unix time in seconds."""
        return self._ticks() + self.offset if self.frozen is None else self.frozen

    def now(self) -> datetime:
        """The instant, in UTC."""
        return datetime.fromtimestamp(self.time(), UTC)

    def set(self, instant: float) -> None:
        """Go to an instant (Unix time), and on from there unless frozen."""
        self.offset = instant - self._ticks()
        self.frozen = None if self.frozen is None else instant

    def freeze(self, stop: bool) -> None:
        """Stand still, or go on from where it stands."""
        now = self.time()
        self.frozen = now if stop else None
        self.offset = now - self._ticks()

    def copy(self) -> "Clock":
        """A clock that tells the same and is driven apart from this one."""
        made = Clock(ticks=self._ticks)
        made.offset, made.frozen, made.anchor = self.offset, self.frozen, self.anchor
        return made


class Clocks:
    """The clock of each world; all start as the one of the sandbox."""

    def __init__(self, base: Clock) -> None:
        self.base = base
        self._own: dict[str, Clock] = {}

    def of(self, world: str) -> Clock:
        """The clock that a world follows."""
        return self._own.get(world, self.base) if self._own else self.base

    def own(self, world: str) -> Clock:
        """The clock of a world, made its own so that it can be driven."""
        return self._own.setdefault(world, self.base.copy())


def write_instant(instant: datetime, style: str) -> str:
    """ISO 8601 in UTC with a final Z. style: seconds or milliseconds (across.md X4)."""
    text = instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec=style)
    return text + "Z"


def read_instant(text: str) -> datetime:
    """An ISO 8601 instant, UTC without an offset; a leap second is the one before. Raises ValueError."""
    instant = datetime.fromisoformat(LEAP_SECOND.sub(r"\1:59", text.upper()))
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def add_days(date: str, days: int) -> str:
    """The ISO date so many days later; beyond the calendar, the last one."""
    try:
        return (datetime.fromisoformat(date) + timedelta(days)).date().isoformat()
    except OverflowError:
        return "9999-12-31"
