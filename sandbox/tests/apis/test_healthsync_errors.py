"""HealthSync: status codes, error bodies, credentials and rate limits, in literals."""

from typing import Any
from urllib.parse import urljoin

import httpx
import pytest

from .conftest import Personas
from .test_healthsync import (
    LISTS,
    MINE,
    PDF,
    check_error,
    check_invalid,
    get_all,
    read,
    read_one,
    upload,
)

Json = dict[str, Any]

NEW_MEMBER = {"full_name": "Rosa Ibarra", "date_of_birth": "1956-11-03", "relationship": "parent"}
READS = ["/user", *LISTS, MINE, "/records/lab-results/lab_12345"]
READS += ["/analysis/analysis_123", "/family-members/family_123"]
WRITES: list[tuple[str, str, Json]] = [
    ("PATCH", "/user", {"phone": "1"}),
    ("PATCH", MINE, {"title": "x"}),
    ("DELETE", MINE, {}),
    ("POST", "/analysis", {"record_id": "record_123"}),
    ("POST", "/family-members", NEW_MEMBER),
    ("POST", "/shares", {"record_ids": ["record_123"]}),
    ("DELETE", "/shares/share_123", {}),
]
WRONG_QUERIES = {
    "page": ["0", "-1", "x", "1.5", ""],
    "per_page": ["0", "101", "x"],
    "sort": ["id", "+date", "-", "title", ""],
    "category": ["x-rays", "Lab_Results", ""],
    "date_from": ["yesterday", "2024-1-1", "2024-02-30", "2024-01-01T00:00:00Z"],
    "date_to": ["2024", "01/02/2024"],
}
WRONG_BODIES: list[tuple[str, str, str, list[Any]]] = [
    ("PATCH", "/user", "email", ["x", "", 5, None]),
    ("PATCH", "/user", "date_of_birth", ["17.5.1984", "1984-02-30", 1984]),
    ("PATCH", "/user", "phone", [5, None]),
    ("PATCH", MINE, "category", ["x", None, 1]),
    ("PATCH", MINE, "date", ["today", None, "2024-13-01"]),
    ("PATCH", MINE, "title", [5, []]),
    ("POST", "/analysis", "record_id", [5, None, ["record_123"]]),
    ("POST", "/family-members", "full_name", ["", 5, None]),
    ("POST", "/family-members", "date_of_birth", ["1956", None]),
    ("POST", "/family-members", "relationship", ["", None]),
    ("POST", "/family-members", "email", ["x", 5]),
    ("POST", "/family-members", "access_level", ["admin", None]),
    ("POST", "/shares", "record_ids", [[], "record_123", None, ["record_nowhere"], ["record_123", "x"]]),
    ("POST", "/shares", "expires_at", ["2026-06-30", "soon", None]),
    ("POST", "/shares", "permission", ["edit", None]),
    ("POST", "/shares", "password_protected", ["yes", None]),
]
VALID = {(method, path): body for method, path, body in WRITES}
FILE = {"file": ("scan.pdf", PDF)}
FORM = {"category": "other"}


@pytest.mark.parametrize(
    ("name", "value"), [(name, text) for name, texts in WRONG_QUERIES.items() for text in texts]
)
def test_wrong_query_is_refused(healthsync: httpx.Client, name: str, value: str) -> None:
    check_invalid(healthsync.get("/records", params={name: value}), name)


@pytest.mark.parametrize("path", LISTS)
def test_paging_of_every_list_is_checked(healthsync: httpx.Client, path: str) -> None:
    assert len(read(healthsync.get(path, params={"per_page": 1}))["data"]) == 1
    assert read(healthsync.get(path, params={"per_page": 100}))["meta"]["per_page"] == 100
    check_invalid(healthsync.get(path, params={"page": 0, "per_page": 101}), "page", "per_page")


def test_dates_are_in_order(healthsync: httpx.Client) -> None:
    check_invalid(healthsync.get("/records?date_from=2024-02-01&date_to=2024-01-31"), "date_from")


