"""A sandbox in a thread of this process."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import uvicorn

from .app import App
from .clock import Clock
from .control import Gate
from .documents import find_documents
from .options import make_gate, make_settings, read_options
from .problems import Unusable
from .protocol import Protocol
from .server import describe, listen
from .sites import Settings, Site

PATIENCE = 30.0  # seconds until the server answers, or has ended
Wrap = Callable[[Any], Any]


@contextmanager
def embed_options(arguments: Sequence[str]) -> Iterator[dict[str, Any]]:
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
