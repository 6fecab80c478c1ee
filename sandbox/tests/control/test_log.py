"""The request log over HTTP."""

import json
import time
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.control.document import read_own
from sandbox.schemas import Schema, expand
from sandbox.sites import Settings, Site
from sandbox.tests.client import Client
from sandbox.tests.shop import DOCUMENT, FIXTURES
from sandbox.threads import embed

Json = dict[str, Any]


@pytest.fixture
def client() -> Iterator[Client]:
    made = Client()
    yield made
    made.site.close()


def check(value: Any, schema: str) -> None:
    document = read_own().document
    faults = Schema(expand(document, {"$ref": f"#/components/schemas/{schema}"})).find_faults(value, "body")
    assert not faults


def ask(client: Client, path: str) -> Any:
    return client.ask("GET", f"/_sandbox{path}", {}).json()


def test_list_is_newest_first_pages_and_filters(client: Client) -> None:
    for _ in range(3):
        client.ask("GET", "/shop/v1/items")
    client.ask("GET", "/shop/v1/items", {})
    assert [(entry["id"], entry["status"]) for entry in ask(client, "/log?limit=2")] == [(4, 401), (3, 200)]
    assert [entry["id"] for entry in ask(client, "/log?before=3")] == [2, 1]
    assert [entry["id"] for entry in ask(client, "/log?status=4xx&verdict=refused&api=shop")] == [4]
    assert client.ask("GET", "/_sandbox/log?status=4x", {}).status_code == 400


def test_entry_is_as_documented_whatever_was_asked(client: Client) -> None:
    client.ask("POST", "/shop/v1/items", content=b"\xff\xfe")
    client.ask("POST", "/shop/v1/items", json={"sku": 5, "more": {}})
    client.ask("GET", "/shop/v1/items?size=0", {})
    client.ask("GET", "/nowhere")
    client.ask("HEAD", "/shop/v1/items")
    entries = ask(client, "/log")
    assert len(entries) == 5
    for entry in entries:
        check(entry, "Entry")
        whole = ask(client, f"/log/{entry['id']}")
        check(whole, "WholeEntry")
        assert whole.items() >= entry.items()


def test_url_of_a_refusal_is_its_entry(client: Client) -> None:
    url = client.ask("GET", "/shop/v1/items?size=0").headers["Sandbox-Log"]
    assert client.ask("GET", url, {}).json()["query"] == "size=0"


def test_cleared_log_is_empty_and_an_entry_of_it_is_missing(client: Client) -> None:
    client.ask("GET", "/shop/v1/items")
    assert client.ask("DELETE", "/_sandbox/log", {}).status_code == 204
    assert ask(client, "/log") == []
    assert client.ask("GET", "/_sandbox/log/1", {}).status_code == 404


@pytest.fixture
def served() -> Iterator[tuple[str, Site]]:
    with embed([DOCUMENT], Settings(fixtures=FIXTURES)) as made:
        yield made


def call(url: str, path: str, **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return urllib.request.urlopen(urllib.request.Request(url + path, headers=named), timeout=20)


def read_events(stream: Any, count: int) -> list[tuple[str, Json]]:
    """The next events: the field before the data, and the data."""
    events: list[tuple[str, Json]] = []
    before = ""
    while len(events) < count:
        line = stream.readline().decode().rstrip()
        if line.startswith("data: "):
            events.append((before, json.loads(line.removeprefix("data: "))))
        before = line
    return events


def test_stream_tells_each_request_as_it_comes(served: tuple[str, Site]) -> None:
    url, _ = served
    with call(url, "/_sandbox/log/stream?verdict=served") as stream:
        assert stream.headers["Content-Type"].startswith("text/event-stream")
        stream.readline()
        for number in (1, 2):
            call(url, f"/shop/v1/openapi.json?n={number}").close()
            ((field, entry),) = read_events(stream, 1)
            assert (field, entry["query"]) == (f"id: {number}", f"n={number}")
            check(entry, "Entry")


def test_stream_begins_after_the_last_event_that_is_known(served: tuple[str, Site]) -> None:
    url, site = served
    for _ in range(4):
        call(url, "/shop/v1/openapi.json").close()
    with call(url, "/_sandbox/log/stream?after=1", Last_Event_ID="2") as stream:
        assert [entry["id"] for _, entry in read_events(stream, 2)] == [3, 4]
    with call(url, "/_sandbox/log/stream?after=3") as stream:
        assert [entry["id"] for _, entry in read_events(stream, 1)] == [4]
    site.traffic.clear()
    call(url, "/shop/v1/openapi.json").close()
    with call(url, "/_sandbox/log/stream?after=3") as stream:
        assert read_events(stream, 2)[0] == ("event: lost", {"lost": 1})


def test_reader_that_leaves_is_forgotten(served: tuple[str, Site]) -> None:
    url, site = served
    with call(url, "/_sandbox/log/stream") as stream:
        stream.readline()
        assert site.traffic.listeners == 1
    for _ in range(500):
        if not site.traffic.listeners:
            break
        time.sleep(0.01)
    assert site.traffic.listeners == 0


def test_server_ends_although_somebody_reads_the_stream(capfd: pytest.CaptureFixture[str]) -> None:
    with embed([DOCUMENT], Settings(fixtures=FIXTURES)) as (url, _):
        stream = call(url, "/_sandbox/log/stream")
        stream.readline()
    assert stream.read() == b"\n"
    stream.close()
    assert capfd.readouterr().err == ""
