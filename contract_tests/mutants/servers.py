"""A mutant as a running server."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import uvicorn

from sandbox.app import App
from sandbox.clock import Clock
from sandbox.protocol import Protocol
from sandbox.server import listen
from sandbox.sites import Settings, Site

from .rows import Mutant, read_base

PATIENCE = 30.0  # seconds until the server answers, or has ended


@contextmanager
def serve(mutant: Mutant, settings: Settings | None = None, clock: Clock | None = None) -> Iterator[str]:
    """The base URL of a mutant that runs in a thread of this process on a free port of 127.0.0.1."""
    with TemporaryDirectory() as folder, closing(listen("127.0.0.1", 0)) as listener:
        path = Path(folder) / f"{mutant.api}.yaml"  # JSON is YAML, and the stem is the name of the API
        path.write_text(json.dumps(mutant.document(read_base(mutant.api))), encoding="utf-8")
        site = Site([path], settings or Settings(), clock or Clock())
        config = uvicorn.Config(
            mutant.wrap(App(site)),
            log_config=None,
            access_log=False,
            server_header=False,
            http=Protocol,
            lifespan="on",
            timeout_graceful_shutdown=1,
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=[[listener]], name=mutant.id, daemon=True)
        thread.start()
        try:
            _await_start(server, thread)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}{site.apis[0].prefix}"
        finally:
            server.should_exit = True
            thread.join(PATIENCE)


def _await_start(server: uvicorn.Server, thread: threading.Thread) -> None:
    end = time.monotonic() + PATIENCE
    while not server.started:
        if not thread.is_alive() or time.monotonic() > end:
            raise RuntimeError(f"{thread.name}: the server did not start")
        time.sleep(0.005)
