"""Developer Synchronization API: security and error responses (section 3), in literals."""

from typing import Any

import httpx
import pytest

from .conftest import Personas
from .test_devsync import MINE, PATCH_EXAMPLE, check_error, create, get_old, get_page

NOBODY = "/records/3d1f0a52-6c0e-4b8a-9a57-000000000000"
# The bodies are wrong and the id is unknown: the credential is judged before both.
OPERATIONS: list[tuple[str, str, Any]] = [
    ("GET", "/records?limit=0", None),
    ("POST", "/records", {}),
    ("GET", NOBODY, None),
    ("PATCH", NOBODY, {"colour": "blue"}),
    ("DELETE", NOBODY, None),
]
WRITES = [operation for operation in OPERATIONS if operation[0] != "GET"]
WRONG_VALUES: dict[str, list[Any]] = {
    "id": ["3d1f0a52-6c0e-4b8a-9a57-0c9b7e1d2f35"],
    "developerId": ["", 5, None, [], "x" * 256],
    "resourceType": ["", False, None, {}, "x" * 256],
    "resourceKey": ["", 0, None, ["key"], "x" * 256],
    "data": [[], "{}", None, 1, True],
    "lastSyncedAt": ["2025-12-01T10:00:00Z"],
    "createdAt": ["2025-12-01T10:00:00Z"],
    "updatedAt": ["2025-12-01T10:00:00Z"],
    "status": ["LOST", "active", "", None, 1],
    "metadata": [[], "{}", None, 1, True, {"k": "x" * 1017}, {"k": "é" * 509}],
    "colour": ["blue"],
}
WRONG = [(name, value) for name, values in WRONG_VALUES.items() for value in values]


@pytest.mark.parametrize("name", ["developerId", "resourceType", "resourceKey", "data"])
def test_post_without_a_required_field_is_refused(devsync: httpx.Client, name: str) -> None:
    before = get_page(devsync)
    response = devsync.post("/records", json={key: value for key, value in MINE.items() if key != name})
    check_error(response, 400, "BAD_REQUEST", name)
    assert get_page(devsync) == before


def test_refusal_names_every_fault(devsync: httpx.Client) -> None:
    response = devsync.post(
        "/records", json={"developerId": 5, "data": [], "status": "LOST", "colour": "blue"}
    )
    named = ["developerId", "resourceType", "resourceKey", "data", "status", "colour"]
    check_error(response, 400, "BAD_REQUEST", *named)
    assert {each["location"] for each in response.json()["error"]["details"]} == {"body"}


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_post_of_a_wrong_field_is_refused(devsync: httpx.Client, name: str, value: Any) -> None:
    before = get_page(devsync)
    check_error(devsync.post("/records", json=MINE | {name: value}), 400, "BAD_REQUEST", name)
    assert get_page(devsync) == before


@pytest.mark.parametrize(("name", "value"), [*WRONG, ("developerId", "dev-789"), ("resourceKey", "other")])
def test_patch_of_a_wrong_or_immutable_field_is_refused(devsync: httpx.Client, name: str, value: Any) -> None:
    before = get_old(devsync)
    response = devsync.patch(f"/records/{before['id']}", json={"data": {"new": 1}} | {name: value})
    check_error(response, 400, "BAD_REQUEST", name)
    assert devsync.get(f"/records/{before['id']}").json() == before


def test_the_same_three_fields_twice_are_a_conflict(devsync: httpx.Client) -> None:
    first = create(devsync)
    check_error(devsync.post("/records", json=MINE | {"data": {"other": 2}}), 409, "CONFLICT")
    assert devsync.get(f"/records/{first['id']}").json() == first
    for name in ("developerId", "resourceType", "resourceKey"):
        assert create(devsync, **{name: "another"})["id"] != first["id"]
    assert create(devsync, resourceKey="MINE")["id"] != first["id"]


@pytest.mark.parametrize("key", [NOBODY[9:], "a1b2c3d4-e5f6-...", "0", "nobody"])
@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_unknown_id_is_not_found(devsync: httpx.Client, method: str, key: str) -> None:
    response = devsync.request(method, f"/records/{key}", json=PATCH_EXAMPLE if method == "PATCH" else None)
    check_error(response, 404, "NOT_FOUND")


@pytest.mark.parametrize("token", [None, "expired", "nobody", "demo2", "DEMO"])
@pytest.mark.parametrize(("method", "path", "body"), OPERATIONS)
def test_missing_or_invalid_credential_is_unauthorized(
    personas: Personas, method: str, path: str, body: Any, token: str | None
) -> None:
    response = personas(token, "devsync").request(method, path, json=body)
    check_error(response, 401, "UNAUTHORIZED")
    assert "Bearer" in response.headers["WWW-Authenticate"]


