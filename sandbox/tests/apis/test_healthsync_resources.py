"""HealthSync: uploads, analyses, family members and shares, in literals."""

import time
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from .test_healthsync import (
    CATEGORIES,
    DOCUMENT,
    JPEG,
    LIMIT,
    MINE,
    NULLABLE,
    PDF,
    PNG,
    TEXT,
    Types,
    check_error,
    check_invalid,
    check_resource,
    get_all,
    read,
    read_one,
    upload,
)

Json = dict[str, Any]

OF_ME = {"user": {"data": {"id": "user_123", "type": "user"}}}
ANALYSIS: dict[str, Types] = {
    "record_id": TEXT,
    "status": TEXT,
    "summary": NULLABLE,
    "key_findings": NULLABLE,
}
ANALYSIS |= {"abnormal_values": (list,), "confidence_score": (float, int, type(None))}
ANALYSIS |= {"created_at": TEXT, "completed_at": NULLABLE}
MEMBER: dict[str, Types] = {"full_name": TEXT, "date_of_birth": TEXT, "relationship": TEXT, "email": NULLABLE}
MEMBER |= {"access_level": TEXT, "created_at": TEXT}
SHARE: dict[str, Types] = {"record_ids": (list,), "url": TEXT, "expires_at": TEXT, "permission": TEXT}
SHARE |= {"password_protected": (bool,), "access_count": (int,), "status": TEXT, "created_at": TEXT}
NEW_MEMBER = {"full_name": "Rosa Ibarra", "date_of_birth": "1956-11-03", "relationship": "parent"}


@pytest.mark.parametrize(
    ("name", "content", "claimed", "media"),
    [
        ("lab_result.pdf", PDF, "application/pdf", "application/pdf"),
        ("photo.jpg", JPEG, "image/jpeg", "image/jpeg"),
        ("scan.png", PNG, "text/plain", "image/png"),
        ("../../etc/report.png", PDF, "image/png", "application/pdf"),
    ],
)
def test_size_and_type_are_those_of_the_file(
    healthsync: httpx.Client, name: str, content: bytes, claimed: str, media: str
) -> None:
    form = {"category": "visit_notes", "file_size": "1", "content_type": "text/plain", "filename": "no.txt"}
    response = healthsync.post("/records", data=form, files={"file": (name, content, claimed)})
    record = read_one(response, 201)
    attributes = check_resource(record, "document", "record_", DOCUMENT)
    assert attributes["filename"] == name.rpartition("/")[2]
    assert (attributes["file_size"], attributes["content_type"]) == (len(content), media)
    assert read_one(healthsync.get(f"/records/{record['id']}")) == record


def test_upload_needs_file_and_category_only(healthsync: httpx.Client) -> None:
    attributes = read_one(upload(healthsync), 201)["attributes"]
    assert attributes["created_at"] == attributes["updated_at"]
    assert (attributes["date"], attributes["status"]) == (attributes["created_at"][:10], "processed")
    assert [attributes[name] for name in ("title", "notes", "family_member_id")] == [None] * 3
    for category in CATEGORIES:
        assert read_one(upload(healthsync, category=category), 201)["attributes"]["category"] == category


def test_document_can_be_about_a_family_member(healthsync: httpx.Client) -> None:
    form: Json = {"title": "Für Rosa", "notes": "x", "date": "2024-02-29", "family_member_id": "family_123"}
    record = read_one(upload(healthsync, **form), 201)
    assert record["attributes"].items() >= form.items()
    member = record["relationships"]["family_member"]["data"]
    assert record["relationships"] == OF_ME | {"family_member": {"data": member}}
    assert member == {"id": "family_123", "type": "family_member"}
    assert read_one(healthsync.get(f"/family-members/{member['id']}"))["type"] == member["type"]
    check_invalid(upload(healthsync, family_member_id="family_nobody"), "family_member_id")


def test_file_has_at_most_50_megabytes(healthsync: httpx.Client) -> None:
    record = read_one(upload(healthsync, PDF.ljust(LIMIT, b" ")), 201)
    assert record["attributes"]["file_size"] == LIMIT
    check_invalid(upload(healthsync, PDF.ljust(LIMIT + 1, b" ")), "file")


@pytest.mark.parametrize(
    "change",
    [
        {"category": "other"},
        {"date": "2024-02-29"},
        {"title": "New", "notes": None},
        {"title": None, "notes": "Fasting"},
    ],
)
def test_patch_changes_only_the_given_fields(healthsync: httpx.Client, change: Json) -> None:
    before = read_one(healthsync.get(MINE))
    after = read_one(healthsync.patch(MINE, json=change | {"filename": "no.txt", "status": "lost"}))
    moved = {"updated_at": after["attributes"]["updated_at"]}
    assert after == before | {"attributes": before["attributes"] | change | moved}
    assert moved["updated_at"] > before["attributes"]["updated_at"]
    assert read_one(healthsync.get(MINE)) == after


@pytest.mark.parametrize("body", [{}, {"id": "record_1", "file_size": 1, "colour": "blue"}])
def test_patch_without_a_known_field_changes_nothing(healthsync: httpx.Client, body: Json) -> None:
    before = read_one(healthsync.get(MINE))
    assert read_one(healthsync.patch(MINE, json=body)) == before == read_one(healthsync.get(MINE))


