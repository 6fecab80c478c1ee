"""The request log: what is kept of requests, for how long, and who is told."""

import asyncio
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.access import ANONYMOUS, Caller
from sandbox.entries import LONGEST_BODY, LONGEST_HEADERS, Entry, describe, outline
from sandbox.responses import Note, Response
from sandbox.tests.client import DEMO, Client
from sandbox.traffic import LARGE, MOST_FRESH, MOST_WAITING, Traffic

Json = dict[str, Any]
HOST: Json = {"Host": "localhost:8080"}
SCOPE: Json = {"method": "GET", "path": "/", "query_string": b"", "headers": []}


@pytest.fixture
def client() -> Iterator[Client]:
    made = Client()
    yield made
    made.site.close()


def add(traffic: Traffic, path: str = "/a", **given: Any) -> Entry:
    scope = {**SCOPE, "path": path, **given.pop("scope", {})}
    sent = given.pop("sent", b"")
    names = given.pop("api", ""), given.pop("operation", "")
    finding = given.pop("verdict", ""), given.pop("reason", ""), given.pop("problems", b"[]")
    note = Note(names, given.pop("caller", None), finding)
    response = Response(given.pop("status", 200), {}, given.pop("body", b""), note=note)
    assert not given
    number = traffic.add(scope, (sent[:LONGEST_BODY], len(sent)), response, 0.0)
    entry = traffic.get(number)
    assert entry is not None
    return entry


def test_no_more_than_one_large_body_is_held() -> None:
    traffic, body = Traffic(), bytes(LARGE + 1)
    before = sys.getrefcount(body)
    for _ in range(10):
        traffic.add(SCOPE, (b"", 0), Response(200, {}, body), 0.0)
        assert sys.getrefcount(body) == before + 1
    assert len(traffic) == 10
    assert sys.getrefcount(body) == before


def verdicts(client: Client) -> list[tuple[str, int, str]]:
    return [(entry.method, entry.status, entry.verdict) for entry in client.site.traffic.find({}, 100)]


def test_every_request_to_an_api_is_in_the_log_and_none_to_the_control_plane(client: Client) -> None:
    client.ask("GET", "/shop/v1/items")
    client.ask("GET", "/shop/v1/items", {})
    client.ask("GET", "/shop/v1/items", {**DEMO, "Prefer": "code=500"})
    client.ask("GET", "/nowhere")
    client.ask("PUT", "/shop/v1/items")
    client.ask("OPTIONS", "/shop/v1/items")
    client.ask("GET", "/shop/v1/openapi.json")
    client.ask("GET", "/_sandbox/health")
    client.ask("GET", "/_sandboxes")
    assert verdicts(client) == [
        ("GET", 404, "unrouted"),
        ("GET", 200, "served"),
        ("OPTIONS", 204, "served"),
        ("PUT", 405, "refused"),
        ("GET", 404, "unrouted"),
        ("GET", 500, "forced"),
        ("GET", 401, "refused"),
        ("GET", 200, "served"),
    ]


