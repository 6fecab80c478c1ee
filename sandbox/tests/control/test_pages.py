"""The control plane: its pages, its clocks and its deliveries. No network."""

from typing import Any

import orjson
import pytest

from sandbox.bodies import JSON_LIMIT
from sandbox.control.document import read_own
from sandbox.control.operations import OPERATIONS
from sandbox.schemas import Schema
from sandbox.tests.client import Client
from sandbox.tests.clinic import VISIT
from sandbox.tests.control.desk import Desk

Json = dict[str, Any]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_health_tells_where_each_api_is(desk: Desk, method: str) -> None:
    apis = {"clinic": "/clinic/v1", "shop": "/shop/v1"}
    assert desk.ask(method, "/health") == {"status": "ok", "apis": apis}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/nope"),
        ("GET", "/health/"),
        ("POST", "/deliveries/x/replay"),
        ("POST", "/deliveries/x"),
        ("POST", "/deliveries//replay"),
    ],
)
def test_other_page_or_delivery_is_missing(desk: Desk, method: str, path: str) -> None:
    assert desk.refuse(method, path).kind == "missing"


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("POST", "/health", "GET"),
        ("PUT", "/clock", "GET, POST"),
        ("DELETE", "/deliveries", "GET"),
        ("GET", "/emit", "POST"),
        ("GET", "/deliveries/x/replay", "POST"),
    ],
)
def test_other_method_is_not_allowed(desk: Desk, method: str, path: str, allow: str) -> None:
    problem = desk.refuse(method, path)
    assert (problem.kind, problem.headers) == ("not_allowed", {"Allow": allow})


def test_every_operation_of_the_document_is_done() -> None:
    assert set(OPERATIONS) == {operation.id for operation in read_own().operations}


@pytest.mark.parametrize(
    ("method", "path", "request_", "status"),
    [
        ("GET", "/clock?world=a%20b", {}, 400),
        ("POST", "/clock", {"json": {"nope": 1}}, 400),
        ("POST", "/clock", {"content": b"{", "headers": {"Content-Type": "application/json"}}, 400),
        ("GET", "/nope", {}, 404),
        ("DELETE", "/chaos/nope", {}, 404),
        ("PUT", "/clock", {}, 405),
        ("POST", "/clock", {"content": b" " * (JSON_LIMIT + 1)}, 413),
        ("POST", "/clock", {"content": b"{}"}, 415),
        ("GET", "/clock", {"headers": {"Host": "rebound.example"}}, 403),
    ],
)
def test_refusal_is_the_problem_that_the_document_has(
    method: str, path: str, request_: Json, status: int
) -> None:
    client = Client()
    response = client.ask(method, f"/_sandbox{path}", **{"headers": {}, **request_})
    client.site.close()
    assert (response.status_code, response.headers["Content-Type"]) == (status, "application/problem+json")
    problem = read_own().document["components"]["schemas"]["Problem"]
    assert Schema(problem).find_faults(response.json(), "answer") == []
    assert response.json()["status"] == status


def test_document_of_the_control_plane_is_served(desk: Desk) -> None:
    document = desk.ask("GET", "/openapi.json")
    assert (document["openapi"], document["servers"]) == ("3.0.3", [{"url": "/_sandbox"}])


def test_clock_tells_the_instant_of_each_world(desk: Desk) -> None:
    told = {"world": "", "now": "2026-03-10T12:00:00.000Z", "frozen": False}
    assert desk.ask("GET", "/clock") == told
    assert desk.ask("GET", "/clock", world="w") == {**told, "world": "w"}


@pytest.mark.parametrize(
    ("body", "now", "later"),
    [
        ({}, "12:00:00", "12:00:10"),
        ({"advance": 90}, "12:01:30", "12:01:40"),
        ({"advance": 0}, "12:00:00", "12:00:10"),
        ({"freeze": True}, "12:00:00", "12:00:00"),
        ({"freeze": True, "advance": 90}, "12:01:30", "12:01:30"),
        ({"freeze": False}, "12:00:00", "12:00:10"),
        ({"set": "2026-03-10T09:00:00Z"}, "09:00:00", "09:00:10"),
        ({"set": "2026-03-10T10:00:00+01:00", "advance": 5}, "09:00:05", "09:00:15"),
        ({"set": "2026-03-10T09:00:00Z", "freeze": True}, "09:00:00", "09:00:00"),
    ],
)
def test_clock_is_driven_and_goes_on_unless_frozen(desk: Desk, body: Json, now: str, later: str) -> None:
    told = desk.drive(**body)
    assert told == {"world": "", "now": f"2026-03-10T{now}.000Z", "frozen": body.get("freeze", False)}
    desk.seconds = 10
    assert desk.tell() == f"2026-03-10T{later}.000Z"


