"""MediSync: patients, appointments, paging, limits and whose data it is, in literals."""

import math
from typing import Any

import httpx
import pytest

from contract_tests.conftest import Personas
from contract_tests.test_medisync import (
    APPOINTMENT,
    AVERY,
    LISTS,
    MINE,
    PATIENT,
    PDF,
    WAV,
    Json,
    check_error,
    check_instants,
    check_invalid,
    check_types,
    get_all,
    read,
    read_data,
    schedule,
    upload,
)

PATIENT_ID = "65f1a2b3c4d5e6f7a8b9c0d1"
NOWHERE = "/appointments/get/65f1a2b3c4d5e6f7a8b9c0ff"
WRONG_PATIENTS: list[tuple[str, Any]] = [
    ("firstName", ""),
    ("firstName", "  "),
    ("lastName", None),
    ("lastName", "x" * 101),
    ("dateOfBirth", "12.3.1984"),
    ("dateOfBirth", "2026-02-30"),
    ("address", "12 Mill Lane"),
    ("insurance", {"policyNumber": 5}),
    ("contact", []),
]
WRONG_APPOINTMENTS: list[tuple[str, Any]] = [
    ("patient_id", 5),
    ("patient_id", None),
    ("appointment_date", "tomorrow"),
    ("appointment_date", "2026-01-20"),
    ("duration", 0),
    ("duration", "30"),
    ("reason", 5),
]
WRITES: list[tuple[str, str, Json]] = [
    ("POST", "/patients/add", {"json": AVERY}),
    ("PUT", f"/patients/{PATIENT_ID}", {"json": {"firstName": "X"}}),
    ("POST", "/appointments/add", {"json": {"patient_id": PATIENT_ID, "appointment_date": "2026-07-01T09:00:00Z"}}),
    ("POST", "/recordings/add/apt_abc123", {"files": {"audio": ("a.wav", WAV)}}),
    ("DELETE", "/recordings/apt_abc123", {}),
    ("POST", "/transcriptions/add/apt_abc123", {"json": {"transcription": "x"}}),
    ("PUT", "/transcriptions/update/apt_abc123", {"json": {"transcription": "x"}}),
    ("DELETE", "/transcriptions/apt_abc123", {}),
    ("POST", "/notes/add/apt_abc123", {"json": {"notes": "x"}}),
    ("POST", "/notes/diagnosis/apt_abc123", {}),
    ("PUT", "/notes/diagnosis/apt_abc123", {"json": {"reason": "x"}}),
    ("PUT", "/notes/feedback/apt_abc123", {"json": {"feedback_score": 1}}),
    ("POST", "/documents/add/apt_abc123", {"files": {"document": ("a.pdf", PDF)}}),
    ("PUT", "/documents/apt_abc123", {"files": {"document": ("a.pdf", PDF)}}),
    ("DELETE", "/documents/apt_abc123", {}),
]  # fmt: skip
BELOW = ["/recordings/{}", "/recordings/get/{}", "/transcriptions/{}", "/notes/{}", "/notes/diagnosis/{}"]
BELOW += ["/documents/{}", "/documents/get/{}", "/appointments/get/{}"]


@pytest.mark.parametrize("path", LISTS)
def test_list_is_paged_by_twenty(medisync: httpx.Client, path: str) -> None:
    page = read(medisync.get(path))
    total = page["pagination"]["total"]
    assert page.keys() == {"success", "data", "pagination"}
    assert page["pagination"] == {"page": 1, "limit": 20, "total": total, "pages": math.ceil(total / 20)}
    assert len(page["data"]) == 20
    assert total > 40


@pytest.mark.parametrize("path", ["/appointments/doctors", "/recordings", "/notes", "/patients"])
def test_pages_hold_every_item_once(medisync: httpx.Client, path: str) -> None:
    assert get_all(medisync, path, limit=7) == get_all(medisync, path)
    assert read_data(medisync.get(path, params={"page": 1000})) == []


@pytest.mark.parametrize(
    "query", [{"page": "0"}, {"page": "x"}, {"limit": "0"}, {"limit": "101"}, {"limit": "-1"}]
)
@pytest.mark.parametrize("path", LISTS[:4])
def test_wrong_page_is_refused(medisync: httpx.Client, path: str, query: dict[str, str]) -> None:
    check_invalid(medisync.get(path, params=query), *query)


def test_appointments_are_the_doctors(medisync: httpx.Client) -> None:
    appointments = get_all(medisync, "/appointments/doctors")
    for appointment in appointments:
        check_types(appointment, APPOINTMENT)
        check_instants(appointment["appointment_date"], appointment["createdAt"], appointment["updatedAt"])
    assert {each["doctor_id"] for each in appointments} == {"user_123456"}
    assert len(appointments) > 100
    assert {each["status"] for each in appointments} >= {"scheduled", "processing", "finished"}
    dates = [each["appointment_date"] for each in appointments]
    assert dates == sorted(dates, reverse=True)