@pytest.mark.parametrize(
    ("credential", "status"),
    [
        ("Bearer demo", 200),
        ("bearer demo", 200),
        ("ApiKey demo", 200),
        ("demo", 200),
        ("Bearer", 401),
        ("Basic demo", 401),
        ("Basic ZGVtbzpkZW1v", 401),
        ("Bearer nobody", 401),
        ("Bearer demo demo", 401),
        ("ApiKey nobody", 401),
        ("", 401),
    ],
)
def test_credential_is_a_bearer_token_or_an_api_key(personas: Personas, credential: str, status: int) -> None:
    client = personas(None, "devsync")
    assert client.get("/records", headers={"Authorization": credential}).status_code == status


def test_readonly_credential_reads(personas: Personas, devsync: httpx.Client) -> None:
    readonly = personas("readonly", "devsync")
    assert get_page(readonly) == get_page(devsync)
    record = get_old(devsync)
    assert readonly.get(f"/records/{record['id']}").json() == record


@pytest.mark.parametrize(("method", "path", "body"), WRITES)
def test_readonly_credential_may_not_write(
    personas: Personas, devsync: httpx.Client, method: str, path: str, body: Any
) -> None:
    before, record = get_page(devsync), get_old(devsync)
    readonly = personas("readonly", "devsync")
    check_error(readonly.request(method, path, json=body), 403, "FORBIDDEN")
    mine = f"/records/{record['id']}"
    check_error(readonly.post("/records", json=MINE), 403, "FORBIDDEN")
    check_error(readonly.patch(mine, json={"data": {}}), 403, "FORBIDDEN")
    check_error(readonly.delete(mine), 403, "FORBIDDEN")
    assert (get_page(devsync), get_old(devsync)) == (before, record)


def test_peer_lists_only_its_own_records(personas: Personas, devsync: httpx.Client) -> None:
    peer, create_for = personas("peer", "devsync"), {"developerId": "dev-peer"}
    mine = create(peer, **create_for)
    page = get_page(peer, limit=100)
    assert {record["developerId"] for record in page["data"]} == {"dev-peer"}
    assert page["data"][0] == mine
    assert len(page["data"]) == page["total"] < get_page(devsync)["total"]
    assert get_page(peer, developerId="dev-456")["total"] == 0


@pytest.mark.parametrize(("method", "body"), [("GET", None), ("PATCH", {"data": {}}), ("DELETE", None)])
def test_peer_may_not_touch_the_record_of_another(
    personas: Personas, devsync: httpx.Client, method: str, body: Any
) -> None:
    peer, record = personas("peer", "devsync"), get_old(devsync)
    check_error(peer.request(method, f"/records/{record['id']}", json=body), 403, "FORBIDDEN")
    assert devsync.get(f"/records/{record['id']}").json() == record
    check_error(peer.request(method, NOBODY, json=body), 404, "NOT_FOUND")


def test_peer_may_not_create_for_another(personas: Personas, devsync: httpx.Client) -> None:
    peer, before = personas("peer", "devsync"), get_page(devsync)
    existing = {name: get_old(devsync)[name] for name in MINE}
    check_error(peer.post("/records", json=MINE), 403, "FORBIDDEN")
    check_error(peer.post("/records", json=existing), 403, "FORBIDDEN")
    check_error(peer.post("/records", json={"developerId": "dev-789"}), 400, "BAD_REQUEST", "data")
    assert get_page(devsync) == before


def test_limited_credential_is_stopped_after_three_requests(personas: Personas) -> None:
    limited = personas("limited", "devsync")
    assert [limited.get("/records?limit=1").status_code for _ in range(3)] == [200, 200, 200]
    response = limited.get("/records")
    check_error(response, 429, "TOO_MANY_REQUESTS")
    assert 1 <= int(response.headers["Retry-After"]) <= 3600


def test_worlds_do_not_meet(devsync: httpx.Client) -> None:
    before = get_page(devsync)
    create(devsync)
    elsewhere = {"Sandbox-World": devsync.headers["Sandbox-World"] + "x"}
    assert devsync.get("/records", headers=elsewhere).json() == before


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/records", {"GET", "POST"}),
        ("DELETE", "/records", {"GET", "POST"}),
        ("POST", NOBODY, {"GET", "PATCH", "DELETE"}),
        ("PUT", NOBODY, {"GET", "PATCH", "DELETE"}),
    ],
)
def test_other_methods_are_not_allowed(
    devsync: httpx.Client, method: str, path: str, allowed: set[str]
) -> None:
    response = devsync.request(method, path, json={})
    check_error(response, 405, "METHOD_NOT_ALLOWED")
    assert set(response.headers["Allow"].replace(" ", "").split(",")) >= allowed


def test_unknown_path_is_not_found(devsync: httpx.Client) -> None:
    check_error(devsync.get("/recordings"), 404, "NOT_FOUND")
