"""HealthSync: users, documents and their uploads, sentence by sentence, in literals."""

from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

import httpx
import pytest

from .conftest import Personas

Json = dict[str, Any]
Types = tuple[type, ...]

MINE = "/records/record_123"
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"
LIMIT = 50 * 1024 * 1024
LISTS = {
    "/records": "document",
    "/records/lab-results": "lab_result",
    "/family-members": "family_member",
    "/shares": "share",
}
CATEGORIES = ["lab_results", "prescriptions", "imaging_reports", "vaccination_records"]
CATEGORIES += ["visit_notes", "other"]
TEXT: Types = (str,)
NULLABLE: Types = (str, type(None))
USER = dict.fromkeys(["email", "first_name", "last_name", "date_of_birth", "phone", "plan"], TEXT)
USER |= {"created_at": TEXT, "updated_at": TEXT}
DOCUMENT: dict[str, Types] = {
    "filename": TEXT,
    "file_size": (int,),
    "content_type": TEXT,
    "category": TEXT,
    "date": TEXT,
}
DOCUMENT |= {"title": NULLABLE, "notes": NULLABLE, "status": TEXT, "family_member_id": NULLABLE}
DOCUMENT |= {"created_at": TEXT, "updated_at": TEXT}


def read(response: httpx.Response, status: int = 200) -> Json:
    assert response.status_code == status, response.text
    body: Json = response.json()
    return body


def read_one(response: httpx.Response, status: int = 200) -> Json:
    """The resource of a single answer, whose meta is there and empty."""
    body = read(response, status)
    assert body == {"data": body["data"], "meta": {}}
    resource: Json = body["data"]
    return resource


def check_resource(resource: Json, kind: str, prefix: str, attributes: dict[str, Types]) -> Json:
    """The attributes of a resource, which are those named here, of these types."""
    given: Json = resource["attributes"]
    assert resource.keys() == {"id", "type", "attributes", "relationships"}
    assert (resource["type"], resource["id"][: len(prefix)]) == (kind, prefix)
    assert {name: type(value) in attributes[name] for name, value in given.items()} == dict.fromkeys(
        attributes, True
    )
    for name in ("created_at", "updated_at"):
        if name in given:
            datetime.strptime(given[name], "%Y-%m-%dT%H:%M:%SZ")
    return given


def check_error(response: httpx.Response, status: int, code: str, *fields: str) -> None:
    """The status and the error body, and that its details name these fields and no others."""
    error = read(response, status)["error"]
    assert error.keys() == {"code", "message", "details"}
    assert error["code"] == code
    assert error["message"]
    assert error["details"].keys() == set(fields)
    assert all(isinstance(text, str) and text for text in error["details"].values())


def check_invalid(response: httpx.Response, *fields: str) -> None:
    check_error(response, 422, "validation_error", *fields)


def follow(client: httpx.Client, link: str) -> Json:
    return read(client.get(urljoin(str(client.base_url), link)))


def get_all(client: httpx.Client, path: str, **query: Any) -> list[Json]:
    """All resources of a list, by the links of its pages."""
    page = read(client.get(path, params={"per_page": 100} | query))
    items: list[Json] = page["data"]
    while page["links"]["next"]:
        page = follow(client, page["links"]["next"])
        items += page["data"]
    assert len({item["id"] for item in items}) == len(items) == page["meta"]["total"]
    return items


def upload(client: httpx.Client, content: bytes = PDF, name: str = "scan.pdf", **form: Any) -> httpx.Response:
    data = {"category": "lab_results"} | form
    return client.post("/records", data=data, files={"file": (name, content)}, timeout=60)


@pytest.mark.parametrize("as_buffer", [False, True], ids=["Python", "JavaScript"])
def test_code_examples(healthsync: httpx.Client, tmp_path: Path, as_buffer: bool) -> None:
    records = read(healthsync.get("/records", params={"category": "lab_results"}))["data"]
    assert {record["attributes"]["category"] for record in records} == {"lab_results"}
    (tmp_path / "lab_result.pdf").write_bytes(PDF)
    with (tmp_path / "lab_result.pdf").open("rb") as file:
        sent = ("lab_result.pdf", file.read()) if as_buffer else file
        form = {"category": "lab_results", "date": "2024-02-27"}
        record = read_one(healthsync.post("/records", data=form, files={"file": sent}), 201)
    analysis = read_one(healthsync.post("/analysis", json={"record_id": record["id"]}), 201)
    given = {"filename": "lab_result.pdf", "file_size": len(PDF), "content_type": "application/pdf"}
    assert record["attributes"].items() >= (given | form).items()
    assert analysis["relationships"]["record"] == {"data": {"id": record["id"], "type": "document"}}
    assert read_one(healthsync.get(f"/analysis/{analysis['id']}"))["id"] == analysis["id"]


def test_current_user(healthsync: httpx.Client) -> None:
    user = read_one(healthsync.get("/user"))
    check_resource(user, "user", "user_", USER)
    assert (user["id"], user["relationships"]) == ("user_123", {})


@pytest.mark.parametrize(
    "change",
    [
        {"email": "jane@example.com"},
        {"first_name": "Jane", "last_name": "Doe"},
        {"date_of_birth": "1990-02-28", "phone": "+1-206-555-0199"},
    ],
)
def test_patch_user_changes_only_the_given_fields(healthsync: httpx.Client, change: Json) -> None:
    before = read_one(healthsync.get("/user"))["attributes"]
    after = read_one(healthsync.patch("/user", json=change | {"plan": "free", "id": "user_1"}))
    assert after["attributes"] == before | change | {"updated_at": after["attributes"]["updated_at"]}
    assert after["attributes"]["updated_at"] > before["updated_at"]
    assert read_one(healthsync.get("/user")) == after
    assert after["id"] == "user_123"


