"""Time, passed in wherever it is needed, and the texts of instants."""

import math
import re
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Protocol

LEAP_SECOND = re.compile(r"(T\d\d:\d\d):60(?!\d)")
HALF = 0.5e-6  # seconds: an instant is the nearest microsecond
MOST_SECONDS = 1000  # whose texts are remembered


class Clock:
    """A clock that starts at a given instant, or follows the machine's, and can be driven by hand.

    start: the instant to start at (UTC), or None for now. The anchor, from which all demo dates
    are offsets, is the midnight (UTC) before it. since: when the machine's clock stood at the start, by
    default now.
    """

    def __init__(
        self,
        start: datetime | None = None,
        ticks: Callable[[], float] = time.time,
        since: float | None = None,
    ) -> None:
        self._ticks = ticks
        self.offset = start.timestamp() - (ticks() if since is None else since) if start else 0.0
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


class Keeper(Protocol):
    """Keeps the clocks that were driven: the world, the offset to the machine's clock, where it stands."""

    def clocks(self) -> Iterable[tuple[str, float, float | None]]: ...

    def keep_clock(self, world: str, offset: float, frozen: float | None) -> None: ...

    def drop_clock(self, world: str) -> None: ...


class Clocks:
    """The clock of each world: the one of the sandbox until it is driven apart from it, then its own.

    A world's own clock is in memory, so that telling the time asks no store, and with the keeper, so
    that it outlives the process.
    """

    def __init__(self, base: Clock, keeper: Keeper | None = None) -> None:
        self.base = base
        self._keeper = keeper
        self._own: dict[str, Clock] = {}
        self.refresh()

    def of(self, world: str) -> Clock:
        """The clock that a world follows."""
        return self._own.get(world, self.base) if self._own else self.base

    def driven(self) -> list[str]:
        """The worlds that have a clock of their own."""
        return list(self._own)

    def drive(self, world: str, instant: float | None = None, freeze: bool | None = None) -> Clock:
        """Set the clock of a world, stop it or let it go on."""
        self.refresh()
        clock = self._own.setdefault(world, self.base.copy())
        if freeze is not None:
            clock.freeze(freeze)
        if instant is not None:
            clock.set(instant)
        if self._keeper:
            self._keeper.keep_clock(world, clock.offset, clock.frozen)
        return clock

    def forget(self, world: str) -> None:
        """Let a world follow the clock of the sandbox again."""
        self._own.pop(world, None)
        if self._keeper:
            self._keeper.drop_clock(world)

    def refresh(self) -> None:
        """Take over what other processes with the same keeper have driven."""
        if self._keeper:
            own: dict[str, Clock] = {}
            for world, offset, frozen in self._keeper.clocks():
                own[world] = self.base.copy()
                own[world].offset, own[world].frozen = offset, frozen
            self._own = own


def write_instant(instant: datetime, style: str) -> str:
    """ISO 8601 in UTC with a final Z. style: seconds or milliseconds (across.md X4)."""
    text = instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec=style)
    return text + "Z"


def write_time(seconds: float, style: str) -> str:
    """A Unix time in the same form."""
    if style == "seconds":
        return _write_second(math.floor(seconds + HALF))
    return write_instant(datetime.fromtimestamp(seconds, UTC), style)


@lru_cache(MOST_SECONDS)
def _write_second(second: int) -> str:
    return write_instant(datetime.fromtimestamp(second, UTC), "seconds")


def read_instant(text: str) -> datetime:
    """An ISO 8601 instant, UTC without an offset; a leap second is the one before. Raises ValueError."""
    text = text.upper()
    instant = datetime.fromisoformat(LEAP_SECOND.sub(r"\1:59", text) if ":60" in text else text)
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def add_days(date: str, days: int) -> str:
    """The ISO date so many days later; beyond the calendar, the last one."""
    try:
        return (datetime.fromisoformat(date) + timedelta(days)).date().isoformat()
    except OverflowError:
        return "9999-12-31"
