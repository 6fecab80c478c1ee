"""The rows that a server starts with: two doctors, their patients, and appointments in every state."""

import io
import wave
from datetime import date, datetime, timedelta
from typing import Any

from contract_tests.peers.medisync.accounts import add_user
from contract_tests.peers.medisync.appointments import new_appointment
from contract_tests.peers.medisync.documents import new_document
from contract_tests.peers.medisync.notes import new_notes
from contract_tests.peers.medisync.peer import peer
from contract_tests.peers.medisync.recordings import new_recording
from contract_tests.peers.medisync.transcribing import segments_of
from contract_tests.peers.medisync.world import Row, World, now

_PASSWORD = "Sandbox-1"
_FIRST_NAMES = (
    "Anna",
    "José",
    "Zoë",
    "Björn",
    "美咲",
    "Anna",
    "Oluwaseun",
    "Łucja",
    "Ahmed",
    "Mary Ann",
    "Иван",
)
_LAST_NAMES = ("Nguyen", "Müller", "O'Brien", "Nguyen", "García-López", "山田", "Smith")
_TYPES = (None, "consultation", "follow-up", "emergency", "consultation")
_REASONS = ("Headache", None, "Contrôle annuel – été", "", "Kopfschmerzen 🤕", "Cough, 3 weeks")
_MINUTES = (30, 15, 30, 45, 60)
_STEPS = ("finished", "processing", "finished", "transcribing", None)
_SCORES = (None, 0, 4.5, 5)
_SAID = ("Does it hurt? – Ça va mieux.", "Any fever? – No, none.", "まだ痛いですか – はい")
_PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 72 72]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)


def plant(rows: int) -> None:
    """Fill a new server: `rows` appointments for the demo doctor, five for the peer."""
    world = peer().world
    demo = _doctor(world, "demo@example.com", "Dana", "unlimited")
    other = _doctor(world, "peer@example.com", "Pekka", "premium")
    world.tokens = {"demo": demo, "readonly": demo, "limited": demo, "peer": other}
    _plant_practice(world, demo, max(6, rows * 2 // 5), rows)
    _plant_practice(world, other, 3, 5)


def _doctor(world: World, address: str, first_name: str, plan: str) -> str:
    names = {"title": "Dr.", "firstName": first_name, "lastName": "Example", "specialty": "Family Medicine"}
    systems = {"ehr_system_type": "cloud", "ehr_system_name": "OpenEHR"}
    given = {"email": address, "password": _PASSWORD, **names, **systems}
    user = add_user(world, given, plan, subscribed=True)
    return str(user["_id"])


def _plant_practice(world: World, doctor_id: str, patients: int, appointments: int) -> None:
    # Few distinct instants, so that rows share their time of creation.
    start = now() - timedelta(days=60)
    keys = [_patient(world, doctor_id, index, start) for index in range(patients)]
    for index in range(appointments):
        created = start + timedelta(hours=world.random.randrange(max(1, appointments // 5)))
        given = {
            "patient_id": world.random.choice(keys),
            "appointment_date": created + timedelta(days=index % 9),
            "duration": _MINUTES[index % 5],
            "type": _TYPES[index % 5],
            "reason": _REASONS[index % 6],
        }
        appointment = world.add("appointments", new_appointment(doctor_id, given), created)
        _go_through(world, appointment, index)


def _patient(world: World, doctor_id: str, index: int, created: datetime) -> str:
    contact = {"phone": f"+49 30 {index:06}", "email": f"patient{index}@example.org"}
    address = {
        "street": f"Straße {index + 1}",
        "city": "Köln",
        "zipCode": f"{50667 + index}",
        "country": "DE",
    }
    row = {
        "doctor_id": doctor_id,
        "firstName": _FIRST_NAMES[index % len(_FIRST_NAMES)],
        "lastName": _LAST_NAMES[index % len(_LAST_NAMES)],
        "dateOfBirth": (date(1950, 1, 1) + timedelta(days=index * 397 % 20000)).isoformat(),
        "address": address if index % 3 else None,
        "insurance": {"provider": "Nordkasse", "policyNumber": f"N-{index:05}"} if index % 4 else None,
        "contact": contact if index % 5 else None,
    }
    return str(world.add("patients", row, created + timedelta(hours=index // 4))["_id"])


def _go_through(world: World, appointment: Row, index: int) -> None:
    """Take an appointment as far through the workflow as its turn says (MS-20)."""
    step = _STEPS[index % len(_STEPS)]
    if step is None:
        return
    later = appointment["createdAt"] + timedelta(days=10)
    key = appointment["_id"]
    recording = world.add("recordings", new_recording(key), later)
    world.files[recording["_id"]] = (_wav(world), "audio/wav", recording["recording_key"])
    links = {"recording_id": recording["_id"]}
    if step != "transcribing":
        links["transcription_id"] = world.add("transcriptions", _transcription(key, index), later)["_id"]
    if step == "finished":
        links["notes_id"] = world.add("notes", _notes(key, index), later)["_id"]
    if index % 3 != 1:
        document = world.add("documents", new_document(appointment["doctor_id"], key, "report.pdf"), later)
        world.files[document["_id"]] = (_PDF, "application/pdf", "report.pdf")
        links["document_id"] = document["_id"]
    appointment.update(links, status=step, updatedAt=later)


def _transcription(appointment_id: str, index: int) -> Row:
    said = _SAID[index % len(_SAID)]
    segments = {"segments": segments_of(said)} if peer().choices.speakers else {}
    return {"appointment_id": appointment_id, "transcription": said, **segments}


def _notes(appointment_id: str, index: int) -> Row:
    written = {
        "notes": f"S: pain.\nO: 37.{index % 10} °C.\nA: –\nP: rest.",
        "summary": "" if index % 2 else "Rest.",
    }
    rated = {"feedback_score": _SCORES[index % 4], "diagnosis_prediction": _prediction(index)}
    return {**new_notes(appointment_id, written), **rated}


def _prediction(index: int) -> Row | None:
    empty: dict[str, Any] = dict.fromkeys(("main_diagnosis", "icd_code", "reason", "error"))
    known = {"main_diagnosis": "Migräne", "icd_code": "G43.9", "reason": "One-sided pain"}
    states: tuple[Row | None, ...] = (
        {"status": "generated", **empty, **known},
        None,
        {"status": "failed", **empty, "error": "The model did not answer"},
        {"status": "pending", **empty},
    )
    return states[index % len(states)]


def _wav(world: World) -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(world.random.randbytes(800))
    return buffer.getvalue()