def test_world_is_driven_apart_from_the_others(desk: Desk) -> None:
    desk.drive(world="a", advance=60)
    desk.drive(world="a", advance=60)
    assert [desk.tell(world)[14:19] for world in ("", "a", "b")] == ["00:00", "02:00", "00:00"]


def test_frozen_clock_goes_on_from_where_it_stands(desk: Desk) -> None:
    desk.drive(freeze=True)
    desk.seconds = 60
    desk.drive(freeze=False)
    desk.seconds = 65
    assert desk.tell() == "2026-03-10T12:00:05.000Z"


BAD_CLOCKS: list[Any] = [
    {"advance": -1},
    {"advance": "5"},
    {"advance": 1e10},
    {"set": "soon"},
    {"set": 5},
    {"set": "2026-02-30T00:00:00Z"},
    {"set": "0001-01-01T00:00:00+23:00"},
    {"set": "9999-12-31T23:59:59Z", "advance": 60},
    {"freeze": 1},
    {"world": None},
    {"speed": 2},
    [],
    "now",
    None,
]


@pytest.mark.parametrize("body", BAD_CLOCKS)
def test_clock_refuses_what_leads_nowhere_and_stays_as_it_is(desk: Desk, body: Any) -> None:
    content = orjson.dumps(body)
    assert desk.refuse("POST", "/clock", content).kind == "invalid"
    assert desk.ask("GET", "/clock") == {"world": "", "now": "2026-03-10T12:00:00.000Z", "frozen": False}


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{", "unreadable"),
        (b"\xff", "unreadable"),
        (b" " * (JSON_LIMIT + 1), "too_large"),
        (b"a=1", "unreadable"),
    ],
)
@pytest.mark.parametrize("path", ["/clock", "/emit"])
def test_body_that_cannot_be_read_is_refused(desk: Desk, path: str, body: bytes, kind: str) -> None:
    assert desk.refuse("POST", path, body).kind == kind


def test_event_is_emitted_for_a_record_or_none(desk: Desk) -> None:
    told = desk.ask("POST", "/emit", {"api": "clinic", "event": "visit.removed"})
    assert told == {"event": "visit.removed", "world": "", "deliveries": 1}
    record = {"resource": "Visit", "id": VISIT}
    desk.ask("POST", "/emit", {"api": "clinic", "event": "visit.removed", "world": "w", **record})
    first, second = desk.ask("GET", "/deliveries")
    assert [first["world"], second["world"]] == ["", "w"]
    assert [each["body"]["data"]["object"] for each in (first, second)] == [None, VISIT]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({}, "invalid"),
        ({"api": "clinic"}, "invalid"),
        ({"api": "nope", "event": "visit.removed"}, "invalid"),
        ({"api": "shop", "event": "visit.removed"}, "invalid"),
        ({"api": "clinic", "event": "nope"}, "invalid"),
        ({"api": "clinic", "event": "visit.removed", "extra": 1}, "invalid"),
        ({"api": "clinic", "event": "visit.removed", "resource": "Nope", "id": "x"}, "missing"),
        ({"api": "clinic", "event": "visit.removed", "resource": "Visit", "id": "x"}, "missing"),
        ({"api": "clinic", "event": "visit.removed", "resource": "Visit"}, "missing"),
    ],
)
def test_event_of_nothing_is_refused(desk: Desk, body: Json, kind: str) -> None:
    assert desk.refuse("POST", "/emit", body).kind == kind
    assert desk.ask("GET", "/deliveries") == []


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ({}, 2),
        ({"world": "w"}, 1),
        ({"event": "visit.removed"}, 1),
        ({"api": "clinic", "state": "pending"}, 2),
        ({"state": "failed"}, 0),
        ({"api": "shop"}, 0),
    ],
)
def test_deliveries_are_listed_without_secrets_and_selected(desk: Desk, query: Json, number: int) -> None:
    desk.ask("POST", "/emit", {"api": "clinic", "event": "visit.removed"})
    desk.ask("POST", "/emit", {"api": "clinic", "event": "user.made", "world": "w"})
    listed = desk.ask("GET", "/deliveries", **query)
    assert len(listed) == number
    assert not any("secret" in each for each in listed)


def test_replayed_delivery_is_due_again_as_if_it_were_new(desk: Desk) -> None:
    desk.ask("POST", "/emit", {"api": "clinic", "event": "visit.removed"})
    [delivery] = desk.store.deliveries()
    delivery.state, delivery.attempts, delivery.due = "failed", 3, None
    desk.store.note(delivery)
    desk.seconds = 100
    shown = desk.ask("POST", f"/deliveries/{delivery.id}/replay")
    assert (shown["state"], shown["attempts"], shown["due"]) == ("pending", 0, desk.clocks.base.time())
    assert desk.ask("GET", "/deliveries") == [shown]
    assert shown["body"] == orjson.loads(delivery.body)
    assert desk.refuse("POST", f"/deliveries/{delivery.id}/replay/more").kind == "missing"
