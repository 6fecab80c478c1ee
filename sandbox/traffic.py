"""The request log: the latest requests in memory, bounded in number and bytes."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import chain, islice, takewhile
from time import perf_counter
from typing import Any

from .entries import Entry, Noted, Sent, pack, unpack
from .responses import Response
from .rings import Ring
from .selections import matches

MOST_ENTRIES = 10_000
MOST_BYTES = 16 << 20
MOST_FRESH = 64  # entries that are not packed yet
LARGE = 64 << 10  # bytes of a response, with which what came before is packed
MOST_WAITING = 100  # entries that a listener may lag behind
PACE = 1.0  # seconds until a listener that is given so many looks again, so that it costs little under load


Read = Callable[[int, int], tuple[list[Entry], int]]


class Listener:
    """Takes entries as they come. One that lags behind loses the oldest and is told how many.

    after: the number of the last entry that it knows; wait: has it told when there is a later one; read: the
    entries after a number, at most so many, and how many were lost before them.
    """

    def __init__(self, after: int, wait: Callable[["Listener"], None], read: Read) -> None:
        self.after, self._wait, self._read = after, wait, read
        self._ready = asyncio.Event()

    def tell(self) -> None:
        """There is one more entry; never waits."""
        self._ready.set()

    async def listen(self, patience: float) -> AsyncIterator[tuple[list[Entry], int]]:
        """Entries since the last time, and how many were lost before them; none after a silence.

        patience: seconds of silence.
        """
        while True:
            self._wait(self)
            with suppress(TimeoutError):
                async with asyncio.timeout(patience):
                    await self._ready.wait()
            self._ready.clear()
            entries, lost = self._read(self.after, MOST_WAITING)
            self.after = entries[-1].number if entries else self.after
            yield entries, lost
            await asyncio.sleep(PACE * len(entries) / MOST_WAITING)


class Traffic:
    """The log. most: how many entries are kept, 0 for no log; size: how many bytes; number: the next one
    after the last, by default one more.
    """

    def __init__(
        self, most: int = MOST_ENTRIES, size: int = MOST_BYTES, number: Callable[[int], int] | None = None
    ) -> None:
        self.is_on = most > 0  # whether anything is kept
        self._most = most
        self._ring = Ring(most, size)
        self._fresh: list[Noted] = []
        self._lock = threading.Lock()
        self._listeners: list[Listener] = []
        self._waiting: set[Listener] = set()
        self._number = number
        self._last = 0

    def __len__(self) -> int:
        return min(self._most, len(self._pack()))

    @property
    def bytes(self) -> int:
        """What the entries take in memory."""
        return self._pack().weight

    @property
    def listeners(self) -> int:
        """How many listen."""
        return len(self._listeners)

    def add(self, scope: Mapping[str, Any], sent: Sent, response: Response, started: float) -> int:
        """Keep a request and its response. sent: the start of the request's body, and how long that was;
        started: by `perf_counter()`.

        Returns its number.
        """
        number = self._last = self._number(self._last) if self._number else self._last + 1
        fresh = self._fresh
        fresh.append((number, started, perf_counter(), scope, sent, response))
        if len(fresh) > MOST_FRESH or len(response.body) > LARGE:
            self._pack(but=1)  # which has yet to be told its number
        if self._waiting:
            self._tell()
        return number

    def _tell(self) -> None:
        """Tell who waits, once: under load most entries come while nobody does."""
        while self._waiting:
            self._waiting.pop().tell()

    def _pack(self, but: int = 0) -> Ring:
        """Pack the fresh entries, but so many of the latest.

        Many at a time, as what does it is fast once the CPU has it at hand.
        """
        with self._lock:
            fresh = self._fresh[: len(self._fresh) - but]
            if fresh:
                self._ring.add(fresh[-1][0], len(fresh), pack(fresh))
                del self._fresh[: len(fresh)]  # another thread may have added one
        return self._ring

    def _read(self, before: int | None = None) -> Iterator[Entry]:
        """The entries, newest first, of lower numbers than one."""
        entries = chain.from_iterable(map(unpack, self._pack().read(before)))
        return (entry for entry in entries if before is None or entry.number < before)

    def find(self, wanted: Mapping[str, str], limit: int, before: int | None = None) -> list[Entry]:
        """The newest entries that match, newest first. before: only those of lower numbers."""
        newer = 0 if before is None else self._count(before)
        kept = islice(self._read(before), max(0, self._most - newer))
        return list(islice((entry for entry in kept if matches(entry, wanted)), limit))

    def get(self, number: int) -> Entry | None:
        """The entry of a number, None when there is none any more."""
        entry = next(self._read(number + 1), None)
        is_kept = entry is not None and entry.number == number and self._count(number) <= self._most
        return entry if is_kept else None

    def _count(self, number: int) -> int:
        """How many entries have this number or a higher one."""
        ring = self._pack()
        return ring.count(number) + sum(
            entry.number >= number for record in islice(ring.read(number), 1) for entry in unpack(record)
        )

    def clear(self) -> None:
        """Forget all entries; their numbers are not used again."""
        self._pack().clear()

    @contextmanager
    def listener(self, after: int | None = None) -> Iterator[Listener]:
        """A listener to what comes while the context lasts, and to what is kept since an entry."""
        listener = Listener(self._last if after is None else after, self._wait, self._read_since)
        self._listeners.append(listener)
        try:
            yield listener
        finally:
            self._listeners.remove(listener)
            self._waiting.discard(listener)

    def _wait(self, listener: Listener) -> None:
        if self._last > max(listener.after, self._ring.given_up):
            listener.tell()
        else:
            self._waiting.add(listener)

    def _read_since(self, after: int, most: int) -> tuple[list[Entry], int]:
        """The newest entries after a number, oldest first, and how many before them are missing; at least one
        of those that are kept no longer is all that numbers with gaps tell.
        """
        newest = takewhile(lambda entry: entry.number > after, self._read())
        entries = list(islice(newest, min(most, self._most)))[::-1]
        if not entries:
            return entries, 0
        if self._number is None:
            return entries, entries[-1].number - after - len(entries)
        count = self._count(after + 1)
        is_any_gone = count > self._most or self._ring.given_up > after
        return entries, min(count, self._most) - len(entries) + is_any_gone
