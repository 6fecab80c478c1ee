"""A client that asks one thing after the other: what a request takes without a queue."""

import json
import re
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count
from statistics import median
from typing import Any, Self
from urllib.parse import urlsplit

from .processes import Running, Unmeasurable

ROUNDS = 3
MOST = 200  # requests of one kind in one round, which ends after so many seconds at the latest:
SECONDS = 0.25
IDLE = 2.0  # seconds after which a server may have closed the connection
LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


class Client:
    """A connection to a server. base: where its paths start; token: a bearer token."""

    def __init__(self, running: Running, base: str, token: str) -> None:
        self.running = running
        self._base = base
        parts = urlsplit(running.address)
        self._host = parts.netloc
        self.token = token
        self._numbers = count()
        self._address = parts.hostname, parts.port
        self._connect()

    def _connect(self) -> None:
        self._socket = socket.create_connection(self._address, timeout=60)
        self._used = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def number(self) -> str:
        """A text that it has not given before."""
        return f"{id(self)}-{next(self._numbers)}"

    def ask(self, method: str, path: str, body: Any = None, accepted: bytes = b"2") -> bytes:
        """The body of one answer. Raises Unmeasurable if its status does not begin as the accepted ones."""
        content = b"" if body is None else json.dumps(body).encode()
        kind = f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n" if content else ""
        head = f"Host: {self._host}\r\nAuthorization: Bearer {self.token}\r\n"
        request = f"{method} {self._base}{path} HTTP/1.1\r\n{head}{kind}\r\n"
        if time.monotonic() - self._used > IDLE:
            self._socket.close()
            self._connect()
        self._socket.sendall(request.encode() + content)
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += self._receive()
        lines, _, content = answer.partition(b"\r\n\r\n")
        length = LENGTH.search(lines)
        while length and len(content) < int(length[1]):
            content += self._receive()
        self._used = time.monotonic()
        if lines[9:10] != accepted:
            raise Unmeasurable(f"{method} {self._base}{path} answers {lines[9:12]!r}: {content[:200]!r}")
        return content

    def _receive(self) -> bytes:
        received = self._socket.recv(1 << 16)
        if not received:
            raise Unmeasurable(f"{self.running.server.name} closed the connection")
        return received


@dataclass
class Timed:
    """What one kind of request took. each: milliseconds; cpu: seconds that the server spent on them."""

    each: list[float] = field(default_factory=list)
    cpu: float = 0.0

    @property
    def p50(self) -> float:
        """The median in milliseconds."""
        return median(self.each)

    @property
    def rate(self) -> float:
        """Requests per second of this one client."""
        return 1000 * len(self.each) / sum(self.each)


# Prepares the next request of a client and returns what sends it; only that is timed.
Prepare = Callable[[Client], Callable[[], object]]


def take_turns(clients: Sequence[Client], prepare: Prepare) -> list[Timed]:
    """One kind of request to each of several servers, in rounds, by turns."""
    all_timed = [Timed() for _ in clients]
    for _ in range(ROUNDS):
        for client, timed in zip(clients, all_timed, strict=True):
            spent, until = client.running.cpu(), time.perf_counter() + SECONDS
            for _ in range(MOST):
                timed.each += take_times(prepare(client), 1)
                if time.perf_counter() > until:
                    break
            timed.cpu += client.running.cpu() - spent
    return all_timed


def take_times(send: Callable[[], object], number: int) -> list[float]:
    """Milliseconds that each of so many requests takes."""
    times = []
    for _ in range(number):
        started = time.perf_counter()
        send()
        times.append((time.perf_counter() - started) * 1000)
    return times
