"""MediSync: recordings, transcriptions, notes and documents, and the whole workflow, in literals."""

from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from ..target import start
from .conftest import Personas
from .test_medisync import (
    AVERY,
    DOCTOR,
    MINE,
    TEXT,
    TIMES,
    WAV,
    Json,
    check_error,
    check_instants,
    check_invalid,
    check_types,
    get_all,
    login,
    read,
    read_data,
    schedule,
    upload,
)

RECORDING = TIMES | dict.fromkeys(["_id", "appointment_id", "recording_url", "recording_key"], TEXT)
TRANSCRIPTION = TIMES | dict.fromkeys(["_id", "appointment_id", "transcription"], TEXT)
NOTES = TIMES | dict.fromkeys(["_id", "appointment_id", "notes", "summary"], TEXT)
PREDICTION = {"status", "main_diagnosis", "icd_code", "reason", "error"}


def advance(client: httpx.Client, seconds: int) -> None:
    """Let the clock of the test's world run on."""
    body = {"world": client.headers["Sandbox-World"], "advance": seconds}
    assert client.post(client.base_url.join("/_sandbox/clock"), json=body).status_code == 200


def test_basic_workflow_with_the_clock_driven_by_hand(personas: Personas) -> None:
    run_workflow(personas, instant=False)


def test_basic_workflow_with_instant_speed() -> None:
    with start("medisync", "--speed", "instant") as ready, ExitStack() as clients:

        def connect(token: str | None, api: str) -> httpx.Client:
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            return clients.enter_context(
                httpx.Client(base_url=ready["apis"][api], headers=headers, timeout=30)
            )

        run_workflow(connect, instant=True)


def run_workflow(personas: Personas, *, instant: bool) -> None:
    """Create patient, schedule appointment, upload recording, get transcription, generate notes (MS-20)."""
    anonymous = personas(None, api="medisync")
    assert read(anonymous.post("/register", json=DOCTOR), 201)["success"] is True
    token = login(anonymous, email=DOCTOR["email"], password=DOCTOR["password"])["token"]
    client = personas(token, api="medisync")

    def status() -> str:
        found: str = read_data(client.get(f"/appointments/get/{appointment}"))["status"]
        return found

    patient = read_data(client.post("/patients/add", json=AVERY), 201)["_id"]
    body = {"patient_id": patient, "appointment_date": "2026-07-01T09:00:00Z"}
    appointment = read_data(client.post("/appointments/add", json=body), 201)["_id"]
    assert status() == "scheduled"
    recording = read_data(upload(client, appointment), 201)
    if not instant:
        assert status() == "transcribing"
        check_error(client.get(f"/transcriptions/{appointment}"), 404, "NOT_FOUND")
        advance(client, 10)
    transcription = read_data(client.get(f"/transcriptions/{appointment}"))
    assert transcription["transcription"]
    assert {each["speaker"] for each in transcription["segments"]} == {"Doctor", "Patient"}
    assert all(each["text"] in transcription["transcription"] for each in transcription["segments"])
    assert status() == "processing"
    again = client.post(f"/transcriptions/add/{appointment}", json={"transcription": "Doctor: Hello."})
    check_error(again, 409, "CONFLICT")
    notes = read_data(client.post(f"/notes/add/{appointment}", json={"notes": "S: Cough."}), 201)
    assert status() == "finished"
    found = read_data(client.get(f"/appointments/get/{appointment}"))
    named = [recording["_id"], transcription["_id"], notes["_id"], None]
    assert [found[f"{name}_id"] for name in ("recording", "transcription", "notes", "document")] == named


def test_recording_is_answered_in_a_list_of_one(medisync: httpx.Client) -> None:
    [recording] = read_data(medisync.get("/recordings/apt_abc123"))
    check_types(recording, RECORDING)
    check_instants(recording["createdAt"], recording["updatedAt"])
    assert recording["recording_key"] == "apt_abc123_recording.wav"
    assert recording in get_all(medisync, "/recordings")
    assert read_data(medisync.get(MINE))["recording_id"] == recording["_id"]


def test_uploaded_audio_is_sent_back(medisync: httpx.Client) -> None:
    appointment = schedule(medisync)["_id"]
    assert read_data(medisync.get(f"/recordings/{appointment}")) == []
    check_error(medisync.get(f"/recordings/get/{appointment}"), 404, "NOT_FOUND")
    recording = read_data(upload(medisync, appointment), 201)
    check_types(recording, RECORDING)
    assert (recording["appointment_id"], recording["recording_key"]) == (
        appointment,
        f"{appointment}_recording.wav",
    )
    assert read_data(medisync.get(f"/recordings/{appointment}")) == [recording]
    audio = medisync.get(f"/recordings/get/{appointment}")
    assert (audio.status_code, audio.content, audio.headers["Content-Type"]) == (200, WAV, "audio/wav")
    assert audio.headers["Content-Length"] == str(len(WAV))