def test_request_that_the_sandbox_fails_at_is_in_the_log(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sandbox.endpoints.Endpoint.answer", None)
    assert client.ask("GET", "/shop/v1/items").status_code == 500
    assert verdicts(client) == [("GET", 500, "failed")]


def test_entry_tells_who_asked_for_what_and_what_came(client: Client) -> None:
    body = {"sku": "s-9", "name": "Chair", "shelf_id": "shelf_a", "price": 5}
    client.ask("POST", "/shop/v1/items?dry=1", {**DEMO, "Sandbox-World": "w1"}, json=body)
    entry = describe(client.site.traffic.find({}, 1)[0])
    told: Json = {"api": "shop", "operation": "createItem", "method": "POST", "path": "/shop/v1/items"}
    told |= {"query": "dry=1", "persona": "demo", "world": "w1", "status": 201, "verdict": "served"}
    assert entry | told == entry
    assert entry["at"].endswith("Z")
    assert entry["ms"] > 0
    assert ["authorization", "Bearer demo"] in [[n.lower(), v] for n, v in entry["request"]["headers"]]
    assert '"Chair"' in entry["request"]["body"]
    assert '"Chair"' in entry["response"]["body"]
    assert ["Content-Type", "application/json"] in entry["response"]["headers"]
    assert entry["problems"] == []


def test_body_of_a_request_that_is_refused_unread_is_in_the_log_too(client: Client) -> None:
    client.ask("POST", "/shop/v1/items", {}, json={"sku": "x"})
    assert describe(client.site.traffic.find({}, 1)[0])["request"]["body"] == '{"sku":"x"}'


def test_refused_request_names_its_entry_to_a_client_of_this_machine_only(client: Client) -> None:
    response = client.ask("GET", "/shop/v1/items", {})
    (entry,) = client.site.traffic.find({}, 1)
    assert response.headers["Sandbox-Log"] == f"http://localhost:8080/_sandbox/log/{entry.number}"
    assert response.headers["Sandbox-Reason"] == entry.reason
    foreign = client.ask("GET", "/shop/v1/items", {"Host": "sandbox.example"})
    assert "Sandbox-Log" not in foreign.headers
    assert "Sandbox-Log" not in client.ask("GET", "/shop/v1/items").headers


def test_entry_of_every_refused_request_has_the_header_that_names_it(client: Client) -> None:
    for _ in range(2 * MOST_FRESH):
        client.ask("GET", "/shop/v1/items", {})
    entries = client.site.traffic.find({}, 1000)
    assert len(entries) == 2 * MOST_FRESH
    assert all(entry.answered["Sandbox-Log"].endswith(f"/{entry.number}") for entry in entries)


def test_log_of_no_entries_keeps_nothing_and_names_nothing() -> None:
    client = Client(log=0)
    assert "Sandbox-Log" not in client.ask("GET", "/shop/v1/items", {}).headers
    assert len(client.site.traffic) == 0
    client.site.close()


def test_log_stays_bounded_in_number_and_bytes() -> None:
    traffic = Traffic(most=1000, size=4 << 20)
    big = b"x" * (1 << 20)
    for number in range(100_000):
        sent = big if number % 2 else b""
        add(traffic, sent=sent, body=big)
        if number % 5000 == 0:
            assert len(traffic) <= 1000
    kept = traffic.find({}, 100_000)
    assert sum(entry.cost for entry in kept) == traffic.bytes <= 4 << 20
    assert sum(len(entry.content) + len(entry.sent) for entry in kept) <= traffic.bytes
    assert kept[0].number == 100_000
    for _ in range(2000):
        add(traffic)
    assert len(traffic) == 1000


def test_long_bodies_headers_paths_and_queries_are_cut_and_say_so() -> None:
    traffic = Traffic()
    long = "x" * 1_000_000
    scope = {"query_string": long.encode(), "headers": [(b"a", long.encode())] * 500}
    entry = add(traffic, "/" + long, scope=scope, sent=long.encode(), body=long.encode())
    assert entry.cost < 4 * LONGEST_BODY + 2 * LONGEST_HEADERS
    told = describe(entry)
    for side in ("request", "response"):
        assert told[side] | {"truncated": True, "size": 1_000_000} == told[side]
        assert len(told[side]["body"]) == LONGEST_BODY
    assert len(told["path"]) == len(told["query"]) == LONGEST_BODY


@pytest.mark.parametrize(
    ("body", "encoding", "shown"),
    [
        (b"\xff\xfe", "base64", "//4="),
        ("é".encode(), "utf-8", "é"),
        (b"x" + "é".encode() * LONGEST_BODY, "utf-8", "x" + "é" * (LONGEST_BODY // 2 - 1)),
        (b"", "utf-8", ""),
    ],
)
def test_body_is_shown_as_text_where_it_is_one(body: bytes, encoding: str, shown: str) -> None:
    told = describe(add(Traffic(), body=body))["response"]
    assert (told["encoding"], told["body"]) == (encoding, shown)


CALLER = Caller(ANONYMOUS, "w1")


@pytest.mark.parametrize(
    "wanted",
    [
        {"api": "shop"},
        {"operation": "listItems"},
        {"world": "w1"},
        {"method": "post"},
        {"status": "404"},
        {"status": "4xx"},
        {"persona": "anonymous"},
        {"verdict": "unrouted"},
        {"text": "NEEDLE"},
        {"api": "shop", "status": "4XX", "text": "needle"},
    ],
)
def test_filter_selects_what_matches_and_nothing_else(wanted: dict[str, str]) -> None:
    traffic = Traffic()
    add(traffic)
    note: Json = {"api": "shop", "operation": "listItems", "caller": CALLER, "verdict": "unrouted"}
    match = add(traffic, scope={"method": "POST"}, status=404, sent=b"a needle in hay", **note)
    add(traffic, status=500)
    assert traffic.find(wanted, 10) == [match]


@pytest.mark.parametrize("place", ["path", "query", "reason", "body", "sent"])
def test_text_is_sought_in_path_query_reason_and_bodies(place: str) -> None:
    traffic = Traffic()
    given: Json = {
        "path": {"path": "/needle"},
        "query": {"scope": {"query_string": b"q=needle"}},
        "reason": {"reason": "a needle"},
        "body": {"body": b"needle\xff"},
        "sent": {"sent": b"needle"},
    }
    match = add(traffic, **given[place])
    add(traffic)
    assert traffic.find({"text": "needle"}, 10) == [match]


def test_pages_of_the_log_go_from_the_newest_back_and_meet_each_entry_once() -> None:
    traffic = Traffic()
    entries = [add(traffic) for _ in range(25)]
    seen: list[Entry] = []
    while page := traffic.find({}, 10, seen[-1].number if seen else None):
        seen += page
    assert seen == entries[::-1]


def test_cleared_log_is_empty_and_uses_no_number_again() -> None:
    traffic = Traffic()
    first = add(traffic)
    traffic.clear()
    assert (len(traffic), traffic.bytes, traffic.get(first.number)) == (0, 0, None)
    assert add(traffic).number > first.number


def test_listener_is_told_of_each_entry_once_also_of_those_since_a_number() -> None:
    async def listen() -> list[int]:
        traffic, seen = Traffic(), []
        first, second = add(traffic), add(traffic)
        with traffic.listener(first.number) as listener:
            told = listener.listen(0.01)
            for _ in range(2):
                entries, lost = await anext(told)
                assert lost == 0
                seen += [entry.number for entry in entries]
                add(traffic)
            assert await anext(told) == (traffic.find({}, 1), 0)
            assert await anext(told) == ([], 0)
        assert seen == [second.number, 3]
        return seen

    assert len(asyncio.run(listen())) == 2


def test_slow_listener_loses_the_oldest_entries_and_is_told_how_many() -> None:
    async def listen() -> None:
        traffic = Traffic()
        with traffic.listener() as listener:
            for _ in range(MOST_WAITING + 7):
                add(traffic)
            entries, lost = await anext(listener.listen(1))
        assert (len(entries), lost) == (MOST_WAITING, 7)
        assert entries[-1].number == MOST_WAITING + 7
        add(traffic)  # nobody listens any more

    asyncio.run(listen())


def test_listener_that_comes_back_late_is_told_how_many_it_missed() -> None:
    async def listen() -> None:
        traffic = Traffic(most=10)
        for _ in range(30):
            add(traffic)
        with traffic.listener(after=5) as listener:
            entries, lost = await anext(listener.listen(1))
        assert (len(entries), lost) == (10, 15)

    asyncio.run(listen())


def test_outline_is_the_start_of_the_whole_entry() -> None:
    entry = add(Traffic(), reason="because", status=400)
    assert outline(entry).items() <= describe(entry).items()
    assert outline(entry)["verdict"] == "refused"


def test_listener_waits_after_the_log_was_cleared() -> None:
    traffic = Traffic()

    async def listen() -> None:
        with traffic.listener() as listener:
            news = listener.listen(0.05)
            add(traffic)
            traffic.clear()
            started = time.monotonic()
            assert await anext(news) == ([], 0)
            assert time.monotonic() - started > 0.04
            add(traffic, "/b")
            assert [entry.path for entry in (await anext(news))[0]] == ["/b"]

    asyncio.run(listen())


def test_listener_that_is_busy_misses_no_news(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sandbox.traffic.PACE", 0)
    traffic = Traffic()
    seen: list[str] = []

    async def listen() -> None:
        with traffic.listener() as listener:
            news = listener.listen(5)
            for number in range(20):
                add(traffic, f"/{number}")
                if number % 3 == 0 or number == 19:
                    seen.extend(entry.path for entry in (await anext(news))[0])

    asyncio.run(listen())
    assert seen == [f"/{number}" for number in range(20)]
