"""The socket: requests that never end, connections that never ask, and too many of them."""

import socket
import time
from collections.abc import Iterator

import pytest

from sandbox import protocol
from sandbox.protocol import Protocol
from sandbox.tests.shop import DOCUMENT, FIXTURES
from sandbox.threads import embed_options

HEAD = b"POST /shop/v1/items HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer demo\r\n"
GET = b"GET /_sandbox/health HTTP/1.1\r\nHost: localhost\r\n"
SLOW = b"HTTP/1.1 408 Request Timeout"
TIMEOUT = 20.0


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    monkeypatch.setattr(protocol, "PATIENCE", 0.2)
    monkeypatch.setattr(Protocol, "most", 3)
    with embed_options([str(DOCUMENT), "--fixtures", str(FIXTURES)]) as ready:
        yield int(ready["url"].rpartition(":")[2])


def connect(port: int, sent: bytes = b"") -> socket.socket:
    made = socket.create_connection(("127.0.0.1", port), TIMEOUT)
    made.sendall(sent)
    return made


def read(client: socket.socket) -> bytes:
    """All that comes until the server closes the connection."""
    with client, client.makefile("rb") as file:
        return file.read()


@pytest.mark.parametrize(
    "sent",
    [
        b"GET /",
        GET,
        HEAD + b"Content-Type: application/json\r\nContent-Length: 9\r\n\r\n{",
        HEAD + b"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{",
    ],
)
def test_request_that_does_not_end_is_refused(port: int, sent: bytes) -> None:
    assert read(connect(port, sent)).startswith(SLOW)


def test_connection_that_never_asks_is_closed(port: int) -> None:
    assert read(connect(port)) == b""


def test_connection_that_asks_no_more_is_closed_without_a_word(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        Protocol, "timeout_keep_alive", property(lambda _: 0.2, lambda *_: None), raising=False
    )
    answer = read(connect(port, GET + b"\r\n"))
    assert answer.startswith(b"HTTP/1.1 200 OK")
    assert answer.count(b"HTTP/1.1") == 1


def test_second_request_that_does_not_end_is_refused_after_the_answer_to_the_first(port: int) -> None:
    answer = read(connect(port, GET + b"\r\nGET /"))
    assert answer.startswith(b"HTTP/1.1 200 OK")
    assert SLOW in answer


def test_answer_that_takes_long_is_not_cut_off(port: int) -> None:
    asked = b"GET /shop/v1/items HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer demo\r\nPrefer: wait=1\r\n"
    answer = read(connect(port, asked + b"Connection: close\r\n\r\n"))
    assert b'"items"' in answer or b'"data"' in answer


def test_one_connection_too_many_ends_the_one_that_was_waited_for_longest(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "PATIENCE", TIMEOUT * 10)
    first = connect(port, b"GET /")
    time.sleep(0.1)  # so that it is older by the loop's clock too
    others = [connect(port, b"GET /") for _ in range(3)]
    assert read(first) == b""
    for other in others:
        other.sendall(b"_sandbox/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        assert read(other).startswith(b"HTTP/1.1 200 OK")


def test_client_that_leaves_with_two_requests_open_is_no_fault(caplog: pytest.LogCaptureFixture) -> None:
    stream = GET.replace(b"health", b"log/stream") + b"\r\n"
    with embed_options([str(DOCUMENT), "--fixtures", str(FIXTURES)]) as ready:
        port = int(ready["url"].rpartition(":")[2])
        with connect(port, stream + GET + b"\r\n") as client:
            while b"the requests that come" not in client.recv(1 << 16):
                pass
        read(connect(port, b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
    assert [record.getMessage() for record in caplog.records if record.name.startswith("uvicorn")] == []
