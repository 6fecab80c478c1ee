"""Developer Synchronization API: its document, sentence by sentence, in literals."""

from datetime import datetime
from typing import Any
from uuid import UUID

import httpx
import pytest

Json = dict[str, Any]

FIELDS = ["id", "developerId", "resourceType", "resourceKey", "data"]
FIELDS += ["lastSyncedAt", "createdAt", "updatedAt", "status", "metadata"]
STATUSES = ["ACTIVE", "PENDING_UPDATE", "PENDING_SYNC_CONFIRMATION", "ERROR"]
MINE = {"developerId": "dev-789", "resourceType": "PROJECT_CONFIG", "resourceKey": "mine", "data": {"a": 1}}
POST_EXAMPLE = {
    "developerId": "dev-789",
    "resourceType": "FEATURE_FLAG_STATE",
    "resourceKey": "flag-migration-v2",
    "data": {
        "enabled": False,
        "lastToggle": "2025-12-01T11:00:00Z",
        "notes": "Initial state for migration flag.",
    },
}
PATCH_EXAMPLE = {
    "data": {"enabled": True, "lastToggle": "2025-12-01T12:00:00Z"},
    "status": "PENDING_SYNC_CONFIRMATION",
}


def get_page(client: httpx.Client, **query: Any) -> Json:
    response = client.get("/records", params=query)
    assert response.status_code == 200, response.text
    page: Json = response.json()
    return page


def get_old(client: httpx.Client) -> Json:
    """A demo record that was last changed long before this test."""
    records = get_page(client, developerId="dev-456", limit=100)["data"]
    record: Json = min(records, key=lambda each: str(each["updatedAt"]))
    return record


def create(client: httpx.Client, **fields: Any) -> Json:
    response = client.post("/records", json=MINE | fields)
    assert response.status_code == 201, response.text
    record: Json = response.json()
    return record


def check_error(response: httpx.Response, status: int, code: str, *named: str) -> None:
    """The status, the error body, and that it names these fields."""
    assert response.status_code == status, response.text
    assert response.headers["Content-Type"].split(";")[0] == "application/json"
    error = response.json()["error"]
    assert error["code"] == code
    assert error["message"]
    assert {each["field"].strip("/") for each in error.get("details", [])} >= set(named)


def check_record(record: Json) -> None:
    """All ten fields, with their types."""
    assert sorted(record) == sorted(FIELDS)
    assert str(UUID(record["id"])) == record["id"]
    for name in ("developerId", "resourceType", "resourceKey"):
        assert isinstance(record[name], str)
        assert record[name]
    for name in ("lastSyncedAt", "createdAt", "updatedAt"):
        datetime.strptime(record[name], "%Y-%m-%dT%H:%M:%SZ")
        assert record[name] >= record["createdAt"]
    assert record["status"] in STATUSES
    assert isinstance(record["data"], dict)
    assert isinstance(record["metadata"], dict)


def test_list_is_a_page_of_50_complete_records(devsync: httpx.Client) -> None:
    page = get_page(devsync)
    assert sorted(page) == ["data", "limit", "page", "total"]
    assert (page["page"], page["limit"], len(page["data"])) == (1, 50, 50)
    assert page["total"] > 150
    for record in page["data"]:
        check_record(record)


