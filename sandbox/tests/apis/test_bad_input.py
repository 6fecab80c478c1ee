"""Input that no client should send is refused as documented, with the reason, and changes nothing.

The requests go out through http.client, byte for byte: httpx would mend or refuse many of them.
"""

import json
import re
import socket
from functools import cache
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import yaml

from .bad_input import BODIES, CASES, LISTS, Case
from .conftest import Personas

Json = dict[str, Any]

SPECS = Path(__file__).parents[3] / "specs"
ERROR_FIELDS = {
    "devsync": {"code", "message"},
    "yourcompany": {"code", "message", "request_id"},
    "humanapi": {"code", "error", "message"},
}


def send(client: httpx.Client, case: Case) -> tuple[int, HTTPResponse, bytes]:
    """With the token and in the world of the client."""
    base = urlsplit(str(client.base_url))
    headers = {name: client.headers[name] for name in ("Authorization", "Sandbox-World")} | case.headers
    connection = HTTPConnection(base.hostname or "", base.port, timeout=30)
    try:
        path = base.path.rstrip("/") + case.path
        connection.request(case.method, path, case.body, headers, encode_chunked=True)
    except (BrokenPipeError, ConnectionResetError):
        pass  # a server may refuse a body before it has read it all
    response = connection.getresponse()
    content = response.read()
    connection.close()
    return response.status, response, content


@cache
def read_paths(api: str) -> Json:
    paths: Json = yaml.safe_load((SPECS / f"{api}.yaml").read_text())["paths"]
    return paths


def find_documented(case: Case) -> set[int]:
    """The statuses that the document lists for the operation; 404 where no path fits."""
    given = case.path.split("?")[0]
    for template, item in sorted(read_paths(case.api).items()):
        pattern = re.sub(r"\\{\w+\\}", "[^/]+", re.escape(template))
        if re.fullmatch(pattern, given) and case.method.lower() in item:
            listed = {int(status) for status in item[case.method.lower()]["responses"]}
            return listed | {404} if "%" in given else listed
    return {404}


def get_state(client: httpx.Client, api: str) -> tuple[Any, str | None]:
    """The first page, newest first, with the total in its body or header."""
    response = client.get(LISTS[api])
    assert response.status_code == 200, response.text
    return response.json(), response.headers.get("X-Total-Count")


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.api}: {case.name}")
def test_bad_input_is_refused_and_changes_nothing(personas: Personas, case: Case) -> None:
    client = personas("demo", case.api)
    before = get_state(client, case.api)
    status, response, content = send(client, case)
    if case.lenient and 200 <= status < 300:
        json.loads(content)
        return
    assert status in set(case.statuses) & find_documented(case), content
    assert response.headers.get_content_type() == "application/json"
    body = json.loads(content)
    error = body if case.api == "humanapi" else body["error"]
    assert error.keys() >= ERROR_FIELDS[case.api]
    assert len(error["message"]) > len("invalid request")
    assert [text for text in case.says if not re.search(text, content.decode(), re.I)] == []
    assert get_state(client, case.api) == before


DEEP: Any = 1
for _ in range(100):
    DEEP = {"a": [DEEP]}
NUL = "before\0after"


@pytest.mark.parametrize(
    ("api", "sent"),
    [
        ("devsync", {"data": DEEP}),
        ("devsync", {"data": {NUL: NUL}}),
        ("devsync", {"resourceKey": NUL}),
        ("yourcompany", {"name": NUL, "description": NUL}),
        ("yourcompany", {"settings": {"visibility": "private", NUL: [NUL, DEEP]}}),
    ],
)
def test_unusual_input_is_stored_and_returned(personas: Personas, api: str, sent: Json) -> None:
    client = personas("demo", api)
    response = client.post(LISTS[api], json=json.loads(BODIES[api].replace(b"@", b"1")) | sent)
    assert response.status_code == 201, response.text
    stored = client.get(f"{LISTS[api]}/{response.json()['id']}").json()
    assert stored == response.json()
    assert stored.items() >= sent.items()


HEAD = b"POST %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer demo\r\nSandbox-World: %s\r\n"


@pytest.mark.parametrize(
    "data",
    [
        b"\x16\x03\x01\x02\0 no HTTP\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        HEAD + b"Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{",
        HEAD + b"Content-Type: application/json\r\nContent-Length: abc\r\n\r\n{}",
        HEAD + b"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}",
    ],
    ids=["no HTTP", "HTTP 9.9", "client hangs up", "length abc", "chunk zz"],
)
def test_broken_connection_changes_nothing(devsync: httpx.Client, data: bytes) -> None:
    before, base = get_state(devsync, "devsync"), urlsplit(str(devsync.base_url))
    if data.startswith(b"POST"):
        data = data % (f"{base.path}records".encode(), devsync.headers["Sandbox-World"].encode())
    with socket.create_connection((base.hostname, base.port), timeout=30) as connection:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        reply = b"".join(iter(lambda: connection.recv(65536), b""))
    assert reply[:10] in (b"", b"HTTP/1.1 4", b"HTTP/1.0 4")
    assert get_state(devsync, "devsync") == before
