"""A peer in a thread of this process, for tests."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from werkzeug.serving import make_server

from contract_tests.peers.__main__ import BASE_PATHS, KeepAliveHandler


@contextmanager
def run(api: str, app: Flask) -> Iterator[str]:
    """The base URL of a peer that answers on a free port of 127.0.0.1 until the context ends.

    Parameters: api, whose base path it has; app, what the peer's `build` made.
    """
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=KeepAliveHandler)
    thread = threading.Thread(target=server.serve_forever, args=[0.05], daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}{BASE_PATHS[api]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
