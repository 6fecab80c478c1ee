"""The request log: the latest requests in memory, bounded in number and bytes."""

import asyncio
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import islice, takewhile
from typing import Any, Union

from .bodies import Receive
from .entries import LONGEST_BODY, Entry, pack, unpack
from .responses import Response
from .rings import Ring
from .selections import matches

MOST_ENTRIES = 10_000
MOST_BYTES = 16 << 20
MOST_FRESH = 16  # entries that are not packed yet
MUCH = 64 << 10  # bytes of a body that is not to wait
MOST_WAITING = 250  # entries that a listener may lag behind
PACE = 0.5  # seconds between two looks of a listener, so that one costs little under load
PATIENCE = 0.25  # seconds for the body of a request that was refused unread


# An entry that is not packed yet.
Sent = Union["Recorder", bytes, None]
Fresh = tuple[int, float, float, Mapping[str, Any], Sent, Response]


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
        self._entries = Ring(most, size)
        self._fresh: deque[Fresh] = deque()
        self._lock = threading.Lock()
        self._listeners: list[Listener] = []
        self._number = number
        self._last = 0

    def __len__(self) -> int:
        return len(self._pack())

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
        self._fresh.append((number, started, time.perf_counter() - started, scope, sent, response))
        if len(self._fresh) >= MOST_FRESH or len(response.body) > MUCH:
            self._pack()
        for listener in self._listeners:
            listener.tell()
        return number

    def _pack(self) -> Ring:
        """Pack the latest entries: some at a time, so that what does it stays in the caches of the CPU."""
        with self._lock:
            epoch = time.time() - time.perf_counter()
            while self._fresh:  # to which another thread may add meanwhile
                number, started, seconds, scope, sent, response = self._fresh.popleft()
                size = sent.size if isinstance(sent, Recorder) else len(sent or b"")
                start = sent.content if isinstance(sent, Recorder) else (sent or b"")[:LONGEST_BODY]
                self._entries.add(
                    number, pack(number, epoch + started, seconds, scope, start, size, response)
                )
        return self._entries

    def find(self, wanted: Mapping[str, str], limit: int, before: int | None = None) -> list[Entry]:
        """The newest entries that match, newest first. before: only those of lower numbers."""
        kept = (packed for number, packed in self._pack().read() if before is None or number < before)
        found = (entry for entry in map(unpack, kept) if matches(entry, wanted))
        return list(islice(found, limit))

    def get(self, number: int) -> Entry | None:
        """The entry of a number, None when there is none any more."""
        packed = self._pack().find(number)
        return unpack(packed) if packed else None

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
        newest = takewhile(lambda kept: kept[0] > after, self._pack().read())
        entries = [unpack(packed) for _, packed in islice(newest, most)][::-1]
        if not entries:
            return entries, 0
        if self._number is None:
            return entries, entries[-1].number - after - len(entries)
        return entries, self._pack().count(after) - len(entries) + (self._pack().forgotten > after)


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
