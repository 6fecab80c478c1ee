"""A sandbox for tests: in a thread of this process, or in a process of its own."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Self, TypedDict, Unpack

import uvicorn

from .app import App
from .clock import Clock, write_instant
from .control import Gate
from .documents import find_documents
from .options import find_control_token, make_gate, make_settings, read_options
from .problems import Unusable
from .processes import spawn
from .protocol import Protocol
from .remote import Remote, World
from .server import describe, listen
from .sites import Settings, Site

PATIENCE = 30.0  # seconds until the server answers, or has ended
Wrap = Callable[[Any], Any]


class Options(TypedDict, total=False):
    """The options of `sandbox serve`, with an underscore for each dash."""

    seed: int
    now: datetime | str
    state: str
    speed: str
    fixtures: Path | str
    webhook_url: str
    webhook_secret: str
    webhook_events: Iterable[str]
    control_token: str
    no_cors: bool


class Sandbox(World):
    """A sandbox of some documents, all shipped ones for none, that answers while the context lasts.

    As a World it is the one of tokens without a suffix; `world(name)` gives others. Parameters: documents,
    files or names of shipped APIs; process, True for a process of its own; options, those of `sandbox serve`.
    Entering raises Unusable for what cannot be served.
    """

    def __init__(self, *documents: Path | str, process: bool = False, **options: Unpack[Options]) -> None:
        super().__init__(Remote(""), {})
        self._start = spawn if process else embed_options
        self._arguments = [*write_options(options), *map(str, documents)]
        self._token = find_control_token(options.get("control_token"))
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        ready = self._stack.enter_context(self._start(self._arguments))
        super().__init__(Remote(ready["url"], self._token), ready["apis"])
        self.personas: dict[str, list[str]] = ready["tokens"]
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def world(self, name: str) -> World:
        """The world of that name; made on its first use."""
        return World(self._remote, self.apis, name)


def write_options(options: Options) -> list[str]:
    """The options as arguments of the command."""
    return [text for name, value in options.items() for text in _write_option(name, value)]


def _write_option(name: str, value: object) -> list[str]:
    option = f"--{name.replace('_', '-')}"
    if value is None or isinstance(value, bool):
        return [option] if value else []
    if isinstance(value, datetime):
        value = write_instant(value, "milliseconds")
    elif not isinstance(value, str) and isinstance(value, Iterable):
        value = ",".join(value)
    return [f"{option}={value}"]


@contextmanager
def embed_options(arguments: list[str]) -> Iterator[dict[str, Any]]:
    """What the ready line of `sandbox serve ARGUMENTS` would say of a sandbox in a thread of this process."""
    options = read_options(arguments)
    documents, settings = find_documents(options.documents), make_settings(options)
    clock, gate, cors = Clock(options.now), make_gate(options), not options.no_cors
    with embed(documents, settings, clock, cors=cors, gate=gate) as (url, site):
        yield describe(site, url)


@contextmanager
def embed(
    documents: list[Path],
    settings: Settings | None = None,
    clock: Clock | None = None,
    wrap: Wrap = lambda app: app,
    *,
    cors: bool = True,
    gate: Gate | None = None,
) -> Iterator[tuple[str, Site]]:
    """The URL and the site of a sandbox that answers on a free port of 127.0.0.1 until the context ends.

    Parameters: documents, files; wrap, what makes another ASGI application of the sandbox's; gate, who may
    use the control plane.
    Raises Unusable for what cannot be served.
    """
    with closing(listen("127.0.0.1", 0)) as listener:
        site = Site(documents, settings or Settings(), clock or Clock())
        config = uvicorn.Config(
            wrap(App(site, cors=cors, gate=gate)),
            log_config=None,
            access_log=False,
            server_header=False,
            http=Protocol,
            lifespan="on",
            timeout_graceful_shutdown=1,
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=[[listener]], name="sandbox", daemon=True)
        thread.start()
        try:
            _await_start(server, thread)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}", site
        finally:
            server.should_exit = True
            thread.join(PATIENCE)


def _await_start(server: uvicorn.Server, thread: threading.Thread) -> None:
    end = time.monotonic() + PATIENCE
    while not server.started:
        if not thread.is_alive() or time.monotonic() > end:
            raise Unusable("the sandbox did not start")
        time.sleep(0.005)
