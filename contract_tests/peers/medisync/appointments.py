"""Appointments of the token's doctor (MS-01 to MS-03)."""

from flask import Blueprint, Response, request

from contract_tests.peers.medisync.access import require_subscription
from contract_tests.peers.medisync.answers import Problem, show, success
from contract_tests.peers.medisync.checks import filled, instant, json_body, minutes, optional, text
from contract_tests.peers.medisync.lists import in_order, paged
from contract_tests.peers.medisync.ownership import appointment_of, own
from contract_tests.peers.medisync.peer import bug, caller, peer
from contract_tests.peers.medisync.world import Row, now

routes = Blueprint("appointments", __name__)

_CHECKS = {
    "patient_id": filled,
    "appointment_date": instant,
    "duration": minutes,
    "type": optional(text),
    "reason": optional(text),
}
_LINKS = ("recording_id", "transcription_id", "notes_id", "document_id")
_DEFAULT_MINUTES = 30


@routes.get("/appointments/doctors")
def of_doctor() -> Response:
    """List the appointments of the token's doctor (MS-01, MS-11)."""
    world = peer().world
    doctor = caller().user_id
    asked = request.args.get("uid", "")
    if bug("uid_overrides_token") and asked in world["users"]:
        doctor = asked
    rows = world.of_doctor("appointments", doctor)
    if bug("appointments_of_everyone"):
        rows = list(world["appointments"].values())
    return paged([show(row) for row in in_order(rows)])


@routes.post("/appointments/add")
def add() -> Response:
    """Make an appointment with one of the caller's patients (MS-02, MS-20, MS-I05)."""
    require_subscription()
    required = ("patient_id",) if bug("date_not_required") else ("patient_id", "appointment_date")
    given = json_body(_CHECKS, required)
    if not (bug("unknown_patient_accepted") and given["patient_id"] not in peer().world["patients"]):
        own("patients", given["patient_id"])
    if bug("reason_forgotten"):
        given.pop("reason", None)
    return success(show(peer().world.add("appointments", new_appointment(caller().user_id, given))), 201)


def new_appointment(doctor_id: str, given: Row) -> Row:
    """The members of a new appointment; what was not given has its default (MS-I05)."""
    return {
        "doctor_id": doctor_id,
        "patient_id": given["patient_id"],
        "appointment_date": given.get("appointment_date") or now(),
        "duration": given.get("duration", _DEFAULT_MINUTES),
        "type": given.get("type"),
        "reason": given.get("reason"),
        "status": peer().world.statuses[0],
        **dict.fromkeys(_LINKS),
    }


@routes.get("/appointments/get/<appointment_id>")
def one(appointment_id: str) -> Response:
    """One of the caller's appointments (MS-03)."""
    try:
        appointment = appointment_of(appointment_id, anyone=bug("foreign_appointment_shown"))
    except Problem as problem:
        if bug("missing_appointment_200") and problem.status == 404:
            return success(None)
        raise
    if bug("appointment_cached"):
        return success(peer().first_reads.setdefault(appointment_id, show(appointment)))
    return success(show(appointment))
