"""MediSync: patients, appointments, paging and errors, in literals."""

import math
from typing import Any

import httpx
import pytest

from .test_medisync import (
    APPOINTMENT,
    AVERY,
    LISTS,
    PATIENT,
    Json,
    check_error,
    check_instants,
    check_invalid,
    check_types,
    get_all,
    read,
    read_data,
    schedule,
)

PATIENT_ID = "65f1a2b3c4d5e6f7a8b9c0d1"
NOWHERE = "/appointments/get/65f1a2b3c4d5e6f7a8b9c0ff"
WISHED: Json = {"patient_id": PATIENT_ID, "appointment_date": "2026-07-01T09:00:00Z"}
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
    appointment = read_data(medisync.post("/appointments/add", json=WISHED), 201)
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
    body = WISHED | {name: value}
    check_invalid(medisync.post("/appointments/add", json=body), name)


@pytest.mark.parametrize("name", ["patient_id", "appointment_date"])
def test_appointment_needs_patient_and_date(medisync: httpx.Client, name: str) -> None:
    body = {key: value for key, value in WISHED.items() if key != name}
    check_invalid(medisync.post("/appointments/add", json=body), name)


def test_appointment_of_an_unknown_patient_is_not_found(medisync: httpx.Client) -> None:
    response = medisync.post("/appointments/add", json=WISHED | {"patient_id": "nobody"})
    check_error(response, 404, "NOT_FOUND")


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


@pytest.mark.parametrize(
    ("content", "media"), [(b'{"firstName": ', "application/json"), (b"firstName=x", "text/plain")]
)
def test_unreadable_body_is_refused(medisync: httpx.Client, content: bytes, media: str) -> None:
    check_invalid(medisync.post("/patients/add", content=content, headers={"Content-Type": media}))


def test_other_method_is_not_allowed(medisync: httpx.Client) -> None:
    response = medisync.delete(f"/patients/{PATIENT_ID}")
    check_error(response, 405, "METHOD_NOT_ALLOWED")
    assert set(response.headers["Allow"].replace(" ", "").split(",")) >= {"GET", "PUT"}
