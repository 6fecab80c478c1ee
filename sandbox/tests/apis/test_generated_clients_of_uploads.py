"""Clients generated for the APIs with uploads and workflows: HealthSync and MediSync."""

from importlib import import_module
from io import BytesIO
from typing import Any

from .test_generated_clients import Client, Generate
from .test_generated_clients import generate as generate

PDF = b"%PDF-1.4 a page"


def make_file(client: Client, content: bytes, name: str, media_type: str) -> Any:
    return import_module(f"{client.package}.types").File(BytesIO(content), name, media_type)


def test_healthsync_pages_hold_every_record_once(generate: Generate) -> None:
    healthsync = generate("healthsync")
    pages = [healthsync.get("records.list_records", page=page, per_page=100) for page in (1, 2)]
    ids = [record.id for page in pages for record in page.data]
    assert len(ids) == len(set(ids)) == pages[0].meta.total


def test_healthsync_record_is_uploaded_updated_shared_and_deleted(generate: Generate) -> None:
    healthsync = generate("healthsync")
    upload = healthsync.make("Upload", file=b"", category="lab_results", date="2024-02-27")
    upload.file = make_file(healthsync, PDF, "lab.pdf", "application/pdf")
    record = healthsync.get("records.upload_record", body=upload).data
    assert (record.attributes.filename, record.attributes.file_size) == ("lab.pdf", len(PDF))
    changes = healthsync.make("DocumentChanges", title="Spring")
    assert healthsync.get("records.update_record", record.id, body=changes).data.attributes.title == "Spring"
    analysis = healthsync.make("NewAnalysis", record_id=record.id)
    assert healthsync.get("analysis.run_analysis", body=analysis).data.attributes.record_id == record.id
    share = healthsync.make("NewShare", record_ids=[record.id])
    shared = healthsync.get("shares.create_share", body=share).data
    assert healthsync.send("shares.revoke_share", shared.id).status_code == 204
    assert healthsync.send("records.delete_record", record.id).status_code == 204
    assert healthsync.send("records.get_record", record.id).status_code == 404


def test_medisync_patient_is_added_updated_and_listed(generate: Generate) -> None:
    medisync = generate("medisync")
    fields = {"firstName": "Grace", "lastName": "Generated", "dateOfBirth": "1980-01-01"}
    patient = medisync.get("patients.add_patient", body=medisync.make("NewPatient", **fields)).data
    changes = medisync.make("PatientChanges", lastName="Changed")
    medisync.get("patients.update_patient", patient.field_id, body=changes)
    assert medisync.get("patients.get_patient", patient.field_id).data.last_name == "Changed"
    first = medisync.get("patients.list_patients", page=1, limit=50)
    assert first.pagination.total > len(first.data) == 50


def test_medisync_recording_is_uploaded_and_deleted(generate: Generate) -> None:
    medisync = generate("medisync")
    patient = medisync.get("patients.list_patients").data[0]
    fields = {"patient_id": patient.field_id, "appointment_date": "2026-07-01T10:00:00.000Z"}
    visit = medisync.get("appointments.add_appointment", body=medisync.make("NewAppointment", **fields)).data
    upload = medisync.make("NewRecording", audio=b"")
    upload.audio = make_file(medisync, b"RIFF....WAVE", "visit.wav", "audio/wav")
    medisync.get("recordings.add_recording", visit.field_id, body=upload)
    assert len(medisync.get("recordings.get_recordings", visit.field_id).data) == 1
    assert medisync.send("recordings.delete_recording", visit.field_id).status_code == 200
    assert medisync.get("recordings.get_recordings", visit.field_id).data == []
