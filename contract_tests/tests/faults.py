"""Ways in which a server may misbehave."""

import gzip

from contract_tests.tests.servers import Fault, Handler, Server

BIG = b"x" * 65536


def raw(content: bytes) -> Fault:
    """Answer with these bytes and close."""

    def fault(handler: Handler, _: Server) -> None:
        handler.wfile.write(content)

    return fault


def answer(status: str, body: bytes, *headers: str, length: int | None = None) -> Fault:
    """Answer with a status, a body and headers. Parameters: length, one that is not true."""
    lines = [
        f"HTTP/1.1 {status}",
        f"Content-Length: {len(body) if length is None else length}",
        *headers,
        "",
        "",
    ]
    return raw("\r\n".join(lines).encode() + body)


def hang(_: Handler, server: Server) -> None:
    """Say nothing."""
    server.stopping.wait(60)


def close(_: Handler, __: Server) -> None:
    """Close the connection without a word."""


def drip(content: bytes, pause: float = 0.2) -> Fault:
    """Send some bytes, one after the other."""

    def fault(handler: Handler, server: Server) -> None:
        for number in range(len(content)):
            handler.wfile.write(content[number : number + 1])
            handler.wfile.flush()
            if server.stopping.wait(pause):
                return

    return fault


def pour(handler: Handler, server: Server) -> None:
    """Send a body without an end."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n[")
    while not server.stopping.is_set():
        handler.wfile.write(BIG)


JSON = "Content-Type: application/json"
SLOW = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n" + b" " * 1000
FAULTS: dict[str, Fault] = {
    "hangs": hang,
    "closes": close,
    "drips_head": drip(b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 1000),
    "drips_body": drip(SLOW),
    "drips_chunks": drip(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\n \r\n" * 300, 0.05
    ),
    "endless": pour,
    "continues": raw(b"HTTP/1.1 100 Continue\r\n\r\n" * 50),
    "not_http": raw(b"\x16\x03\x01 220 smtp ready\r\n"),
    "many_headers": raw(
        b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: y\r\n" % row for row in range(300)) + b"\r\n{}"
    ),
    "long_header": raw(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n"),
    "not_json": answer("200 OK", b'{"data": [', JSON),
    "empty": answer("200 OK", b"", JSON),
    "deep": answer("200 OK", b"[" * 100_000, JSON),
    "nested": answer("200 OK", b"[" * 900 + b"]" * 900, JSON),
    "not_utf8": answer("200 OK", b'{"data": "\xff\xfe"}', JSON),
    "digits": answer("200 OK", b'{"data": ' + b"9" * 5000 + b"}", JSON),
    "html": answer("200 OK", b"<html>Log in</html>", "Content-Type: text/html; charset=utf-8"),
    "redirect": answer("302 Found", b"", "Location: https://login.example.com/"),
    "loop": answer("307 Temporary Redirect", b"", "Location: /api/v1/sync/records"),
    "short_body": answer("200 OK", b"{}", JSON, length=500),
    "long_body": answer("200 OK", b'{"data": []}' * 9, JSON, length=5),
    "bad_length": raw(b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n{}"),
    "bad_gzip": answer("200 OK", b"not gzip", JSON, "Content-Encoding: gzip"),
    "bomb": answer("200 OK", gzip.compress(bytes(60_000_000)), JSON, "Content-Encoding: gzip"),
    "refused": answer("401 Unauthorized", b'{"error": "token"}', JSON, "WWW-Authenticate: Bearer"),
    "fault": answer("500 Internal Server Error", b"Traceback", "Content-Type: text/plain"),
    "teapot": answer("999 What", b"{}", JSON),
    "null": answer("200 OK", b"null", JSON),
    "strange": answer(
        "200 OK", b'{"data": {"data": [1, null, "\\ud800"]}, "meta": 7, "pagination": []}', JSON
    ),
}
