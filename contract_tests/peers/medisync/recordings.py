"""Audio recordings, one for each appointment (MS-04 to MS-06, MS-13)."""

from flask import Blueprint, Response, request

from contract_tests.peers.medisync.access import spend_upload
from contract_tests.peers.medisync.answers import empty, invalid, removed, show, success
from contract_tests.peers.medisync.checks import uploaded
from contract_tests.peers.medisync.lists import in_order, paged
from contract_tests.peers.medisync.ownership import appointment_of, free_place, single
from contract_tests.peers.medisync.peer import bug, caller, peer
from contract_tests.peers.medisync.transcribing import order_transcription
from contract_tests.peers.medisync.world import Row, World, touch

routes = Blueprint("recordings", __name__)


def show_recording(row: Row) -> Row:
    """A recording with the address of its audio (MS-F31)."""
    path = f"/api/recordings/get/{row['appointment_id']}"
    return show(row, recording_url=request.host_url[:-1] + path if peer().choices.absolute_links else path)


def new_recording(appointment_id: str) -> Row:
    """The members of a new recording (MS-F31)."""
    return {
        "appointment_id": appointment_id,
        "recording_url": "",
        "recording_key": f"{appointment_id}_recording.wav",
    }


@routes.get("/recordings")
def all_recordings() -> Response:
    """List the caller's recordings (MS-04)."""
    rows = list(peer().world.of_doctor("recordings", caller().user_id))
    rows += [row for doctor, row in peer().removed_recordings if doctor == caller().user_id]
    return paged([show_recording(row) for row in in_order(rows)])


@routes.get("/recordings/<appointment_id>")
def of_appointment(appointment_id: str) -> Response:
    """List the recordings of an appointment: none or one (MS-05, MS-C05)."""
    appointment_of(appointment_id)
    rows = peer().world.of_appointment("recordings", appointment_id)
    if bug("recordings_not_selected"):
        rows = in_order(peer().world.of_doctor("recordings", caller().user_id))
    return success([show_recording(row) for row in rows])


@routes.post("/recordings/add/<appointment_id>")
def add(appointment_id: str) -> Response:
    """Store the audio of an appointment and have it transcribed (MS-13, MS-20, MS-29, MS-F30)."""
    spend_upload()
    world = peer().world
    appointment = appointment_of(appointment_id)
    file = uploaded("audio")
    if bug("second_recording_replaces"):
        _forget(world, appointment)
    free_place("recordings", appointment)
    audio = file.read()
    if not audio and peer().choices.refuses_unknown:
        raise invalid("audio", "must not be empty")
    row = world.add("recordings", new_recording(appointment_id))
    world.files[row["_id"]] = (audio, _audio_type(file.mimetype), row["recording_key"])
    appointment["recording_id"] = row["_id"]
    world.advance(appointment, "transcribing")
    touch(appointment)
    order_transcription(appointment)
    return success(show_recording(row), 201)


def _audio_type(declared: str) -> str:
    return declared if declared.startswith("audio/") else "audio/wav"


def _forget(world: World, appointment: Row) -> None:
    for row in world.of_appointment("recordings", appointment["_id"]):
        del world["recordings"][row["_id"]]


@routes.get("/recordings/get/<appointment_id>")
def audio(appointment_id: str) -> Response:
    """The audio itself (MS-F32)."""
    row = single("recordings", appointment_of(appointment_id))
    content, media_type, name = peer().world.files[row["_id"]]
    answer = Response(content, content_type=media_type)
    if not peer().choices.absolute_links:
        answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@routes.delete("/recordings/<appointment_id>")
def remove(appointment_id: str) -> Response:
    """Remove the recording of an appointment (MS-06)."""
    world = peer().world
    appointment = appointment_of(appointment_id, anyone=bug("foreign_recording_deleted"))
    if bug("delete_nothing_succeeds") and not world.of_appointment("recordings", appointment_id):
        return empty()
    row = single("recordings", appointment)
    del world["recordings"][row["_id"]]
    appointment["recording_id"] = None
    touch(appointment)
    if bug("deleted_recording_listed"):
        peer().removed_recordings.append((appointment["doctor_id"], row))
    if bug("delete_takes_transcription"):
        for transcription in world.of_appointment("transcriptions", appointment_id):
            del world["transcriptions"][transcription["_id"]]
            appointment["transcription_id"] = None
    return removed(show_recording(row))
