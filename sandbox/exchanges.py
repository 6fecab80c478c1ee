"""One request and its response on a connection of our server: run at once, and written in one piece."""

import asyncio
import http.client
import re
from collections.abc import Coroutine, Generator, Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from http import HTTPStatus
from types import coroutine
from typing import Any

from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from .breaks import drop, truncate
from .responses import Response
from .streams import write_stream

NO_CONTENT = int(HTTPStatus.NO_CONTENT)  # a member of an enumeration is looked up by Python code
LINES = {
    status: f"HTTP/1.1 {status} {http.client.responses.get(status, '')}\r\n" for status in range(100, 600)
}
NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # of a header (RFC 9110 §5.1)
CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")  # what no value of a header has
# They decide how the rest is sent, which is left to uvicorn.
FRAMING = {"connection", "content-length", "transfer-encoding"}


class Exchange(RequestResponseCycle):
    """A request and its response, which need no task while nothing has to be waited for."""

    def __init__(self, protocol: HttpToolsProtocol, scope: Any, *, keep_alive: bool) -> None:
        super().__init__(
            scope=scope,
            transport=protocol.transport,
            flow=protocol.flow,
            logger=protocol.logger,
            access_logger=protocol.access_logger,
            access_log=protocol.access_log,
            default_headers=protocol.server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=protocol.expect_100_continue,
            keep_alive=keep_alive,
            on_response=protocol.on_response_complete,
        )

    def run(self, app: Any) -> Coroutine[Any, Any, None] | None:
        """Run the application until it waits for something; what is left then is returned, for a task."""
        running = self.run_asgi(app)
        try:
            awaited = running.send(None)
        except StopIteration:
            return None
        return _go_on(running, awaited)

    def take(self) -> bytes | None:
        """The body of the request, for once; None where more of it is to come."""
        if self.more_body or self.disconnected or self.waiting_for_100_continue:
            return None
        body, self.body = bytes(self.body), bytearray()
        self.message_event.clear()
        return body

    def respond(self, status: int, headers: Mapping[str, str], body: bytes, size: int | None) -> bool:
        """Write a whole response. size: the Content-Length, None for none.

        Returns False, with nothing written, where it has to be sent as ASGI says.
        """
        if self.flow.write_paused or self.response_started:
            return False
        if self.disconnected:
            return True
        head = [LINES[status]]
        for name, value in headers.items():
            known = _fit_name(name)
            if known is None or (not value.isprintable() and CONTROL.search(value)):
                return False
            head.append(f"{known}: {value}\r\n")
        head.append(_write_defaults(*self.default_headers))
        if size is not None:
            head.append(f"content-length: {size}\r\n")
        head.append("\r\n" if self.keep_alive else "connection: close\r\n\r\n")
        self.response_started = self.response_complete = True
        self.waiting_for_100_continue = False
        self.transport.write("".join(head).encode("latin-1", "replace") + body)
        self.message_event.set()
        if not self.keep_alive:
            self.transport.close()
        self.on_response()
        return True


@lru_cache(1)
def _write_defaults(*headers: tuple[bytes, bytes]) -> str:
    """The headers of every response; their date changes once a second."""
    return "".join(f"{name.decode()}: {value.decode()}\r\n" for name, value in headers)


@lru_cache(1000)
def _fit_name(name: str) -> str | None:
    """A header's name as it is written; None for one that this is not for."""
    lower = name.lower()
    return lower if NAME.fullmatch(name) and lower not in FRAMING else None


async def _go_on(running: Coroutine[Any, Any, None], awaited: Any) -> None:
    await _await_rest(running, awaited)


@coroutine
def _await_rest(running: Coroutine[Any, Any, None], awaited: Any) -> Generator[Any, Any, None]:
    """What `await` does with a coroutine, for one that waits already; for its next turn, no longer."""
    with suppress(StopIteration):
        if awaited is None:
            awaited = running.send(None)
        while True:
            try:
                sent = yield awaited
            except BaseException as error:
                awaited = running.throw(error)
            else:
                awaited = running.send(sent)


def take_body(receive: Receive) -> bytes | None:
    """The body of a request, if it is here as a whole; None where it has to be received."""
    exchange = getattr(receive, "__self__", None)
    return exchange.take() if isinstance(exchange, Exchange) else None


async def write_response(response: Response, scope: Scope, receive: Receive, send: Send) -> None:
    """Send a response; a HEAD request gets the headers only (RFC 9110 §9.3.2)."""
    if response.broken == "dropped":
        await drop(scope, receive)
        return
    body = b"" if scope["method"] == "HEAD" else response.body
    exchange = getattr(send, "__self__", None)  # another's send may change what passes through it
    if isinstance(exchange, Exchange) and not response.broken and not response.stream:
        size = None if response.status == NO_CONTENT else len(response.body)
        if exchange.respond(response.status, response.headers, body, size):
            return
    await send({"type": "http.response.start", "status": response.status, "headers": list(_encode(response))})
    if response.broken:
        await truncate(body, scope, receive, send)
    elif response.stream and scope["method"] != "HEAD":
        await write_stream(response.stream, receive, send)
    else:
        await send({"type": "http.response.body", "body": body})


def _encode(response: Response) -> Iterator[tuple[bytes, bytes]]:
    for name, value in response.headers.items():
        yield name.encode("latin-1"), value.encode("latin-1", "replace")
    if response.status != NO_CONTENT and not response.stream:
        yield b"Content-Length", str(len(response.body)).encode()
