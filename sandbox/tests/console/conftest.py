"""A sandbox, a receiver of its webhooks, and a browser that looks at the console."""

import json
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from sandbox import Sandbox
from sandbox.tests.console.browser import Browser, find_missing, start_browser

NUMBERS = count(1)


class Receiver(ThreadingHTTPServer):
    """Receives webhooks."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Taker)
        self.events: list[dict[str, Any]] = []

    @property
    def url(self) -> str:
        """Where it receives."""
        return f"http://127.0.0.1:{self.server_port}/hooks"


class Taker(BaseHTTPRequestHandler):
    """Takes one webhook."""

    server: Receiver

    def do_POST(self) -> None:
        """Keep the body."""
        self.server.events.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *arguments: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def receiver() -> Iterator[Receiver]:
    with Receiver() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def served(receiver: Receiver) -> Iterator[Sandbox]:
    """A sandbox that all tests of the session share: each has a world of its own."""
    with Sandbox("devsync", "healthsync", "yourcompany", webhook_url=receiver.url) as made:
        yield made


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    missing = find_missing()
    if missing and os.environ.get("CI") == "true":
        pytest.fail(missing)
    if missing:
        pytest.skip(missing)
    with start_browser() as made:
        yield made


@pytest.fixture
def browser(chromium: Browser) -> Browser:
    """The browser with a light page of a desk, and nothing left of the test before."""
    chromium.open("about:blank")
    chromium.driver.delete_all_cookies()
    chromium.emulate()
    chromium.complaints()
    return chromium


@dataclass
class Visit:
    """The console in a world of its own, and a client in the same world."""

    sandbox: Sandbox
    browser: Browser
    world: str = field(default_factory=lambda: f"visit-{next(NUMBERS)}")

    def open(self, page: str, **query: str) -> Browser:
        """Open a page of the console in the world."""
        path = "/" if page == "overview" else f"/console/{page}"
        self.browser.open(f"{self.sandbox.url}/_sandbox{path}?{urlencode({'world': self.world, **query})}")
        return self.browser

    def ask(self, method: str, api: str, path: str, **request: Any) -> httpx.Response:
        """Call an API."""
        headers = {"Authorization": f"Bearer demo.{self.world}", **request.pop("headers", {})}
        return httpx.request(method, self.sandbox.base(api) + path, headers=headers, **request)


@pytest.fixture
def visit(served: Sandbox, browser: Browser) -> Visit:
    return Visit(served, browser)
