"""The other workers of this machine: what only all of them know together is asked of each."""

import asyncio
import hmac
import time
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx

HEADER = "sandbox-sibling"
PATIENCE = 5.0  # seconds for the answer of a worker, which may just be replaced
PAUSE = 0.5  # seconds until a stream that broke is asked for again
MOST_WAITING = 16  # pieces of streams

Json = Any


@dataclass(frozen=True)
class Siblings:
    """The workers of this machine, this one among them. index: which it is; ports: where each answers the
    others, on the loopback interface, none without workers; secret: what they know each other by; since:
    when the first was started, by the clock that all processes of a machine share (`time.monotonic()`).
    """

    index: int = 0
    ports: Sequence[int] = ()
    secret: str = field(default="", repr=False)
    since: float = 0.0

    @property
    def numbering(self) -> Callable[[int], int] | None:
        """How entries of the log are numbered, None for one by one."""
        return self.number if self.ports else None

    def number(self, last: int) -> int:
        """The next number for an entry of the log: greater than the last one, and than any that another
        worker gave before; no two give the same.
        """
        several = len(self.ports)
        now = int((time.monotonic() - self.since) * 1e6)
        return max(now, last // several + 1) * several + self.index

    def find_other(self, number: int) -> int | None:
        """The port of the worker that gave a number, None when it is this one."""
        index = number % len(self.ports) if self.ports else self.index
        return None if index == self.index else self.ports[index]

    @property
    def others(self) -> list[int]:
        """The ports of the others."""
        return [port for index, port in enumerate(self.ports) if index != self.index]

    def sent(self, headers: Mapping[str, str]) -> bool:
        """Whether a request is another worker's, and so about this one only. headers: lower-case names."""
        given = headers.get(HEADER, "")
        return bool(self.secret) and hmac.compare_digest(given.encode(), self.secret.encode())

    async def ask(self, port: int, method: str, path: str, query: Mapping[str, Any]) -> Json:
        """What a worker's control plane answers, None when it has nothing or does not answer."""
        import httpx  # only workers need it

        with suppress(httpx.HTTPError):
            async with self._open(PATIENCE) as client:
                answer = await client.request(method, _locate(port, path), params=dict(query))
                return answer.json() if answer.status_code == 200 else None
        return None

    async def ask_all(self, method: str, path: str, query: Mapping[str, Any]) -> list[Json]:
        """What the control planes of the others answer."""
        asked = (self.ask(port, method, path, query) for port in self.others)
        return [answer for answer in await asyncio.gather(*asked) if answer is not None]

    async def follow(
        self, port: int, path: str, query: Mapping[str, Any], after: int
    ) -> AsyncGenerator[bytes]:
        """A worker's stream of events, and that of the one who replaces it. after: the last known entry."""
        import httpx

        while True:
            with suppress(httpx.HTTPError):
                async with (
                    self._open(None) as client,
                    client.stream("GET", _locate(port, path), params={**query, "after": after}) as answer,
                    aclosing(_split(answer)) as events,
                ):
                    async for event in events:
                        yield event
                        after = _read_number(event) or after
            await asyncio.sleep(PAUSE)

    def _open(self, patience: float | None) -> "httpx.AsyncClient":
        import httpx

        return httpx.AsyncClient(
            verify=False, trust_env=False, timeout=patience, headers={HEADER: self.secret}
        )


ALONE = Siblings()


def _locate(port: int, path: str) -> str:
    return f"http://127.0.0.1:{port}/_sandbox{path}"


async def _split(answer: "httpx.Response") -> AsyncGenerator[bytes]:
    """The server-sent events of a stream, without its comments."""
    rest = b""
    async for chunk in answer.aiter_bytes():
        *events, rest = (rest + chunk).split(b"\n\n")
        for event in events:
            if not event.startswith(b":"):
                yield event + b"\n\n"


def _read_number(event: bytes) -> int | None:
    field, _, rest = event.partition(b": ")
    return int(rest.partition(b"\n")[0]) if field == b"id" else None


async def merge(streams: Sequence[AsyncGenerator[bytes]]) -> AsyncGenerator[bytes]:
    """The pieces of several streams without end, as they come."""
    pieces: asyncio.Queue[bytes] = asyncio.Queue(MOST_WAITING)
    tasks = [asyncio.create_task(_forward(stream, pieces)) for stream in streams]
    try:
        while True:
            yield await pieces.get()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _forward(stream: AsyncGenerator[bytes], pieces: asyncio.Queue[bytes]) -> None:
    async with aclosing(stream):
        async for piece in stream:
            await pieces.put(piece)
