"""Chaos rules by the control plane, and what clients of a process see of them."""

import http.client
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from sandbox import Sandbox
from sandbox.tests.control.desk import Desk
from sandbox.tests.shop import DOCUMENT, FIXTURES, LAMP, NEW_ITEM

Json = dict[str, Any]
DEMO = {"Authorization": "Bearer demo"}


def test_rule_is_shown_with_what_is_left_of_it(desk: Desk) -> None:
    made = desk.ask("POST", "/chaos", {"api": "shop", "status": 500, "times": 3, "drop": False})
    assert made.pop("ends") > "2026"
    assert made == {
        "id": "1",
        "api": "shop",
        "status": 500,
        "rate": 1,
        "seed": 1,
        "times": 3,
        "left": 3,
        "struck": 0,
    }
    desk.ask("POST", "/chaos", {"latency": {"min": 0, "max": 1}, "rate": 0.5, "seed": 7})
    assert [(each["id"], each["rate"]) for each in desk.ask("GET", "/chaos")] == [("1", 1), ("2", 0.5)]
    desk.ask("DELETE", "/chaos/1")
    assert [each["id"] for each in desk.ask("GET", "/chaos")] == ["2"]
    assert desk.refuse("DELETE", "/chaos/1").message == "there is no chaos rule 1; there is 2"
    desk.ask("DELETE", "/chaos")
    assert desk.ask("GET", "/chaos") == []


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({}, "needs one of status, drop, truncate and latency"),
        ({"drop": False}, "needs one of"),
        ({"status": 500, "drop": True}, "drop: cannot be together with status"),
        ({"drop": True, "truncate": True}, "truncate: cannot be together with drop"),
        ({"status": 299}, "299 is not documented by"),
        ({"drop": True, "api": "nope"}, "api: must be one of clinic, shop"),
        ({"drop": True, "operation": "nope"}, "operation: selects no operation, got 'nope'"),
        ({"drop": True, "api": "shop", "path": "/nope"}, "path: selects no operation"),
        ({"drop": True, "rate": 2}, "rate: must be at most 1"),
        ({"drop": True, "times": 0}, "times: must be at least 1"),
        ({"drop": True, "seconds": 0}, "seconds"),
        ({"drop": True, "seconds": 1e6}, "seconds: must be at most 86400"),
        ({"latency": {"min": 2, "max": 1}}, "latency.min: must be at most max"),
        ({"latency": {"min": 2}}, "latency.max: is required"),
        ({"latency": {"mean": 2}}, "latency.max: is required"),
        ({"latency": {"min": 0, "max": 61}}, "latency.max: must be at most 60"),
        ({"drop": True, "until": 5}, "until: is not a field"),
    ],
)
def test_rule_that_makes_no_sense_is_refused(desk: Desk, body: Json, told: str) -> None:
    problem = desk.refuse("POST", "/chaos", body)
    assert (problem.kind, told in problem.message) == ("invalid", True), problem.message
    assert desk.ask("GET", "/chaos") == []


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    with Sandbox(DOCUMENT, fixtures=FIXTURES) as made:
        yield made


@pytest.fixture
def served(running: Sandbox) -> Iterator[Sandbox]:
    yield running
    for rule in running._remote.ask("GET", "/chaos"):
        running._remote.ask("DELETE", f"/chaos/{rule['id']}")


def get(served: Sandbox, path: str = "/items", **headers: str) -> httpx.Response:
    return httpx.get(served.base("shop") + path, headers=DEMO | headers, timeout=20)


def test_forced_status_is_answered_in_the_form_of_the_api_and_nothing_is_executed(served: Sandbox) -> None:
    served.chaos(operation="createItem", status=500)
    before = get(served).json()
    response = httpx.post(served.base("shop") + "/items", json=NEW_ITEM, headers=DEMO)
    assert response.status_code == 500
    assert response.json()["error"]
    assert response.headers["Sandbox-Reason"].startswith("chaos rule ")
    assert "Preference-Applied" not in response.headers
    assert get(served).json() == before


