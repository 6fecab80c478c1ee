"""Bytes on a socket that a careful client never sends."""

import json
import socket
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest

PROJECTS = "/yourcompany/v1/projects"


def exchange(server: dict[str, Any], data: bytes) -> tuple[int, Any]:
    """Status and JSON body of the first answer to the bytes."""
    parts = urlsplit(server["url"])
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as connection:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(body) if body.startswith(b"{") else None


def post(path: str, headers: list[str], trailers: list[str]) -> bytes:
    lines = [
        f"POST {path} HTTP/1.1",
        *headers,
        "Content-Type: application/json",
        "Transfer-Encoding: chunked",
    ]
    body = b'{"name":"One"}'
    head = "\r\n".join(lines).encode()
    return b"%s\r\n\r\n%x\r\n%s\r\n0\r\n%s\r\n" % (
        head,
        len(body),
        body,
        "".join(f"{line}\r\n" for line in trailers).encode(),
    )


@pytest.mark.parametrize(
    ("headers", "status"),
    [([], 401), (["Authorization: Bearer readonly"], 403), (["Authorization: Bearer nobody"], 401)],
)
def test_trailer_is_no_credential(server: dict[str, Any], headers: list[str], status: int) -> None:
    world = f"Sandbox-World: {uuid4().hex}"
    data = post(PROJECTS, ["Host: localhost", world, *headers], ["Authorization: Bearer demo"])
    assert exchange(server, data)[0] == status


def test_trailer_is_no_preference(server: dict[str, Any]) -> None:
    headers = ["Host: localhost", f"Authorization: Bearer demo.{uuid4().hex}"]
    assert exchange(server, post(PROJECTS, headers, ["Prefer: code=500"]))[0] == 201


@pytest.mark.parametrize("second", ["Authorization: Bearer demo", "Authorization: Bearer readonly"])
def test_two_credentials_are_none(server: dict[str, Any], second: str) -> None:
    headers = ["Host: localhost", "Authorization: Bearer demo", second]
    assert exchange(server, post(PROJECTS, headers, []))[0] == 401


@pytest.mark.parametrize("path", ["/_sandbox/clock", "/_sandbox/", "/nowhere", "/v1/projects"])
def test_request_with_two_hosts_is_refused(server: dict[str, Any], path: str) -> None:
    data = f"GET {path} HTTP/1.1\r\nHost: evil.example\r\nHost: localhost\r\n\r\n".encode()
    assert exchange(server, data)[0] == 400


def test_upgrade_to_another_protocol_is_ignored(server: dict[str, Any]) -> None:
    asked = "Host: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13"
    data = f"GET /_sandbox/clock HTTP/1.1\r\n{asked}\r\nSec-WebSocket-Key: YWJj\r\n\r\n".encode()
    assert exchange(server, data)[0] == 200


@pytest.mark.parametrize("host", ["[", "evil@127.0.0.1", "127.0.0.1/evil", "localhost:x", "rebound.example"])
def test_control_plane_knows_this_machine_only_by_its_names(server: dict[str, Any], host: str) -> None:
    data = f"GET /_sandbox/clock HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()
    assert exchange(server, data)[0] in (400, 403)


@pytest.mark.parametrize(
    "body",
    [
        {"set": "9999-12-31T23:59:59Z", "advance": 1e9},
        {"set": "0001-01-01T00:00:00+14:00"},
        {"set": "9999-12-31T23:59:59-14:00"},
        {"freeze": "yes"},
        {"world": "a\0b/.."},
        {"advance": -1},
        {"nope": 1},
    ],
)
def test_clock_that_cannot_be_is_refused_and_the_world_goes_on(
    server: dict[str, Any], body: dict[str, Any]
) -> None:
    world = uuid4().hex
    with httpx.Client(base_url=server["url"], headers={"Authorization": f"Bearer demo.{world}"}) as client:
        before = client.get("/_sandbox/clock", params={"world": world}).json()
        assert client.post("/_sandbox/clock", json={"world": world} | body).status_code == 400
        after = client.get("/_sandbox/clock", params={"world": world}).json()
        assert (after["frozen"], after["now"][:15]) == (before["frozen"], before["now"][:15])
        assert client.get("/yourcompany/v1/analytics/usage").status_code == 200


def test_body_over_the_limit_is_answered_also_to_a_client_that_sends_it_all(server: dict[str, Any]) -> None:
    content = b'{"name": "' + b"a" * (3 << 20) + b'"}'
    headers = {"Authorization": "Bearer demo", "Content-Type": "application/json"}
    response = httpx.post(server["url"] + PROJECTS, content=content, headers=headers)
    assert response.status_code == 413
    assert response.json()["error"]["code"] == "PAYLOAD_TOO_LARGE"
