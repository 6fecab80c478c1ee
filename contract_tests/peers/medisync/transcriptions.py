"""Transcriptions, one for each appointment (MS-19, MS-20)."""

from flask import Blueprint, Response

from contract_tests.peers.medisync.answers import removed, show, success
from contract_tests.peers.medisync.checks import filled, json_body
from contract_tests.peers.medisync.ownership import appointment_of, free_place, single
from contract_tests.peers.medisync.peer import bug, peer
from contract_tests.peers.medisync.transcribing import add_transcription, segments_of
from contract_tests.peers.medisync.world import touch

routes = Blueprint("transcriptions", __name__)

_CHECKS = {"transcription": filled}


@routes.get("/transcriptions/<appointment_id>")
def of_appointment(appointment_id: str) -> Response:
    """The transcription of an appointment (MS-20, MS-I10)."""
    return success(show(single("transcriptions", appointment_of(appointment_id))))


@routes.post("/transcriptions/add/<appointment_id>")
def add(appointment_id: str) -> Response:
    """Store a transcription that was made elsewhere (MS-29, MS-F40)."""
    appointment = appointment_of(appointment_id)
    given = json_body(_CHECKS, required=("transcription",))
    free_place("transcriptions", appointment)
    return success(show(add_transcription(appointment, given["transcription"])), 201)


@routes.put("/transcriptions/update/<appointment_id>")
def change(appointment_id: str) -> Response:
    """Replace the text of a transcription (MS-22, MS-F41)."""
    appointment = appointment_of(appointment_id)
    row = single("transcriptions", appointment)
    row.update(json_body(_CHECKS, required=("transcription",)))
    if "segments" in row:
        row["segments"] = segments_of(row["transcription"])
    touch(row)
    if bug("finished_reopened"):
        appointment["status"] = "processing"
    peer().world.advance(appointment, "processing")
    return success(show(row))


@routes.delete("/transcriptions/<appointment_id>")
def remove(appointment_id: str) -> Response:
    """Remove the transcription of an appointment (MS-F42)."""
    appointment = appointment_of(appointment_id)
    del peer().world["transcriptions"][single("transcriptions", appointment)["_id"]]
    appointment["transcription_id"] = None
    touch(appointment)
    return removed()
