"""Servers on this machine that keep what they were asked, and misbehave when they are told to."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass, field
from importlib import import_module
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

from werkzeug.serving import make_server
from werkzeug.test import Client

from contract_tests.command import main
from contract_tests.contracts import Contract
from contract_tests.peers.__main__ import BASE_PATHS, KeepAliveHandler

SPECS = Path(__file__).parents[2] / "specs"


@dataclass
class Asked:
    """One request that arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    at: float = field(default_factory=time.monotonic)


@dataclass
class Server:
    """A peer behind a counter.

    `fault` answers in its place from request number `since` on, for `count` requests; `cuts` says after which
    requests the connection is closed although the peer has done what was asked; `tell` hears of
    each request when
    it is done and not yet answered.
    """

    url: str = ""
    app: Any = None
    asked: list[Asked] = field(default_factory=list)
    fault: "Fault | None" = None
    since: int = 0
    count: int = 10**9
    cuts: Callable[[Asked], bool] = lambda _: False
    instead: "Fault | None" = None
    alias: str = ""  # another token of demo
    tell: Callable[[Asked], None] = lambda _: None
    stopping: threading.Event = field(default_factory=threading.Event)

    def break_down(self, fault: "Fault", since: int = 0, count: int = 10**9) -> bool:
        """Misbehave from that request on."""
        self.asked.clear()
        self.fault, self.since, self.count = fault, since, count
        return True

    def snapshot(self, api: str) -> dict[str, Any]:
        """What the lists and the records without a key hold, for each of two users."""
        contract = Contract.load(find(api), api)
        client, found = Client(self.app), {}
        for operation in contract.operations:
            if (
                operation.method == "GET"
                and not operation.within("path")
                and operation.does in ("list", "show")
            ):
                size = operation.parameter(contract.words.get("page", {}).get("size", ""))
                query = {size.name: size.schema.get("maximum", 100)} if size else {}
                for token in ("demo", "peer"):
                    headers = {"Authorization": f"Bearer {token}"}
                    path = BASE_PATHS[api] + operation.path
                    answer = client.get(path, query_string=query, headers=headers)
                    found[f"{token} {operation.name}"] = answer.get_json(silent=True)
        return found

    @property
    def methods(self) -> set[str]:
        """The methods that arrived."""
        return {row.method for row in self.asked}

    @property
    def broken(self) -> bool:
        """Whether the present request meets the fault."""
        return self.fault is not None and 0 <= len(self.asked) - 1 - self.since < self.count


class Handler(KeepAliveHandler):
    """Answers of a peer, or of a fault."""

    def run_wsgi(self) -> None:
        """Keep the request, and answer it or not."""
        state = self.server.state  # type: ignore[attr-defined]
        environ = self.make_environ()
        body = self.rfile.read(int(environ.get("CONTENT_LENGTH") or 0))
        state.asked.append(Asked(self.command, self.path, dict(self.headers.items()), body))
        if state.broken:
            self.close_connection = True
            with suppress(OSError):
                state.fault(self, state)
            return
        if state.alias and environ.get("HTTP_AUTHORIZATION") == f"Bearer {state.alias}":
            self.headers.replace_header("Authorization", "Bearer demo")
        self.rfile, kept = BytesIO(body), self.rfile
        super().run_wsgi()
        self.rfile = kept

    def _send(self, status: str, headers: list[tuple[str, str]], body: bytes) -> None:
        state = self.server.state  # type: ignore[attr-defined]
        state.tell(state.asked[-1])
        if state.cuts(state.asked[-1]):
            self.close_connection = True
            if state.instead is not None:
                state.instead(self, state)
            return
        super()._send(status, headers, body)


Fault = Callable[[Handler, Server], None]


@contextmanager
def peer(
    api: str = "devsync", *, host: str = "127.0.0.1", tls: Any = None, **options: Any
) -> Iterator[Server]:
    """A peer in a thread of this process. Parameters: tls, an SSL context; options of the peer's build."""
    app = import_module(f"contract_tests.peers.{api}").build(
        **{"choices": "plain", "bug": None, "rows": 30} | options
    )
    state = Server(app=app)
    server = make_server(host, 0, app, threaded=True, request_handler=Handler, ssl_context=tls)
    server.state, server.daemon_threads = state, True  # type: ignore[attr-defined]
    name = f"[{host}]" if ":" in host else host
    state.url = f"{'https' if tls else 'http'}://{name}:{server.server_port}{BASE_PATHS[api]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), name="peer", daemon=True)
    thread.start()
    try:
        yield state
    finally:
        state.stopping.set()
        server.shutdown()
        server.server_close()
        thread.join(5)


@dataclass
class Done:
    """What a command came to."""

    code: int
    out: str
    err: str
    seconds: float

    @property
    def text(self) -> str:
        """All that it said."""
        return self.out + self.err


def run(*arguments: str) -> Done:
    """Run a command of the contract suite in this process."""
    out, err, started = StringIO(), StringIO(), time.monotonic()
    with redirect_stdout(out), redirect_stderr(err):
        try:
            code = main(list(arguments), find, None)  # type: ignore[arg-type]
        except SystemExit as end:
            code = int(end.code or 0)
    return Done(code, out.getvalue(), err.getvalue(), time.monotonic() - started)


def find(name: str) -> Path:
    """The file of a shipped document, or the file itself."""
    shipped = SPECS / f"{name}.yaml"
    return shipped if shipped.is_file() else Path(name)


def check(server: Server, *arguments: str, api: str = "devsync") -> Done:
    """Judge a server with its demo token."""
    return run("test", api, "--url", server.url, "--token", "demo", "--depth", "quick", *arguments)
