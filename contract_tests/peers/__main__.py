"""Serve one peer: `python -m contract_tests.peers <api> [--choices plain|unusual] [--bug NAME]`."""

import argparse
import io
import json
import sys
from collections.abc import Mapping
from contextlib import suppress
from http import HTTPStatus
from importlib import import_module
from types import ModuleType
from typing import Any, NoReturn

from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.test import run_wsgi_app

from contract_tests.peers.bugs import Bug

BASE_PATHS = {
    "devsync": "/api/v1/sync",
    "healthsync": "/v1",
    "humanapi": "/v1",
    "medisync": "/api",
    "yourcompany": "/v1",
}
CHOICES = ("plain", "unusual")


class KeepAliveHandler(WSGIRequestHandler):
    """Answers on a connection that stays open: Werkzeug's own handler closes it after each answer."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Write no request log."""

    def run_wsgi(self) -> None:
        """Read the whole request, run the application, send the whole answer."""
        environ = self.make_environ()
        if not self._read_body(environ):
            return
        try:
            parts, status, headers = run_wsgi_app(self.server.app, environ, buffered=True)
            self._send(status, list(headers), b"".join(parts))
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _read_body(self, environ: dict[str, Any]) -> bool:
        """Take the body off the connection: what an application leaves unread would be the next request."""
        try:
            if environ.get("wsgi.input_terminated"):
                body = environ["wsgi.input"].read()
            else:
                body = self.rfile.read(max(int(environ.get("CONTENT_LENGTH") or 0), 0))
        except (OSError, ValueError):
            self.close_connection = True
            self.send_error(HTTPStatus.BAD_REQUEST)
            return False
        environ.pop("HTTP_TRANSFER_ENCODING", None)
        environ["CONTENT_LENGTH"] = str(len(body))
        environ["wsgi.input"] = io.BytesIO(body)
        return True

    def _send(self, status: str, headers: list[tuple[str, str]], body: bytes) -> None:
        code, _, reason = status.partition(" ")
        self.send_response(int(code), reason)
        for name, value in headers:
            self.send_header(name, value)
        bodiless = int(code) in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)
        if not bodiless and not any(name.lower() == "content-length" for name, _ in headers):
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if body and not bodiless and self.command != "HEAD":
            self.wfile.write(body)


def arguments(words: list[str] | None = None) -> argparse.Namespace:
    """Read the command line.

    Parameters: words, the words after the program's name; None reads those of the process.
    """
    parser = argparse.ArgumentParser(prog="python -m contract_tests.peers", description=__doc__)
    parser.add_argument("api", help=", ".join(BASE_PATHS))
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    parser.add_argument(
        "--choices", choices=CHOICES, default="plain", help="what to do where the document is silent"
    )
    parser.add_argument("--bug", help="start with this bug")
    parser.add_argument("--rows", type=int, default=60, help="rows in the main collection")
    parser.add_argument("--list", action="store_true", help="print the bugs and stop")
    return parser.parse_args(words)


def peer_of(api: str) -> ModuleType:
    """The package that serves an API.

    Parameters: api, a name among BASE_PATHS; another one ends the process with status 2.
    """
    if api not in BASE_PATHS:
        stop(f"unknown API {api!r}: one of {', '.join(BASE_PATHS)}")
    name = f"contract_tests.peers.{api}"
    try:
        return import_module(name)
    except ModuleNotFoundError as missing:
        if missing.name != name:
            raise
        stop(f"no peer serves {api} yet")


def stop(sentence: str) -> NoReturn:
    """End the process with status 2.

    Parameters: sentence, the one line that says why.
    """
    print(sentence, file=sys.stderr)
    raise SystemExit(2)


def print_table(bugs: Mapping[str, Bug]) -> None:
    """Print the bugs of a peer, one a line.

    Parameters: bugs, by name.
    """
    wide = max((len(name) for name in bugs), default=0)
    for name, bug in bugs.items():
        shape = "valid  " if bug.schema_valid else "invalid"
        print(f"{name:<{wide}}  {bug.requirement:<8}  {shape}  {bug.sentence}")


def serve(options: argparse.Namespace, peer: ModuleType) -> None:
    """Serve until the process is ended.

    Parameters: options, the command line; peer, the package that serves the API.
    """
    app = peer.build(choices=options.choices, bug=options.bug, rows=options.rows)
    server = make_server("127.0.0.1", options.port, app, threaded=True, request_handler=KeepAliveHandler)
    url = f"http://127.0.0.1:{server.server_port}{BASE_PATHS[options.api]}"
    print("READY", json.dumps({"url": url}), flush=True)
    with suppress(KeyboardInterrupt):
        server.serve_forever()


def main() -> None:
    """Print the bugs of a peer or serve it."""
    options = arguments()
    peer = peer_of(options.api)
    if options.list:
        print_table(peer.BUGS)
        return
    if options.bug is not None and options.bug not in peer.BUGS:
        stop(f"{options.api} has no bug {options.bug!r}: see --list")
    serve(options, peer)


if __name__ == "__main__":
    main()
