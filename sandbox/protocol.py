"""HTTP/1.1 on the socket: uvicorn's parser, without what it lets through too freely."""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any, ClassVar

from starlette.types import Scope
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from .breaks import offer_close
from .exchanges import Exchange
from .heads import join_repeated, read_target

FORWARDED = {b"x-forwarded-for", b"x-forwarded-proto"}

PATIENCE = 20.0  # seconds that a request may take to arrive, and one more
PACE = 1000  # for each so many bytes of it
REFUSAL = (
    b"HTTP/1.1 408 Request Timeout\r\nContent-Type: text/plain; charset=utf-8\r\n"
    b"Content-Length: 28\r\nConnection: close\r\n\r\nThe request came too slowly."
)


class Protocol(HttpToolsProtocol):
    """Drops the trailers of a chunked body: they must not pass for headers (RFC 9110 §6.5.1).

    A header that may stand only once is kept with a NUL between its values, which no other code
    takes for a valid value (RFC 9110 §5.3); a second Host is no valid request (RFC 9112 §3.2).

    A request that is here as a whole is answered at once, without a task, unless something has to be
    waited for.

    A request that comes too slowly is refused, and a connection that sends none for long is closed. Where
    there are too many connections, the one that has been waited for longest gives way.
    """

    most: ClassVar[int] = 10_000  # connections
    complete = False
    receiving = False
    forwarded = False  # whether a proxy tells of its client
    cycle: Any
    begun: Exchange | None = None  # to be run once it is complete, or nothing more of it is here
    open: Sequence[Exchange] = ()  # without a whole answer; uvicorn knows the last one only
    awaited = True  # whether a request, or the rest of one, is to come
    since = 0.0
    answered = 0.0  # when the last response was sent
    received = 0
    watch: asyncio.TimerHandle | None = None

    @property
    def asked(self) -> Any:
        """The application; where a proxy tells of its client, behind what reads that."""
        return self.app if self.forwarded else getattr(self.app, "app", self.app)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client is there."""
        super().connection_made(transport)
        self.since = self.loop.time()
        self.watch = self.loop.call_later(PATIENCE, self.check_pace)
        if len(self.connections) > self.most:
            waiting = (each for each in self.connections if isinstance(each, Protocol) and each.awaited)
            min(waiting, key=lambda each: each.since).transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone."""
        if self.watch:
            self.watch.cancel()
        for each in self.open:
            each.disconnected = True
            each.message_event.set()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """A piece of a request."""
        self.received += len(data)
        self.receiving = True
        super().data_received(data)
        self.receiving = False
        if self.begun:
            self.start(self.begun.run_asgi(self.asked))

    def start(self, running: Coroutine[Any, Any, None]) -> None:
        """Let a task run an application, or what is left of it."""
        self.begun = None
        task = self.loop.create_task(running)
        task.add_done_callback(self.tasks.discard)
        self.tasks.add(task)

    def check_pace(self) -> None:
        """Give up a request that comes too slowly; look again when one could next be too slow."""
        left = self.since + PATIENCE + self.received / PACE - self.loop.time()
        if (
            self.flow.read_paused
            or self.is_answering()
            or (not self.awaited and not self.cycle.response_complete)
        ):
            left = PATIENCE
        elif not self.awaited:
            left = self.answered + self.timeout_keep_alive - self.loop.time()
        if left > 0:
            self.watch = self.loop.call_later(left, self.check_pace)
            return
        if self.awaited and self.scope and not (self.complete and self.cycle.response_started):
            self.transport.write(REFUSAL)
        self.transport.close()

    def on_response_complete(self) -> None:
        """A response is sent. That no request follows is looked for now and then, not by a timer for each."""
        self.server_state.total_requests += 1
        self.answered = self.loop.time()
        if not self.transport.is_closing():
            self.flow.resume_reading()
            if self.pipeline:
                self._start_asgi_task(*self.pipeline.pop())

    def is_answering(self) -> bool:
        """Whether a request before the one that is awaited has no whole answer yet."""
        return not self.complete and bool(self.cycle) and not self.cycle.response_complete

    def on_message_begin(self) -> None:
        """A request starts."""
        self.complete, self.awaited = False, True
        self.since = self.loop.time()
        super().on_message_begin()

    def on_message_complete(self) -> None:
        """A request is here."""
        self.awaited, self.received = False, 0
        super().on_message_complete()
        if self.begun:
            left = self.begun.run(self.asked)
            self.begun = None
            if left:
                self.start(left)

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header field, or a trailer field."""
        if not self.complete:
            self.headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        """All that follows is the body."""
        self.complete = True
        known = dict(self.headers)
        if len(known) < len(self.headers):
            self.headers[:] = join_repeated(self.headers)
        self.expect_100_continue = known.get(b"expect", b"").lower() == b"100-continue"
        self.forwarded = not FORWARDED.isdisjoint(known)
        scope: Any
        scope, before = self.scope, self.cycle
        self.fill_scope(scope)
        keep_alive = scope["http_version"] != "1.0" and self.parser.should_keep_alive()
        self.cycle = Exchange(self, scope, keep_alive=keep_alive)
        offer_close(scope, self.transport.close)
        if before is None or before.response_complete:
            self.open = (self.cycle,)
            self._start_asgi_task(self.cycle, self.asked)
        else:
            self.open = [each for each in (*self.open, self.cycle) if not each.response_complete]
            self.flow.pause_reading()
            self.pipeline.appendleft((self.cycle, self.asked))

    def fill_scope(self, scope: Scope) -> None:
        """What the request line says."""
        scope["http_version"] = self.parser.get_http_version()
        scope["method"] = self.parser.get_method().decode("ascii")
        scope["path"], scope["raw_path"], scope["query_string"] = read_target(self.url)

    def _start_asgi_task(self, cycle: Any, app: Any) -> None:
        """What comes out of the pipeline has a task; so the stack does not grow with its length."""
        if self.receiving and cycle is self.cycle and self.awaited and not self.transport.is_closing():
            self.begun = self.cycle
        else:
            super()._start_asgi_task(cycle, app)

    def shutdown(self) -> None:
        """The server ends: what waits for news of its client, such as a stream, is woken to end too."""
        for each in self.open:
            each.message_event.set()
        super().shutdown()
