"""The request log: the latest requests in memory, bounded in number and bytes."""

import asyncio
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import chain, islice, takewhile
from typing import Any, Union

from .bodies import Receive
from .entries import LONGEST_BODY, Entry, Noted, note, pack, unpack
from .responses import Response
from .rings import Ring
from .selections import matches

MOST_ENTRIES = 10_000
MOST_BYTES = 16 << 20
MOST_FRESH = 16  # entries that are not packed yet
MOST_WAITING = 100  # entries that a listener may lag behind
PACE = 0.5  # seconds between two looks of a listener, so that one costs little under load
PATIENCE = 0.25  # seconds for the body of a request that was refused unread


Sent = Union["Recorder", bytes, None]


class Listener:
    """Takes entries as they come. One that lags behind loses the oldest and is told how many.

    read: the entries after a number, at most so many, and how many were lost before them.
    """

    def __init__(self, read: Callable[[int, int], tuple[list[Entry], int]], after: int) -> None:
        self._read, self._after = read, after
        self._ready = asyncio.Event()

    def tell(self) -> None:
        """There is one more entry; never waits."""
        self._ready.set()

    async def listen(self, patience: float) -> AsyncIterator[tuple[list[Entry], int]]:
        """Entries since the last time, and how many were lost before them; none after a silence.

        patience: seconds of silence.
        """
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(patience):
                    await self._ready.wait()
            self._ready.clear()
            entries, lost = self._read(self._after, MOST_WAITING)
            self._after = entries[-1].number if entries else self._after
            yield entries, lost
            await asyncio.sleep(PACE if entries else 0)


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
        self._fresh: deque[Noted] = deque()
        self._epoch = 0.0  # Unix time when `time.perf_counter()` was 0
        self._lock = threading.Lock()
        self._listeners: list[Listener] = []
        self._number = number
        self._last = 0
        self._pack()

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
        """Keep a request and its response. sent: the request's body; started: by `time.perf_counter()`.

        Returns its number.
        """
        number = self._last = self._number(self._last) if self._number else self._last + 1
        seconds = time.perf_counter() - started
        if sent is None:
            start, size = b"", 0
        elif isinstance(sent, Recorder):
            start, size = sent.content, sent.size
        else:
            start, size = sent[:LONGEST_BODY], len(sent)
        if len(self._fresh) >= MOST_FRESH:  # before, for the latest response has yet to be told its number
            self._pack()
        self._fresh.append(note(number, self._epoch + started, seconds, scope, start, size, response))
        for listener in self._listeners:
            listener.tell()
        return number

    def _pack(self) -> Ring:
        """Pack the latest entries: some at a time, so that what does it stays in the caches of the CPU."""
        with self._lock:
            self._epoch = time.time() - time.perf_counter()
            # Another thread may add one meanwhile.
            fresh = [self._fresh.popleft() for _ in range(len(self._fresh))]
            if fresh:
                self._ring.add(fresh[-1][0], len(fresh), pack(fresh))
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
        since = self._last if after is None else after
        listener = Listener(self._read_since, since)
        if self._last > since:
            listener.tell()
        self._listeners.append(listener)
        try:
            yield listener
        finally:
            self._listeners.remove(listener)

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


class Recorder:
    """Receives the body of a request, and keeps its start for the log."""

    __slots__ = ("_is_complete", "_receive", "content", "size")

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._is_complete = False
        self.content, self.size = b"", 0

    async def __call__(self) -> Any:
        """The next message."""
        message = await self._receive()
        body = message.get("body", b"")
        if self.size < LONGEST_BODY:
            self.content += body[: LONGEST_BODY - self.size]
        self.size += len(body)
        self._is_complete = not message.get("more_body", False)
        return message

    async def finish(self, headers: Mapping[str, str]) -> None:
        """Read a short body that nobody asked for, such as that of a request without a credential.

        A client that wants to be asked for it first (`Expect: 100-continue`) is not asked.
        """
        length = headers.get("content-length", "")
        if not (length.isascii() and length.isdigit() and 0 < int(length) <= LONGEST_BODY):
            return
        if not self._is_complete and "expect" not in headers:
            await asyncio.sleep(0)  # from here on there is a task, which a time-out needs
            with suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE):
                    while not self._is_complete:
                        await self()