def test_details_agree_with_the_list_and_its_patient_exists(medisync: httpx.Client) -> None:
    for appointment in read_data(medisync.get("/appointments/doctors?limit=100"))[::9]:
        assert read_data(medisync.get(f"/appointments/get/{appointment['_id']}")) == appointment
        patient = read_data(medisync.get(f"/patients/{appointment['patient_id']}"))
        check_types(patient, PATIENT)


def test_appointment_is_scheduled_for_half_an_hour(medisync: httpx.Client) -> None:
    body = {"patient_id": PATIENT_ID, "appointment_date": "2026-07-01T09:00:00Z"}
    appointment = read_data(medisync.post("/appointments/add", json=body), 201)
    check_types(appointment, APPOINTMENT)
    assert (appointment["status"], appointment["duration"], appointment["patient_id"]) == (
        "scheduled",
        30,
        PATIENT_ID,
    )
    assert appointment["doctor_id"] == "user_123456"
    assert [
        appointment[name] for name in ("recording_id", "transcription_id", "notes_id", "document_id")
    ] == [None] * 4
    assert appointment["createdAt"] == appointment["updatedAt"]
    assert read_data(medisync.get(f"/appointments/get/{appointment['_id']}")) == appointment
    assert appointment in get_all(medisync, "/appointments/doctors")


def test_appointment_keeps_what_is_given(medisync: httpx.Client) -> None:
    given = {"duration": 45, "type": "Follow-up", "reason": "Control", "status": "finished"}
    appointment = schedule(medisync, **given)
    assert (appointment["duration"], appointment["type"], appointment["reason"]) == (
        45,
        "Follow-up",
        "Control",
    )
    assert appointment["status"] == "scheduled"


@pytest.mark.parametrize(("name", "value"), WRONG_APPOINTMENTS)
def test_wrong_appointment_is_refused(medisync: httpx.Client, name: str, value: Any) -> None:
    body = {"patient_id": PATIENT_ID, "appointment_date": "2026-07-01T09:00:00Z"} | {name: value}
    check_invalid(medisync.post("/appointments/add", json=body), name)


@pytest.mark.parametrize("name", ["patient_id", "appointment_date"])
def test_appointment_needs_patient_and_date(medisync: httpx.Client, name: str) -> None:
    body = {"patient_id": PATIENT_ID, "appointment_date": "2026-07-01T09:00:00Z"}
    del body[name]
    check_invalid(medisync.post("/appointments/add", json=body), name)


def test_appointment_of_an_unknown_patient_is_not_found(medisync: httpx.Client) -> None:
    body = {"patient_id": "nobody", "appointment_date": "2026-07-01T09:00:00Z"}
    check_error(medisync.post("/appointments/add", json=body), 404, "NOT_FOUND")


def test_patient_is_created_found_and_changed(medisync: httpx.Client) -> None:
    patient = read_data(medisync.post("/patients/add", json=AVERY), 201)
    path = f"/patients/{patient['_id']}"
    assert AVERY.items() <= patient.items()
    check_types(patient, PATIENT)
    assert read_data(medisync.get(path)) == patient
    assert patient in read_data(medisync.get("/patients/search?query=ELLI&limit=100"))
    changed = read_data(medisync.put(path, json={"insurance": {"provider": "Northfield Health Plan"}}))
    expected = {"insurance": {"provider": "Northfield Health Plan"}, "updatedAt": changed["updatedAt"]}
    assert changed == patient | expected
    assert read_data(medisync.get(path)) == changed


def test_search_finds_a_part_of_either_name(medisync: httpx.Client) -> None:
    found = [each["_id"] for each in read_data(medisync.get("/patients/search?query=AN&limit=100"))]
    names = {each["_id"]: (each["firstName"], each["lastName"]) for each in get_all(medisync, "/patients")}
    assert sorted(found) == sorted(
        key for key, both in names.items() if any("an" in name.lower() for name in both)
    )
    assert 0 < len(found) < len(names)
    assert read_data(medisync.get("/patients/search?query=%25")) == []
    check_invalid(medisync.get("/patients/search"), "query")


def test_duplicate_patient_is_a_conflict(medisync: httpx.Client) -> None:
    read_data(medisync.post("/patients/add", json=AVERY), 201)
    other = read_data(medisync.post("/patients/add", json=AVERY | {"dateOfBirth": "1985-03-12"}), 201)
    before = get_all(medisync, "/patients")
    check_error(medisync.post("/patients/add", json=AVERY), 409, "CONFLICT")
    again = medisync.put(f"/patients/{other['_id']}", json={"dateOfBirth": "1984-03-12"})
    check_error(again, 409, "CONFLICT")
    assert get_all(medisync, "/patients") == before


@pytest.mark.parametrize(("name", "value"), WRONG_PATIENTS)
def test_wrong_patient_is_refused_and_changes_nothing(medisync: httpx.Client, name: str, value: Any) -> None:
    before = read_data(medisync.get(f"/patients/{PATIENT_ID}"))
    check_invalid(medisync.post("/patients/add", json=AVERY | {name: value}), name)
    check_invalid(medisync.put(f"/patients/{PATIENT_ID}", json={name: value}), name)
    assert read_data(medisync.get(f"/patients/{PATIENT_ID}")) == before