def test_demo_recording_can_be_heard(medisync: httpx.Client) -> None:
    audio = medisync.get("/recordings/get/apt_abc123")
    assert (audio.status_code, audio.headers["Content-Type"], audio.content[:4]) == (
        200,
        "audio/wav",
        b"RIFF",
    )


def test_second_recording_is_a_conflict(medisync: httpx.Client) -> None:
    before = read_data(medisync.get(MINE))
    check_error(upload(medisync, "apt_abc123"), 409, "CONFLICT")
    assert read_data(medisync.get(MINE)) == before


def test_deleted_recording_is_answered_and_gone(medisync: httpx.Client) -> None:
    [recording] = read_data(medisync.get("/recordings/apt_abc123"))
    assert read_data(medisync.delete("/recordings/apt_abc123")) == recording
    assert read_data(medisync.get("/recordings/apt_abc123")) == []
    assert recording["_id"] not in {each["_id"] for each in get_all(medisync, "/recordings")}
    assert read_data(medisync.get(MINE))["recording_id"] is None
    check_error(medisync.delete("/recordings/apt_abc123"), 404, "NOT_FOUND")
    check_error(medisync.get("/recordings/get/apt_abc123"), 404, "NOT_FOUND")
    read_data(upload(medisync, "apt_abc123"), 201)


def test_recording_needs_its_file_in_a_form(medisync: httpx.Client) -> None:
    path = f"/recordings/add/{schedule(medisync)['_id']}"
    check_invalid(medisync.post(path, files={"other": ("talk.wav", WAV)}), "audio")
    check_invalid(medisync.post(path, json={"audio": "x"}))
    check_invalid(medisync.post(path))


def test_transcription_is_added_replaced_and_deleted(medisync: httpx.Client) -> None:
    appointment = schedule(medisync)["_id"]
    path = f"/transcriptions/{appointment}"
    check_error(
        medisync.put(f"/transcriptions/update/{appointment}", json={"transcription": "x"}), 404, "NOT_FOUND"
    )
    added = read_data(
        medisync.post(f"/transcriptions/add/{appointment}", json={"transcription": "One."}), 201
    )
    check_types(added, TRANSCRIPTION)
    assert (added["appointment_id"], added["transcription"]) == (appointment, "One.")
    assert read_data(medisync.get(f"/appointments/get/{appointment}"))["status"] == "processing"
    second = medisync.post(f"/transcriptions/add/{appointment}", json={"transcription": "Two."})
    check_error(second, 409, "CONFLICT")
    changed = read_data(medisync.put(f"/transcriptions/update/{appointment}", json={"transcription": "Two."}))
    assert changed == added | {"transcription": "Two.", "updatedAt": changed["updatedAt"]}
    assert read_data(medisync.get(path)) == changed
    assert read(medisync.delete(path)) == {"success": True}
    check_error(medisync.get(path), 404, "NOT_FOUND")
    check_error(medisync.delete(path), 404, "NOT_FOUND")
    assert read_data(medisync.get(f"/appointments/get/{appointment}"))["transcription_id"] is None


def test_replaced_text_has_no_speakers(medisync: httpx.Client) -> None:
    before = read_data(medisync.get("/transcriptions/apt_abc123"))
    starts = [each["start"] for each in before["segments"]]
    assert all(each["end"] > each["start"] for each in before["segments"])
    assert starts == sorted(starts)
    medisync.put("/transcriptions/update/apt_abc123", json={"transcription": "Anew."})
    after = read_data(medisync.get("/transcriptions/apt_abc123"))
    assert (after["transcription"], after["segments"]) == ("Anew.", [])


@pytest.mark.parametrize("body", [{}, {"transcription": ""}, {"transcription": 5}, {"transcription": None}])
def test_transcription_needs_a_text(medisync: httpx.Client, body: Json) -> None:
    check_invalid(
        medisync.post(f"/transcriptions/add/{schedule(medisync)['_id']}", json=body), "transcription"
    )
    check_invalid(medisync.put("/transcriptions/update/apt_abc123", json=body), "transcription")