@pytest.mark.parametrize(
    ("method", "path", "name", "value"),
    [(method, path, name, value) for method, path, name, values in WRONG_BODIES for value in values],
)
def test_wrong_field_is_refused_and_changes_nothing(
    healthsync: httpx.Client, method: str, path: str, name: str, value: Any
) -> None:
    before = [read(healthsync.get(each)) for each in READS]
    check_invalid(healthsync.request(method, path, json=VALID[method, path] | {name: value}), name)
    assert [read(healthsync.get(each)) for each in READS] == before


@pytest.mark.parametrize("path", ["/analysis", "/family-members", "/shares"])
def test_every_missing_field_is_named(healthsync: httpx.Client, path: str) -> None:
    required = {"/analysis": ["record_id"], "/family-members": [*NEW_MEMBER], "/shares": ["record_ids"]}
    check_invalid(healthsync.post(path, json={}), *required[path])


def test_wrong_upload_is_refused(healthsync: httpx.Client) -> None:
    before = get_all(healthsync, "/records")
    parts = {"category": (None, "other")}
    check_invalid(healthsync.post("/records", files=FILE), "category")
    check_invalid(healthsync.post("/records", files=parts), "file")
    check_invalid(healthsync.post("/records", files={"title": (None, "x")}), "file", "category")
    check_invalid(upload(healthsync, category="x-rays", date="2024-02-30"), "category", "date")
    check_invalid(upload(healthsync, b""), "file")
    check_invalid(upload(healthsync, b"MZ\x90\x00", "report.pdf"), "file")
    claimed = {"file": ("report.pdf", b"<html></html>", "application/pdf")}
    check_invalid(healthsync.post("/records", data=FORM, files=claimed), "file")
    assert get_all(healthsync, "/records") == before


@pytest.mark.parametrize(
    ("path", "content", "media"),
    [
        ("/records", b'{"category": "other"}', "application/json"),
        ("/records", b"category=other", "application/x-www-form-urlencoded"),
        ("/records", b"no part at all", "multipart/form-data; boundary=x"),
        ("/records", b"--x\r\n", "multipart/form-data"),
        ("/records", b"--x\r\nContent-Disposition: form-data; name=file", "multipart/form-data; boundary=x"),
        ("/analysis", b'{"record_id": ', "application/json"),
        ("/analysis", b'"\xff"', "application/json"),
        ("/shares", b"record_ids=record_123", "application/x-www-form-urlencoded"),
        ("/family-members", b"<xml/>", "application/xml"),
    ],
)
def test_unreadable_body_is_a_bad_request(
    healthsync: httpx.Client, path: str, content: bytes, media: str
) -> None:
    response = healthsync.post(path, content=content, headers={"Content-Type": media})
    check_error(response, 400, "invalid_request")


def test_unreadable_query_is_a_bad_request(healthsync: httpx.Client) -> None:
    check_error(healthsync.get("/records?category=%ff"), 400, "invalid_request")


@pytest.mark.parametrize(
    "path",
    ["/records/record_nowhere", "/analysis/analysis_nowhere", "/family-members/family_nowhere", "/nowhere"],
)
def test_unknown_resource_is_not_found(healthsync: httpx.Client, path: str) -> None:
    check_error(healthsync.get(path), 404, "not_found")


def test_unknown_resource_cannot_be_used(healthsync: httpx.Client) -> None:
    responses = [
        healthsync.patch("/records/record_nowhere", json={}),
        healthsync.delete("/records/record_nowhere"),
        healthsync.delete("/shares/share_nowhere"),
        healthsync.post("/analysis", json={"record_id": "record_nowhere"}),
    ]
    for response in responses:
        check_error(response, 404, "not_found")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", MINE, {"GET", "PATCH", "DELETE"}),
        ("POST", "/user", {"GET", "PATCH"}),
        ("POST", "/records/lab-results", {"GET"}),
        ("DELETE", "/records/lab-results/lab_12345", {"GET"}),
        ("GET", "/analysis", {"POST"}),
        ("DELETE", "/analysis/analysis_123", {"GET"}),
        ("PATCH", "/family-members/family_123", {"GET"}),
        ("DELETE", "/family-members/family_123", {"GET"}),
        ("GET", "/shares/share_123", {"DELETE"}),
        ("PATCH", "/shares/share_123", {"DELETE"}),
    ],
)
def test_other_methods_are_not_allowed(
    healthsync: httpx.Client, method: str, path: str, allowed: set[str]
) -> None:
    response = healthsync.request(method, path)
    check_error(response, 405, "method_not_allowed")
    offered = set(response.headers["Allow"].replace(" ", "").split(","))
    assert offered - {"HEAD", "OPTIONS"} == allowed


