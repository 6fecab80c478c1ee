"""Loads that last: clients that ask without a pause, and know which status each answer must have."""

import asyncio
import json
import random
import re
import time
from collections import Counter, deque
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Any, cast

CLIENTS, WORLDS = 16, 8  # several worlds, for a token of one may send a million requests an hour
ALIVE = 20  # records of each client that are there at a time
PATIENCE = 5.0  # seconds for an answer
SHOWN = 5  # unexpected answers that are kept
LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)
PROJECTS = "/yourcompany/v1/projects"
RECORDS = "/devsync/api/v1/sync/records"
PROJECT = {"name": "Endurance", "description": "x" * 200, "settings": {"visibility": "private"}}


@dataclass(frozen=True)
class Ask:
    """A request, and the status that its answer must have."""

    data: bytes
    expected: int


Script = Generator[Ask, bytes, None]  # of a client: asks, and is given the body of each answer
Write = Callable[[str, random.Random], Script]  # makes one of a world


@dataclass
class Tally:
    """What the clients saw. slowest: seconds until an answer, at worst, since the warm-up."""

    answers: Counter[int] = field(default_factory=Counter)
    unexpected: int = 0
    shown: list[str] = field(default_factory=list)
    slowest: float = 0.0

    def note(self, text: str) -> None:
        """Something that should not be."""
        self.unexpected += 1
        if len(self.shown) < SHOWN:
            self.shown.append(text)


def ask(expected: int, method: str, path: str, world: str, *, token: str = "demo", body: Any = None) -> Ask:
    """A request of a world."""
    sent = b"" if body is None else json.dumps(body).encode()
    head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}.{world}\r\n"
    head += f"Content-Type: application/json\r\nContent-Length: {len(sent)}\r\n" if sent else ""
    return Ask(head.encode() + b"\r\n" + sent, expected)


def read(world: str, draw: random.Random) -> Script:
    """Reads of all kinds, and requests that are refused. Most are unlike any before."""
    key = ""
    while True:
        page, strange = draw.randint(1, 9), f"{draw.getrandbits(64):x}"
        order, sort = draw.choice(["asc", "desc"]), draw.choice(["name", "created_at", "updated_at"])
        many = yield ask(200, "GET", f"{PROJECTS}?page={page}&per_page=5&sort={sort}&order={order}", world)
        key = next(iter(each["id"] for each in json.loads(many)["data"]), key) or "proj_abc123"
        yield ask(200, "GET", f"{PROJECTS}/{key}", world)
        yield ask(200, "GET", f"{RECORDS}?developerId=dev-456&limit={draw.randint(1, 100)}", world)
        yield ask(200, "GET", f"{RECORDS}?developerId={strange}", world)
        yield ask(200, "GET", f"/humanapi/v1/human/medical/encounters?limit={draw.randint(1, 9)}", world)
        yield ask(404, "GET", f"{PROJECTS}/{strange}", world)
        yield ask(404, "GET", f"/yourcompany/v1/{strange}", world)
        yield ask(400, "GET", f"{PROJECTS}?per_page={strange}x", world)
        yield ask(400, "POST", PROJECTS, world, body={"name": 5, strange: strange})
        yield ask(401, "GET", PROJECTS, world, token=strange)
        yield ask(405, "PATCH", f"{PROJECTS}/{strange}", world)


def create_and_delete(world: str, draw: random.Random) -> Script:
    """Creates a record, deletes the oldest of its own, and so on."""
    alive: deque[str] = deque()
    while True:
        name = f"{PROJECT['name']} {draw.getrandbits(64):x}"
        made = yield ask(201, "POST", PROJECTS, world, body=PROJECT | {"name": name})
        alive.append(json.loads(made)["id"])
        if len(alive) > ALIVE:
            yield ask(200, "DELETE", f"{PROJECTS}/{alive.popleft()}", world)


class Client(asyncio.Protocol):
    """Sends what its script asks, one request after the other."""

    def __init__(self, script: Script, tally: Tally) -> None:
        self._script, self._tally = script, tally
        self._got, self._asked = b"", Ask(b"", 0)
        self._since = 0.0
        self._ended = False
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask first."""
        self.transport = cast(asyncio.Transport, transport)  # which uvloop's is not
        self._send(next(self._script))

    def connection_lost(self, exc: Exception | None) -> None:
        """The sandbox must not close a connection; we do at the end."""
        if not self._ended:
            self._tally.note(f"connection closed: {exc}")

    def data_received(self, data: bytes) -> None:
        """A piece of an answer."""
        self._got += data
        head, mark, body = self._got.partition(b"\r\n\r\n")
        length = LENGTH.search(head)
        if not mark or len(body) < int(length[1] if length else 0):
            return
        self._got = b""
        self._judge(int(head[9:12]), body)
        if not self._ended:
            self._send(self._script.send(body))

    def close(self) -> None:
        """End, whatever is under way: it must not have waited for long."""
        self._ended = True
        waited = time.perf_counter() - self._since
        if waited > PATIENCE:
            self._tally.note(f"no answer for {waited:.0f} s: {self._asked.data[:200]!r}")
        if self.transport:
            self.transport.close()

    def _send(self, asked: Ask) -> None:
        assert self.transport
        self._asked, self._since = asked, time.perf_counter()
        self.transport.write(asked.data)

    def _judge(self, status: int, body: bytes) -> None:
        self._tally.answers[status] += 1
        self._tally.slowest = max(self._tally.slowest, time.perf_counter() - self._since)
        if status != self._asked.expected:
            line = self._asked.data.partition(b"\r")[0].decode()
            self._tally.note(f"{line}: {status} instead of {self._asked.expected}, {body[:200]!r}")


async def load(port: int, write: Write, tally: Tally) -> list[Client]:
    """Clients that ask until their connections are closed."""
    loop = asyncio.get_running_loop()
    clients = []
    for number in range(CLIENTS):
        script = write(f"e{number % WORLDS}", random.Random(number))
        client = Client(script, tally)
        await loop.create_connection(lambda client=client: client, "127.0.0.1", port)  # type: ignore[misc]
        clients.append(client)
    return clients