@pytest.mark.parametrize("path", [NOWHERE, "/appointments/get/no-id", "/patients/nobody", "/nowhere"])
def test_unknown_resource_is_not_found(medisync: httpx.Client, path: str) -> None:
    check_error(medisync.get(path), 404, "NOT_FOUND")


@pytest.mark.parametrize("path", BELOW)
def test_unknown_appointment_is_not_found_and_a_foreign_one_forbidden(
    personas: Personas, medisync: httpx.Client, path: str
) -> None:
    check_error(medisync.get(path.format("nowhere")), 404, "NOT_FOUND")
    check_error(personas("peer", api="medisync").get(path.format("apt_abc123")), 403, "FORBIDDEN")


@pytest.mark.parametrize(("method", "path", "given"), WRITES)
@pytest.mark.parametrize("token", ["readonly", "peer"])
def test_others_change_nothing(personas: Personas, token: str, method: str, path: str, given: Json) -> None:
    if token == "peer" and path == "/patients/add":
        return
    response = personas(token, api="medisync").request(method, path, **given)
    status = 404 if token == "peer" and path == "/appointments/add" else 403
    check_error(response, status, "NOT_FOUND" if status == 404 else "FORBIDDEN")


def test_readonly_token_reads(personas: Personas) -> None:
    readonly = personas("readonly", api="medisync")
    for path in ["/user/profile", *LISTS, *(each.format("apt_abc123") for each in BELOW)]:
        assert readonly.get(path).status_code == 200, path


def test_peer_sees_only_its_own(personas: Personas, medisync: httpx.Client) -> None:
    peer = personas("peer", api="medisync")
    for path in ("/appointments/doctors", "/patients", "/recordings", "/notes"):
        theirs = {each["_id"] for each in get_all(peer, path)}
        assert theirs
        assert theirs.isdisjoint(each["_id"] for each in get_all(medisync, path))
    check_error(peer.get(f"/patients/{PATIENT_ID}"), 403, "FORBIDDEN")


@pytest.mark.parametrize(
    ("method", "path", "given"), [row for row in WRITES if row[:2] in {("POST", "/appointments/add"), ("POST", "/notes/add/apt_abc123"), ("POST", "/notes/diagnosis/apt_abc123")}]
)  # fmt: skip
def test_subscription_is_required(personas: Personas, method: str, path: str, given: Json) -> None:
    client = personas("unsubscribed", api="medisync")
    assert read_data(client.get("/user/profile"))["subscriptionActive"] is False
    check_error(client.request(method, path, **given), 403, "SUBSCRIPTION_REQUIRED")
    assert client.get(MINE).status_code == 200


@pytest.mark.parametrize(("token", "limit", "uploads"), [("standard", 1000, 50), ("premium", 5000, 200)])
def test_plan_has_its_requests_and_uploads_per_hour(
    personas: Personas, medisync: httpx.Client, token: str, limit: int, uploads: int
) -> None:
    client, appointment = personas(token, api="medisync"), schedule(medisync)["_id"]
    responses = [client.get("/user/profile"), client.get(NOWHERE)]
    assert [int(each.headers["X-RateLimit-Remaining"]) for each in responses] == [limit - 1, limit - 2]
    assert {each.headers["X-RateLimit-Limit"] for each in responses} == {str(limit)}
    assert int(responses[0].headers["X-RateLimit-Reset"]) > 0
    statuses = [upload(client, appointment).status_code for _ in range(uploads)]
    assert statuses == [201] + [409] * (uploads - 1)
    stopped = upload(client, appointment)
    check_error(stopped, 429, "RATE_LIMIT_EXCEEDED")
    assert int(stopped.headers["Retry-After"]) >= 1
    assert client.get("/user/profile").status_code == 200


def test_limited_token_is_stopped_after_three_requests(personas: Personas, medisync: httpx.Client) -> None:
    limited = personas("limited", api="medisync")
    left = [limited.get("/user/profile").headers["X-RateLimit-Remaining"] for _ in range(3)]
    response = limited.get("/user/profile")
    check_error(response, 429, "RATE_LIMIT_EXCEEDED")
    assert left == ["2", "1", "0"]
    assert 1 <= int(response.headers["Retry-After"]) <= 3600
    assert medisync.get("/user/profile").status_code == 200


@pytest.mark.parametrize(
    ("content", "media"), [(b'{"firstName": ', "application/json"), (b"firstName=x", "text/plain")]
)
def test_unreadable_body_is_refused(medisync: httpx.Client, content: bytes, media: str) -> None:
    check_invalid(medisync.post("/patients/add", content=content, headers={"Content-Type": media}))


def test_other_method_is_not_allowed(medisync: httpx.Client) -> None:
    response = medisync.delete(f"/patients/{PATIENT_ID}")
    check_error(response, 405, "METHOD_NOT_ALLOWED")
    assert set(response.headers["Allow"].replace(" ", "").split(",")) >= {"GET", "PUT"}
