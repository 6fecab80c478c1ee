"""A sandbox in a thread of this process, for tests that need one."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import uvicorn

from .app import App
from .clock import Clock
from .problems import Unusable
from .protocol import Protocol
from .server import listen
from .sites import Settings, Site

PATIENCE = 30.0  # seconds until the server answers, or has ended


@contextmanager
def embed(
    documents: list[Path],
    settings: Settings | None = None,
    clock: Clock | None = None,
    wrap: Callable[[Any], Any] = lambda app: app,
) -> Iterator[tuple[str, Site]]:
    """The URL and the site of a sandbox that answers on a free port of 127.0.0.1 until the context ends.

    Parameters: documents, files; wrap, what makes another ASGI application of the sandbox's.
    Raises Unusable for what cannot be served.
    """
    with closing(listen("127.0.0.1", 0)) as listener:
        site = Site(documents, settings or Settings(), clock or Clock())
        config = uvicorn.Config(
            wrap(App(site)),
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