def test_document_of_the_example_exists(healthsync: httpx.Client) -> None:
    record = read_one(healthsync.get(MINE))
    attributes = check_resource(record, "document", "record_123", DOCUMENT)
    assert (record["id"], attributes["status"]) == ("record_123", "processed")
    assert record["relationships"] == {"user": {"data": {"id": "user_123", "type": "user"}}}


@pytest.mark.parametrize("path", LISTS)
def test_list_is_paged(healthsync: httpx.Client, path: str) -> None:
    page = read(healthsync.get(f"{path}?page=1&per_page=20"))
    total = page["meta"]["total"]
    assert page.keys() == {"data", "meta", "links"}
    assert page["meta"] == {"total": total, "page": 1, "per_page": 20, "total_pages": -(-total // 20)}
    assert len(page["data"]) == 20 < total / 3
    assert {item["type"] for item in page["data"]} == {LISTS[path]}
    assert read(healthsync.get(path))["data"] == page["data"]
    assert get_all(healthsync, path, per_page=7) == get_all(healthsync, path)


@pytest.mark.parametrize("path", LISTS)
def test_links_lead_to_the_ends_and_the_neighbours(healthsync: httpx.Client, path: str) -> None:
    second = read(healthsync.get(path, params={"page": 2, "per_page": 30}))
    links, last = second["links"], second["meta"]["total_pages"]
    numbers = {}
    for name, link in links.items():
        query = dict(parse_qsl(urlsplit(link).query)) if link else {"page": "0", "per_page": "30"}
        numbers[name] = int(query.pop("page"))
        assert query == {"per_page": "30"}
        assert link is None or urlsplit(link).path.endswith(f"/v1{path}")
        assert link is None or link.startswith("/")
    assert numbers == {"first": 1, "last": last, "prev": 1, "next": 3 if last > 2 else 0}
    first, end = follow(healthsync, links["first"]), follow(healthsync, links["last"])
    assert (first["links"]["prev"], end["links"]["next"]) == (None, None)
    assert follow(healthsync, first["links"]["next"]) == second
    assert 0 < len(end["data"]) <= 30


def test_links_keep_filters_and_sort(healthsync: httpx.Client) -> None:
    query = {"category": "lab_results", "date_from": "2020-01-01", "sort": "filename", "per_page": "5"}
    page = read(healthsync.get("/records", params=query))
    assert dict(parse_qsl(urlsplit(page["links"]["next"]).query)) == query | {"page": "2"}


def test_page_past_the_end_is_empty(healthsync: httpx.Client) -> None:
    page = read(healthsync.get("/records?page=1000"))
    last = page["meta"]["total_pages"]
    assert (page["data"], page["meta"]["page"], page["links"]["next"]) == ([], 1000, None)
    assert parse_qsl(urlsplit(page["links"]["prev"]).query) == [("page", str(last))]
    empty = read(healthsync.get("/records?date_from=2100-01-01"))
    assert empty["meta"] == {"total": 0, "page": 1, "per_page": 20, "total_pages": 0}
    assert empty["links"]["first"] == empty["links"]["last"]
    assert ("page", "1") in parse_qsl(urlsplit(empty["links"]["first"]).query)
    assert (empty["data"], empty["links"]["prev"], empty["links"]["next"]) == ([], None, None)


@pytest.mark.parametrize("category", CATEGORIES)
def test_category_selects_documents(healthsync: httpx.Client, category: str) -> None:
    everything = get_all(healthsync, "/records")
    found = [item for item in everything if item["attributes"]["category"] == category]
    assert get_all(healthsync, "/records", category=category) == found
    assert 0 < len(found) < len(everything)


def test_dates_select_documents_and_include_their_day(healthsync: httpx.Client) -> None:
    everything = get_all(healthsync, "/records")
    days = sorted(item["attributes"]["date"] for item in everything)
    first, last = days[len(days) // 4], days[len(days) * 3 // 4]
    for query in ({"date_from": first}, {"date_to": last}, {"date_from": first, "date_to": last}):
        low, high = query.get("date_from", days[0]), query.get("date_to", days[-1])
        found = [item for item in everything if low <= item["attributes"]["date"] <= high]
        assert get_all(healthsync, "/records", **query) == found
        assert 0 < len(found) < len(everything)


def test_filters_combine(healthsync: httpx.Client) -> None:
    found = read(healthsync.get("/records?category=lab_results&date_from=2024-01-01"))
    both = [
        item
        for item in get_all(healthsync, "/records", category="lab_results")
        if item["attributes"]["date"] >= "2024-01-01"
    ]
    assert (found["data"], found["meta"]["total"]) == (both[:20], len(both))


@pytest.mark.parametrize("name", ["created_at", "updated_at", "date", "filename", "category"])
def test_documents_are_sorted(healthsync: httpx.Client, name: str) -> None:
    for sort in (name, f"-{name}"):
        values = [item["attributes"][name] for item in get_all(healthsync, "/records", sort=sort)]
        assert values == sorted(values, reverse=sort.startswith("-"))
        assert values[0] != values[-1]


def test_newest_documents_come_first(healthsync: httpx.Client) -> None:
    record = read_one(upload(healthsync), 201)
    page = read(healthsync.get("/records"))
    assert page["data"][0] == record
    assert page == read(healthsync.get("/records?sort=-created_at")) | {"links": page["links"]}


def test_peer_sees_only_its_own(personas: Personas, healthsync: httpx.Client) -> None:
    peer = personas("peer", api="healthsync")
    assert read_one(peer.get("/user"))["id"] == "user_456"
    for path in LISTS:
        theirs = {item["id"] for item in get_all(peer, path)}
        assert theirs
        assert theirs.isdisjoint(item["id"] for item in get_all(healthsync, path))
