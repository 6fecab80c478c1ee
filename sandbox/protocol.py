"""HTTP/1.1 on the socket: uvicorn's parser, without what it lets through too freely."""

from typing import cast

from starlette.types import Scope
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from .breaks import offer_close

ONCE = (b"host", b"authorization", b"content-length", b"content-type")


class Protocol(HttpToolsProtocol):
    """Drops the trailers of a chunked body: they must not pass for headers (RFC 9110 §6.5.1).

    A header that may stand only once is kept with a NUL between its values, which no other code
    takes for a valid value (RFC 9112 §3.2, RFC 9110 §5.3).
    """

    complete = False

    def on_message_begin(self) -> None:
        """A request starts."""
        self.complete = False
        super().on_message_begin()
        offer_close(cast(Scope, self.scope), self.transport.close)

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header field, or a trailer field."""
        if self.complete:
            return
        lower = name.lower()
        for index, (known, before) in enumerate(self.headers if lower in ONCE else ()):
            if known == lower:
                self.headers[index] = (known, before + b"\0" + value)
                return
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """All that follows is the body."""
        self.complete = True
        super().on_headers_complete()

    def shutdown(self) -> None:
        """The server ends: what waits for news of its client, such as a stream, is woken to end too."""
        if self.cycle and not self.cycle.response_complete:
            self.cycle.message_event.set()
        super().shutdown()