@pytest.mark.parametrize("token", [None, "nobody", "expired"])
@pytest.mark.parametrize("path", [*READS, "/records/record_nowhere", "/records?page=0"])
def test_every_request_needs_a_valid_key(personas: Personas, path: str, token: str | None) -> None:
    response = personas(token, api="healthsync").get(path)
    check_error(response, 401, "unauthorized")
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


def test_readonly_key_reads_but_writes_nothing(personas: Personas, healthsync: httpx.Client) -> None:
    readonly = personas("readonly", api="healthsync")
    before = [read(healthsync.get(path)) for path in READS[1:]]
    assert [read(readonly.get(path)) for path in READS[1:]] == before
    assert read_one(readonly.get("/user"))["id"] != "user_123"
    check_error(upload(readonly), 403, "forbidden")
    for method, path, body in WRITES:
        check_error(readonly.request(method, path, json=body), 403, "forbidden")
    assert [read(healthsync.get(path)) for path in READS[1:]] == before


def test_resources_of_others_are_not_found(personas: Personas, healthsync: httpx.Client) -> None:
    peer, before = personas("peer", api="healthsync"), get_all(healthsync, "/shares")
    singles = [path for path in READS if path[-3:] in ("123", "345")]
    assert len(singles) == 4
    responses = [peer.get(path) for path in singles]
    responses += [peer.patch(MINE, json={}), peer.delete(MINE), peer.delete("/shares/share_123")]
    responses.append(peer.post("/analysis", json={"record_id": "record_123"}))
    for response in responses:
        check_error(response, 404, "not_found")
    check_invalid(peer.post("/shares", json={"record_ids": ["record_123"]}), "record_ids")
    check_invalid(upload(peer, family_member_id="family_123"), "family_member_id")
    assert get_all(healthsync, "/shares") == before
    assert read_one(healthsync.get(MINE))["id"] == "record_123"


@pytest.mark.parametrize(
    ("token", "plan", "limit"), [("standard", "plus", 100), ("premium", "premium", 1000)]
)
def test_plan_has_its_requests_per_hour(personas: Personas, token: str, plan: str, limit: int) -> None:
    client = personas(token, api="healthsync")
    responses = [client.get("/user"), client.get("/records/record_nowhere"), client.get("/records?page=0")]
    responses += [client.post("/shares", content=b"{"), client.delete("/shares/share_123")]
    left = [int(each.headers["X-RateLimit-Remaining"]) for each in responses]
    assert [each.status_code for each in responses] == [200, 404, 422, 400, 204]
    assert left == [limit - 1, limit - 2, limit - 3, limit - 4, limit - 5]
    assert {each.headers["X-RateLimit-Limit"] for each in responses} == {str(limit)}
    assert len({int(each.headers["X-RateLimit-Reset"]) for each in responses}) == 1
    assert read_one(responses[0])["attributes"]["plan"] == plan


def test_limited_key_is_stopped_after_three_requests(personas: Personas, healthsync: httpx.Client) -> None:
    limited = personas("limited", api="healthsync")
    left = [limited.get("/records").headers["X-RateLimit-Remaining"] for _ in range(3)]
    response = limited.get("/records")
    check_error(response, 429, "rate_limit_exceeded")
    assert (left, response.headers["X-RateLimit-Remaining"]) == (["2", "1", "0"], "0")
    assert 1 <= int(response.headers["Retry-After"]) <= 3600
    assert healthsync.get("/records").status_code == 200


def test_document_is_at_the_root_and_needs_no_key(personas: Personas) -> None:
    client = personas(None, api="healthsync")
    document = read(client.get(urljoin(str(client.base_url), "/openapi.json")))
    assert document["info"]["title"] == "HealthSync API"
    assert document["paths"].keys() >= {"/user", "/records", "/records/{id}", "/analysis", "/shares"}