@pytest.mark.parametrize("limit", [1, 7, 50, 100])
def test_walking_the_pages_meets_every_record_once(devsync: httpx.Client, limit: int) -> None:
    first = get_page(devsync, limit=limit)
    count = min(-(-first["total"] // limit), 8)
    pages = [get_page(devsync, limit=limit, page=number) for number in range(1, count + 1)]
    assert pages[0] == first
    assert {(page["limit"], page["total"]) for page in pages} == {(limit, first["total"])}
    assert [page["page"] for page in pages] == list(range(1, count + 1))
    ids = [record["id"] for page in pages for record in page["data"]]
    assert len(ids) == len(set(ids)) == min(first["total"], count * limit)


def test_page_past_the_end_is_empty(devsync: httpx.Client) -> None:
    total = get_page(devsync)["total"]
    assert get_page(devsync, page=1000) == {"total": total, "page": 1000, "limit": 50, "data": []}


def test_list_is_newest_first(devsync: httpx.Client) -> None:
    new = create(devsync)
    created = [record["createdAt"] for record in get_page(devsync, limit=100)["data"]]
    assert created == sorted(created, reverse=True)
    assert get_page(devsync, limit=1)["data"] == [new]


@pytest.mark.parametrize(
    "query",
    [
        {"developerId": "dev-456"},
        {"resourceType": "PROJECT_CONFIG"},
        {"resourceType": "FEATURE_FLAG_STATE"},
        {"resourceType": "EXTERNAL_API_KEY"},
        {"status": "ACTIVE"},
        {"status": "ERROR"},
        {"developerId": "dev-456", "resourceType": "PROJECT_CONFIG"},
        {"developerId": "dev-456", "resourceType": "PROJECT_CONFIG", "status": "ACTIVE"},
    ],
)
def test_filters_select_exactly_and_combine(devsync: httpx.Client, query: Json) -> None:
    total = get_page(devsync)["total"]
    every = [r for number in (1, 2, 3) for r in get_page(devsync, limit=100, page=number)["data"]]
    page = get_page(devsync, limit=100, **query)
    expected = [record for record in every if query.items() <= record.items()]
    assert len(every) == total
    assert 0 < page["total"] == len(expected) < total
    assert page["data"] == expected[:100]


@pytest.mark.parametrize("name", ["developerId", "resourceType", "status"])
@pytest.mark.parametrize("value", ["nothing", "active", "ACTIV", "project_config", "dev-45", "%", "' OR 1=1"])
def test_filter_by_an_unknown_value_is_empty(devsync: httpx.Client, name: str, value: str) -> None:
    page = get_page(devsync, **{name: value})
    assert (page["total"], page["data"]) == (0, [])


def test_unknown_query_parameter_is_ignored(devsync: httpx.Client) -> None:
    assert get_page(devsync, colour="blue") == get_page(devsync)


def test_record_of_the_list_example_exists(devsync: httpx.Client) -> None:
    records = get_page(devsync, developerId="dev-456", resourceType="PROJECT_CONFIG", limit=100)["data"]
    (record,) = [record for record in records if record["resourceKey"] == "my-backend-service"]
    assert (record["status"], record["metadata"]) == ("ACTIVE", {})


def test_single_record_is_the_item_of_the_list(devsync: httpx.Client) -> None:
    for record in get_page(devsync, limit=5)["data"]:
        response = devsync.get(f"/records/{record['id']}")
        assert (response.status_code, response.json()) == (200, record)


def test_post_example_creates_a_record(devsync: httpx.Client) -> None:
    before = get_page(devsync)["total"]
    response = devsync.post("/records", json=POST_EXAMPLE)
    record = response.json()
    assert response.status_code == 201
    check_record(record)
    assert record.items() >= POST_EXAMPLE.items()
    assert (record["status"], record["metadata"]) == ("ACTIVE", {})
    assert record["createdAt"] == record["updatedAt"] == record["lastSyncedAt"]
    assert response.headers["Location"].endswith(f"/api/v1/sync/records/{record['id']}")
    assert devsync.get(devsync.base_url.join(response.headers["Location"])).json() == record
    assert devsync.get(f"/records/{record['id']}").json() == record
    assert get_page(devsync)["total"] == before + 1


def test_patch_example_updates_the_record(devsync: httpx.Client) -> None:
    record = devsync.post("/records", json=POST_EXAMPLE).json()
    response = devsync.patch(f"/records/{record['id']}", json=PATCH_EXAMPLE)
    changed = response.json()
    assert response.status_code == 200
    stamps = {name: changed[name] for name in ("updatedAt", "lastSyncedAt")}
    assert changed == record | PATCH_EXAMPLE | stamps
    assert devsync.get(f"/records/{record['id']}").json() == changed
    assert changed in get_page(devsync, status="PENDING_SYNC_CONFIRMATION", limit=100)["data"]


@pytest.mark.parametrize(
    ("change", "stamped"),
    [
        ({"data": {}}, ["lastSyncedAt", "updatedAt"]),
        ({"status": "PENDING_UPDATE"}, ["updatedAt"]),
        ({"metadata": {"by": {"name": None}}}, ["updatedAt"]),
        ({}, []),
    ],
)
def test_patch_changes_only_the_given_fields(devsync: httpx.Client, change: Json, stamped: list[str]) -> None:
    before = get_old(devsync)
    response = devsync.patch(f"/records/{before['id']}", json=change)
    after = response.json()
    assert response.status_code == 200
    assert after == before | change | {name: after[name] for name in stamped}
    assert [name for name in stamped if after[name] <= before[name]] == []
    assert devsync.get(f"/records/{before['id']}").json() == after


@pytest.mark.parametrize("name", ["data", "metadata"])
def test_objects_come_back_as_they_were_sent(devsync: httpx.Client, name: str) -> None:
    value: Json = {"no": False, "zero": 0, "none": None, "": "", "list": [[], {}, None], "ключ": "日本 🦉"}
    record = create(devsync, **{name: value})
    assert record[name] == devsync.get(f"/records/{record['id']}").json()[name] == value
    patched = devsync.patch(f"/records/{record['id']}", json={name: {"list": [value]}}).json()
    assert patched[name] == devsync.get(f"/records/{record['id']}").json()[name] == {"list": [value]}


@pytest.mark.parametrize("status", STATUSES)
def test_every_status_can_be_created_and_set(devsync: httpx.Client, status: str) -> None:
    assert create(devsync, status=status)["status"] == status
    old = get_old(devsync)
    assert devsync.patch(f"/records/{old['id']}", json={"status": status}).json()["status"] == status


@pytest.mark.parametrize("metadata", [{"k": "x" * 1016}, {"k": "é" * 508}])
def test_largest_values_are_accepted(devsync: httpx.Client, metadata: Json) -> None:
    record = create(devsync, metadata=metadata, developerId="d" * 255)
    assert record["metadata"] == metadata
    assert devsync.patch(f"/records/{record['id']}", json={"metadata": metadata}).status_code == 200


def test_deleted_record_is_gone(devsync: httpx.Client) -> None:
    record, total = create(devsync), get_page(devsync)["total"]
    path = f"/records/{record['id']}"
    response = devsync.delete(path)
    assert (response.status_code, response.content) == (204, b"")
    for method in ("GET", "PATCH", "DELETE"):
        check_error(devsync.request(method, path, json={} if method == "PATCH" else None), 404, "NOT_FOUND")
    assert get_page(devsync)["total"] == total - 1
    assert create(devsync)["id"] != record["id"]
