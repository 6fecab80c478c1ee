"""Heads that are not as they should be."""

from random import Random

# Lines of a head that change where requests end, or what a connection is.
LINES = [
    b"Host: a", b"Host:", b"host: localhost", b"Content-Length: 0", b"Content-Length: 5",
    b"Content-Length: -1", b"Content-Length: 5, 5", b"Content-Length: +5",
    b"content-length: 99999999999999999999", b"Transfer-Encoding: chunked",
    b"Transfer-Encoding: gzip, chunked", b"Transfer-Encoding: identity", b"Transfer-Encoding : chunked",
    b"Transfer-Encoding: chunked, chunked", b"Expect: 100-continue", b"Expect: x",
    b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13",
    b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk", b"Upgrade: x",
    b"Connection: close", b"Connection: keep-alive, close", b"Connection: Authorization", b"Keep-Alive: 1",
    b"Authorization: Bearer demo", b"Authorization: Basic x", b"Content-Type: text/plain",
    b"Prefer: code=404", b" folded: x", b"\tfolded", b"No-Colon", b": no name", b"Na me: x", b"Name : x",
    b"N\xff: x", b"N: \xff\0", b"X: " + b"a" * 70_000,
    b"\r\n".join(b"X-%d: x" % number for number in range(300)), b"Cookie: " + b"a=b; " * 500,
]  # fmt: skip
STARTS = [
    (b" HTTP/1.1", b" HTTP/1.0"), (b" HTTP/1.1", b" HTTP/2.0"), (b" HTTP/1.1", b""),
    (b" HTTP/1.1", b" http/1.1"), (b" HTTP/1.1", b"  HTTP/1.1"), (b" /", b" http://localhost/"),
    (b" /", b" *"), (b" /", b" //"), (b" /", b" "), (b"GET ", b"CONNECT "),
    (b"GET ", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), (b"GET ", b"\r\n\r\nGET "),
    (b"GET /", b"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\nGET /"), (b"?", b"?" + b"a=b&" * 9000),
    (b"/", b"/%00"),
]  # fmt: skip


def reframe(data: bytes, draw: Random) -> bytes:
    """A request with a line in its head that no client should send there, or another first line."""
    first, _, rest = data.partition(b"\r\n")
    if draw.random() < 0.4:
        first = first.replace(*draw.choice(STARTS), 1)
    head, mark, body = rest.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    for _ in range(draw.choice([0, 1, 1, 1, 2, 3])):
        lines.insert(draw.randint(0, len(lines)), draw.choice(LINES))
    return first + b"\r\n" + b"\r\n".join(lines) + mark + body
