"""Faults of deliveries: a relay stands between the server and the receivers of its events."""

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.error import HTTPError, URLError
from urllib.request import Request as Post
from urllib.request import urlopen

from .exchanges import Memory, Request, Response, Serve

TIMEOUT = 5.0  # seconds for one delivery
GONE = 502


@dataclass
class Relay:
    """Passes deliveries on to the addresses that were subscribed; one that failed once gets no more."""

    targets: list[str] = field(default_factory=list)
    given_up: set[str] = field(default_factory=set)
    url: str = ""

    def address(self, target: str) -> str:
        """The address of the relay that stands for a target."""
        self.targets.append(target)
        return f"{self.url}/{len(self.targets) - 1}"

    def take(self, path: str, headers: dict[str, str], content: bytes) -> int:
        """Pass a delivery on. Returns the status to answer with."""
        target = self.targets[int(path.strip("/"))]
        if target in self.given_up:
            return GONE
        try:
            with urlopen(Post(target, content, headers), timeout=TIMEOUT) as answer:
                return int(answer.status)
        except HTTPError as error:
            self.given_up.add(target)
            return error.code
        except URLError:
            self.given_up.add(target)
            return GONE


def start() -> Relay:
    """A relay on a free port of the loopback interface; it lives as long as the process."""
    relay = Relay()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            kept = {name: value for name, value in self.headers.items() if name.lower() != "host"}
            self.send_response(relay.take(self.path, kept, content))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Write no log."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    relay.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    return relay


async def give_up(request: Request, serve: Serve, memory: Memory, *, field: str = "url") -> Response:
    """A subscriber that has failed once is never sent anything again."""
    body = request.json()
    if not isinstance(body, dict) or not str(body.get(field, "")).startswith("http://127.0.0.1"):
        return await serve(request)
    if "relay" not in memory.values:
        memory.values["relay"] = start()
    target = str(body[field])
    mine = memory.values["relay"].address(target)
    response = await serve(request.with_json({**body, field: mine}))
    text = response.body.decode("utf-8", "replace").replace(json.dumps(mine), json.dumps(target))
    return Response(response.status, response.headers, text.encode())