def test_notes_are_created_and_updated_by_one_call(medisync: httpx.Client) -> None:
    appointment = schedule(medisync)["_id"]
    path = f"/notes/add/{appointment}"
    assert read_data(medisync.get(f"/notes/{appointment}")) == []
    notes = read_data(medisync.post(path, json={"notes": "S: Cough."}), 201)
    check_types(notes, NOTES)
    assert (notes["appointment_id"], notes["notes"], notes["summary"]) == (appointment, "S: Cough.", "")
    assert notes["diagnosis_prediction"] is None
    full = read_data(medisync.post(path, json={"notes": "S: Cough. P: Rest.", "summary": "Cough"}))
    kept = read_data(medisync.post(path, json={"notes": "S: No cough."}))
    assert (full["_id"], full["summary"]) == (notes["_id"], "Cough")
    assert (kept["_id"], kept["notes"], kept["summary"]) == (notes["_id"], "S: No cough.", "Cough")
    assert read_data(medisync.get(f"/notes/{appointment}")) == [kept]
    assert kept in get_all(medisync, "/notes")
    assert read_data(medisync.get(f"/appointments/get/{appointment}"))["status"] == "finished"


@pytest.mark.parametrize("body", [{}, {"notes": ""}, {"notes": " "}, {"notes": 5}, {"summary": "x"}])
def test_notes_need_a_text(medisync: httpx.Client, body: Json) -> None:
    check_invalid(medisync.post("/notes/add/apt_abc123", json=body), "notes")


def test_demo_notes_follow_soap(medisync: httpx.Client) -> None:
    [notes] = read_data(medisync.get("/notes/apt_abc123"))
    check_types(notes, NOTES)
    assert notes["_id"] == "notes_def456"
    assert [line[:2] for line in notes["notes"].splitlines()] == ["S:", "O:", "A:", "P:"]


def test_diagnosis_is_predicted_and_corrected(medisync: httpx.Client) -> None:
    appointment = schedule(medisync)["_id"]
    path = f"/notes/diagnosis/{appointment}"
    for response in (medisync.get(path), medisync.post(path), medisync.put(path, json={"reason": "x"})):
        check_error(response, 404, "NOT_FOUND")
    read_data(medisync.post(f"/notes/add/{appointment}", json={"notes": "S: Cough."}), 201)
    assert read_data(medisync.get(path)) == {"diagnosis_prediction": None}
    made = read_data(medisync.post(path))["diagnosis_prediction"]
    assert made.keys() == PREDICTION
    assert (made["status"], made["error"]) == ("generated", None)
    assert made["icd_code"]
    corrected = read_data(medisync.put(path, json={"main_diagnosis": "Cough", "icd_code": "R05.9"}))
    expected = made | {"main_diagnosis": "Cough", "icd_code": "R05.9"}
    assert corrected == {"diagnosis_prediction": expected}
    assert read_data(medisync.get(path)) == corrected
    assert read_data(medisync.get(f"/notes/{appointment}"))[0]["diagnosis_prediction"] == expected


def test_correction_makes_a_diagnosis_generated(medisync: httpx.Client) -> None:
    appointment = schedule(medisync)["_id"]
    read_data(medisync.post(f"/notes/add/{appointment}", json={"notes": "S: Cough."}), 201)
    corrected = read_data(medisync.put(f"/notes/diagnosis/{appointment}", json={"icd_code": "R05.9"}))
    assert corrected["diagnosis_prediction"] == {"icd_code": "R05.9", "status": "generated", "error": None}


@pytest.mark.parametrize("body", [{}, {"icd_code": 5}, {"reason": None}, []])
def test_wrong_correction_is_refused(medisync: httpx.Client, body: Any) -> None:
    before = read_data(medisync.get("/notes/diagnosis/apt_abc123"))
    check_invalid(medisync.put("/notes/diagnosis/apt_abc123", json=body))
    assert read_data(medisync.get("/notes/diagnosis/apt_abc123")) == before


def test_notes_are_scored(medisync: httpx.Client) -> None:
    scored = read_data(medisync.put("/notes/feedback/apt_abc123", json={"feedback_score": 2.5}))
    assert scored["feedback_score"] == 2.5
    assert read_data(medisync.get("/notes/apt_abc123")) == [scored]
    for body in ({}, {"feedback_score": "good"}, {"feedback_score": None}):
        check_invalid(medisync.put("/notes/feedback/apt_abc123", json=body), "feedback_score")
    empty = schedule(medisync)["_id"]
    check_error(medisync.put(f"/notes/feedback/{empty}", json={"feedback_score": 1}), 404, "NOT_FOUND")
