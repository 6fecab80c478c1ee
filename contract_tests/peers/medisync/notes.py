"""Clinical notes, one set for each appointment (MS-07, MS-08)."""

from flask import Blueprint, Response

from contract_tests.peers.medisync.access import require_subscription
from contract_tests.peers.medisync.answers import Problem, show, success
from contract_tests.peers.medisync.checks import filled, json_body, number, text
from contract_tests.peers.medisync.lists import in_order, paged
from contract_tests.peers.medisync.ownership import appointment_of, single
from contract_tests.peers.medisync.peer import bug, caller, peer
from contract_tests.peers.medisync.world import Row, touch

routes = Blueprint("notes", __name__)

_CHECKS = {"notes": filled, "summary": text}
_COLUMN_WIDTH = 1000


def new_notes(appointment_id: str, given: Row) -> Row:
    """The members of new notes (MS-F52)."""
    return {
        "appointment_id": appointment_id,
        "notes": given["notes"],
        "summary": given.get("summary", ""),
        "feedback_score": None,
        "diagnosis_prediction": None,
    }


@routes.get("/notes")
def all_notes() -> Response:
    """List the caller's notes (MS-F51)."""
    return paged([show(row) for row in in_order(peer().world.of_doctor("notes", caller().user_id))])


@routes.get("/notes/<appointment_id>")
def of_appointment(appointment_id: str) -> Response:
    """List the notes of an appointment: none or one (MS-08, MS-C06)."""
    appointment = appointment_of(appointment_id)
    if peer().choices.missing_notes_404:
        single("notes", appointment)
    return success([show(row) for row in peer().world.of_appointment("notes", appointment_id)])


@routes.post("/notes/add/<appointment_id>")
def save(appointment_id: str) -> Response:
    """Make the notes of an appointment, or change them (MS-07, MS-20, MS-I08)."""
    require_subscription()
    world = peer().world
    appointment = appointment_of(appointment_id, anyone=bug("foreign_notes_written"))
    given = _as_stored(json_body(_CHECKS, required=("notes",)))
    present = world.of_appointment("notes", appointment_id)
    if present and not bug("notes_doubled"):
        shown = _change(present[0], given)
    else:
        row = world.add("notes", new_notes(appointment_id, given))
        appointment["notes_id"] = row["_id"]
        shown = show(row)
    world.advance(appointment, "finished")
    touch(appointment)
    created = not present or peer().choices.always_created
    return success(shown, 201 if created else 200)


def _as_stored(given: Row) -> Row:
    if bug("notes_cut"):
        given["notes"] = given["notes"][:_COLUMN_WIDTH]
    if bug("notes_ascii"):
        given["notes"] = given["notes"].encode("ascii", "replace").decode()
    return given


def _change(row: Row, given: Row) -> Row:
    if bug("empty_summary_ignored") and not given.get("summary"):
        given.pop("summary", None)
    if bug("notes_update_lost"):
        return show(row, **given)
    row.update(given)
    touch(row)
    return show(row)


@routes.put("/notes/feedback/<appointment_id>")
def rate(appointment_id: str) -> Response:
    """Score the notes of an appointment (MS-22, MS-F55)."""
    row = single("notes", appointment_of(appointment_id))
    score = json_body({"feedback_score": number}, required=("feedback_score",))["feedback_score"]
    row["feedback_score"] = (score or None) if bug("feedback_zero_lost") else score
    touch(row)
    return success(show(row))


@routes.get("/notes/diagnosis/<appointment_id>")
def diagnosis(appointment_id: str) -> Response:
    """The predicted diagnosis of an appointment, if there is one (MS-F54)."""
    return _show_diagnosis(single("notes", appointment_of(appointment_id)))


@routes.post("/notes/diagnosis/<appointment_id>")
def predict(appointment_id: str) -> Response:
    """Have a diagnosis predicted from the notes (MS-F54)."""
    require_subscription()
    row = single("notes", appointment_of(appointment_id))
    row["diagnosis_prediction"] = _generated("Essential hypertension", "I10", "Raised pressure at rest")
    touch(row)
    return _show_diagnosis(row)


@routes.put("/notes/diagnosis/<appointment_id>")
def correct(appointment_id: str) -> Response:
    """Change the given members of the diagnosis (MS-22, MS-F54)."""
    row = single("notes", appointment_of(appointment_id))
    given = json_body(dict.fromkeys(("main_diagnosis", "icd_code", "reason"), text))
    if not given:
        raise Problem("VALIDATION_ERROR", "One of main_diagnosis, icd_code and reason is required")
    before = row["diagnosis_prediction"] or _generated(None, None, None)
    row["diagnosis_prediction"] = {**before, **given, "status": "generated", "error": None}
    touch(row)
    return _show_diagnosis(row)


def _generated(main: str | None, code: str | None, reason: str | None) -> Row:
    return {"status": "generated", "main_diagnosis": main, "icd_code": code, "reason": reason, "error": None}


def _show_diagnosis(row: Row) -> Response:
    return success({"diagnosis_prediction": row["diagnosis_prediction"]})
