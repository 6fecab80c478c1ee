"""A receiver of webhooks on this machine: it keeps what arrives, and judges signatures by code of its own."""

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from contract_tests.problems import Unusable

Json = Any
LARGEST = 8 * 1024 * 1024  # bytes of a delivery
PAUSE = 0.02


@dataclass(frozen=True)
class Delivery:
    """One request that arrived: its path, headers (names in lower case) and body."""

    path: str
    headers: Mapping[str, str]
    content: bytes

    @cached_property
    def body(self) -> Json:
        """The body as JSON; None where it is none."""
        try:
            return json.loads(self.content.decode("utf-8"))
        except (ValueError, RecursionError):
            return None

    def __str__(self) -> str:
        return f"POST {self.path} {self.content[:300].decode('utf-8', 'replace')}"


@dataclass
class Receiver:
    """What has arrived so far.

    `secret` signs the deliveries; `failures` says how often a path still answers 500.
    """

    url: str
    secret: str
    deliveries: list[Delivery] = field(default_factory=list)
    failures: dict[str, int] = field(default_factory=dict)

    def at(self, path: str) -> list[Delivery]:
        """The deliveries to a path, the oldest first; all of them for an empty path."""
        return [row for row in list(self.deliveries) if path in ("", row.path)]

    def wait(
        self,
        path: str,
        wanted: Callable[[Delivery], bool],
        seconds: float,
        count: int = 1,
        pause: Callable[[float], None] = time.sleep,
    ) -> list[Delivery]:
        """The wanted deliveries to a path, as soon as there are so many or the time is over."""
        end, seen = time.monotonic() + seconds, 0
        found: list[Delivery] = []
        while True:
            new = self.at(path)[seen:]
            seen += len(new)
            found += [row for row in new if wanted(row)]
            if len(found) >= count or time.monotonic() > end:
                return found
            pause(PAUSE)

    def take(self, delivery: Delivery) -> int:
        """Keep a delivery. Returns the status to answer with."""
        self.deliveries.append(delivery)
        left = self.failures.get(delivery.path, 0)
        self.failures[delivery.path] = max(0, left - 1)
        return 500 if left else 200


@contextmanager
def receive(secret: str, port: int = 0) -> Iterator[Receiver]:
    """A receiver on a free port of the loopback interface; one that is named is open to other machines too.

    Raises Unusable where the port is not free.
    """
    receiver = Receiver("", secret)

    class Handler(BaseHTTPRequestHandler):
        timeout = 10

        def do_POST(self) -> None:
            length = self.headers.get("Content-Length", "0")
            content = self.rfile.read(min(int(length), LARGEST)) if length.isdigit() else b""
            headers = {name.lower(): value for name, value in self.headers.items()}
            self.send_response(receiver.take(Delivery(self.path, headers, content)))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Write no log."""

    try:
        server = ThreadingHTTPServer(("" if port else "127.0.0.1", port), Handler)
    except OSError as error:
        raise Unusable(f"--webhook-port {port}: cannot be listened at ({error.strerror})") from None
    server.daemon_threads = True
    receiver.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()


def sign(content: bytes, secret: str) -> str:
    """The signature of a body: `sha256=` and the hexadecimal HMAC-SHA256 by the secret (RFC 2104)."""
    return "sha256=" + hmac.new(secret.encode(), content, hashlib.sha256).hexdigest()