def test_log_tells_chaos(served: Sandbox) -> None:
    served.chaos(operation="listItems", status=500, times=1)
    get(served)
    [entry] = served.log(limit=1)
    assert (entry["verdict"], entry["status"]) == ("chaos", 500)
    assert entry["reason"].startswith("chaos rule ")


def test_credential_and_quota_come_before_chaos(served: Sandbox) -> None:
    served.chaos(status=500)
    assert get(served, Authorization="Bearer nobody").status_code == 401
    statuses = [get(served, Authorization="Bearer limited.chaos").status_code for _ in range(4)]
    served.chaos(status=500, api="shop", operation="listItems")
    assert statuses[-1] != 500
    world = served.world("chaos")
    world.chaos(status=500)
    limited = [get(served, Authorization="Bearer limited.chaos").status_code for _ in range(4)]
    assert 429 in limited


def test_answer_that_the_client_forces_is_no_matter_of_chaos(served: Sandbox) -> None:
    rule = served.chaos(drop=True)
    assert get(served, Prefer="code=404").status_code == 404
    [shown] = [each for each in served._remote.ask("GET", "/chaos") if each["id"] == rule["id"]]
    assert shown["struck"] == 0


def test_rule_of_a_world_is_none_of_others(served: Sandbox) -> None:
    served.world("a").chaos(status=500)
    assert get(served).status_code == 200
    assert get(served, Authorization="Bearer demo.a").status_code == 500


def test_dropped_connection_has_no_answer_and_the_request_is_not_executed(served: Sandbox) -> None:
    served.chaos(drop=True, method="POST")
    before = get(served).json()
    with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
        httpx.post(served.base("shop") + "/items", json=NEW_ITEM, headers=DEMO)
    assert get(served).json() == before
    entry = served.log(limit=2)[1]
    assert (entry["verdict"], entry["status"]) == ("chaos", None)


def test_dropped_connection_is_dropped_with_a_large_body_too(served: Sandbox) -> None:
    served.chaos(drop=True, method="POST")
    with pytest.raises((httpx.RemoteProtocolError, httpx.WriteError, httpx.ReadError)):
        httpx.post(served.base("shop") + "/items", json={"name": "x" * 500_000}, headers=DEMO)
    assert get(served).status_code == 200


def test_truncated_answer_is_shorter_than_it_promises_and_the_request_is_executed(served: Sandbox) -> None:
    whole = get(served, f"/items/{LAMP}")
    served.chaos(truncate=True, operation="showItem")
    url = httpx.URL(served.base("shop"))
    connection = http.client.HTTPConnection(url.host, url.port, timeout=10)
    connection.request("GET", f"{url.path}/items/{LAMP}", headers=DEMO)
    answer = connection.getresponse()
    assert int(answer.headers["Content-Length"]) == len(whole.content)
    with pytest.raises(http.client.IncompleteRead) as caught:
        answer.read()
    assert caught.value.partial == whole.content[: len(whole.content) // 2]
    connection.close()
    with pytest.raises(httpx.RemoteProtocolError):
        get(served, f"/items/{LAMP}")


def test_write_whose_answer_is_truncated_is_done(served: Sandbox) -> None:
    served.chaos(truncate=True, operation="createItem", times=1)
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.post(served.base("shop") + "/items", json={**NEW_ITEM, "sku": "cut"}, headers=DEMO)
    again = httpx.post(served.base("shop") + "/items", json={**NEW_ITEM, "sku": "cut"}, headers=DEMO)
    assert again.status_code == 409


def test_rule_ends_by_itself(served: Sandbox) -> None:
    served.chaos(status=500, times=2)
    assert [get(served).status_code for _ in range(4)] == [500, 500, 200, 200]
    assert served._remote.ask("GET", "/chaos") == []


def test_latency_holds_the_answer_back(served: Sandbox) -> None:
    served.chaos(latency={"min": 0.3, "max": 0.3}, operation="showItem")
    response = get(served, f"/items/{LAMP}")
    assert response.elapsed.total_seconds() >= 0.3
    assert json.loads(response.content)["data"]["name"] == "Lamp"