def test_deleted_document_is_gone(healthsync: httpx.Client) -> None:
    before = get_all(healthsync, "/records")
    analysis = read_one(healthsync.post("/analysis", json={"record_id": "record_123"}), 201)
    deleted = healthsync.delete(MINE)
    assert (deleted.status_code, deleted.content) == (204, b"")
    gone = [healthsync.get(MINE), healthsync.patch(MINE, json={}), healthsync.delete(MINE)]
    gone += [healthsync.get(f"/analysis/{analysis['id']}")]
    for response in [*gone, healthsync.post("/analysis", json={"record_id": "record_123"})]:
        check_error(response, 404, "not_found")
    check_invalid(healthsync.post("/shares", json={"record_ids": ["record_123"]}), "record_ids")
    assert get_all(healthsync, "/records") == [item for item in before if item["id"] != "record_123"]


def test_analysis_is_completed_after_a_while(healthsync: httpx.Client) -> None:
    analysis = read_one(healthsync.post("/analysis", json={"record_id": "record_123"}), 201)
    path, end = f"/analysis/{analysis['id']}", time.monotonic() + 6
    first = check_resource(analysis, "analysis", "analysis_", ANALYSIS)
    later = ["summary", "key_findings", "confidence_score", "completed_at"]
    assert first == {name: first[name] for name in ANALYSIS} | dict.fromkeys(later) | {"abnormal_values": []}
    states = [first["status"]]
    while (stored := read_one(healthsync.get(path)))["attributes"]["status"] != "completed":
        states.append(stored["attributes"]["status"])
        assert time.monotonic() < end
        time.sleep(0.1)
    last = check_resource(stored, "analysis", "analysis_", ANALYSIS)
    assert (states[0], [*dict.fromkeys(states)]) == ("pending", ["pending", "processing"])
    assert last["summary"]
    assert last["key_findings"]
    assert 0 <= last["confidence_score"] <= 1
    assert all(isinstance(value, str) for value in last["abnormal_values"])
    assert last["completed_at"] > last["created_at"] == first["created_at"]
    assert read_one(healthsync.get(path)) == stored


def test_family_member_needs_three_fields(healthsync: httpx.Client) -> None:
    member = read_one(healthsync.post("/family-members", json=NEW_MEMBER), 201)
    attributes = check_resource(member, "family_member", "family_", MEMBER)
    assert attributes.items() >= (NEW_MEMBER | {"email": None, "access_level": "view"}).items()
    assert (member["relationships"], get_all(healthsync, "/family-members")[0]) == (OF_ME, member)
    assert read_one(healthsync.get(f"/family-members/{member['id']}")) == member
    sent = NEW_MEMBER | {"relationship": "godmother", "email": "rosa@example.com", "access_level": "manage"}
    other = read_one(healthsync.post("/family-members", json=sent), 201)
    assert other["attributes"].items() >= sent.items()


def test_share_lasts_seven_days_unless_the_client_says(healthsync: httpx.Client) -> None:
    share = read_one(healthsync.post("/shares", json={"record_ids": ["record_123", "record_456"]}), 201)
    attributes = check_resource(share, "share", "share_", SHARE)
    given = {"record_ids": ["record_123", "record_456"], "permission": "view", "password_protected": False}
    assert attributes.items() >= (given | {"access_count": 0, "status": "active"}).items()
    start, end = (datetime.fromisoformat(attributes[name]) for name in ("created_at", "expires_at"))
    assert end - start == timedelta(days=7)
    assert attributes["url"].startswith("https://")
    assert attributes["url"] != read_one(healthsync.post("/shares", json=given), 201)["attributes"]["url"]


def test_expired_and_revoked_shares_are_not_listed(healthsync: httpx.Client) -> None:
    kept = read_one(healthsync.post("/shares", json={"record_ids": ["record_123"]}), 201)
    now = datetime.fromisoformat(kept["attributes"]["created_at"])
    soon = {"record_ids": ["record_123"], "expires_at": f"{now + timedelta(seconds=2):%Y-%m-%dT%H:%M:%SZ}"}
    expiring = read_one(healthsync.post("/shares", json=soon | {"permission": "download"}), 201)
    assert expiring["attributes"].items() >= soon.items()
    listed = get_all(healthsync, "/shares")
    assert {kept["id"], expiring["id"]} <= {share["id"] for share in listed}
    assert {share["attributes"]["status"] for share in listed} == {"active"}
    revoked = healthsync.delete(f"/shares/{kept['id']}")
    assert (revoked.status_code, revoked.content) == (204, b"")
    check_error(healthsync.delete(f"/shares/{kept['id']}"), 404, "not_found")
    time.sleep(2.2)
    left = [share for share in listed if share["id"] not in (kept["id"], expiring["id"])]
    assert get_all(healthsync, "/shares") == left


def test_demo_data_is_linked(healthsync: httpx.Client) -> None:
    records = {item["id"] for item in get_all(healthsync, "/records")}
    members = {item["id"] for item in get_all(healthsync, "/family-members")}
    for record in get_all(healthsync, "/records"):
        to = record["relationships"].get("family_member", {"data": {"id": None}})["data"]["id"]
        assert to == record["attributes"]["family_member_id"]
        assert to is None or to in members
    for share in get_all(healthsync, "/shares"):
        attributes = check_resource(share, "share", "share_", SHARE)
        assert set(attributes["record_ids"]) <= records
        assert attributes["created_at"] < attributes["expires_at"]
    analysis = read_one(healthsync.get("/analysis/analysis_123"))
    assert analysis["attributes"]["record_id"] in records
    assert read(healthsync.get("/records?per_page=1"))["meta"]["total"] >= 130
