"""Patient records (MS-19, MS-20)."""

from typing import Any

from flask import Blueprint, Response, request

from contract_tests.peers.medisync.answers import Problem, invalid, show, success
from contract_tests.peers.medisync.checks import day, filled, json_body, optional, texts
from contract_tests.peers.medisync.lists import in_order, paged
from contract_tests.peers.medisync.ownership import own
from contract_tests.peers.medisync.peer import bug, caller, peer
from contract_tests.peers.medisync.world import Row, touch

routes = Blueprint("patients", __name__)

_IDENTITY = ("firstName", "lastName", "dateOfBirth")
_OPTIONAL = {
    "address": optional(texts("street", "city", "zipCode", "country")),
    "insurance": optional(texts("provider", "policyNumber")),
    "contact": optional(texts("phone", "email")),
}
_CHECKS = {"firstName": filled, "lastName": filled, "dateOfBirth": day, **_OPTIONAL}


@routes.post("/patients/add")
def add() -> Response:
    """Add a patient to the caller's (MS-20, MS-F20)."""
    given = json_body(_CHECKS, required=_IDENTITY)
    _refuse_twin(given, None)
    row = {"doctor_id": caller().user_id, **dict.fromkeys(_CHECKS), **given}
    return success(show(peer().world.add("patients", row)), 201)


@routes.get("/patients")
def all_patients() -> Response:
    """List the caller's patients (MS-I14)."""
    return paged([show(row) for row in _mine()])


@routes.get("/patients/search")
def search() -> Response:
    """List the caller's patients whose name contains a term (MS-F21)."""
    term = request.args.get("query", "").strip().lower()
    if not term and peer().choices.search_needs_query:
        raise invalid("query", "is required")
    return paged([show(row) for row in _mine() if term in _searched(row).lower()])


def _searched(row: Row) -> str:
    if bug("search_first_name_only"):
        return str(row["firstName"])
    return f"{row['firstName']} {row['lastName']}"


@routes.get("/patients/<patient_id>")
def one(patient_id: str) -> Response:
    """One of the caller's patients (MS-I14)."""
    return success(show(own("patients", patient_id)))


@routes.put("/patients/<patient_id>")
def change(patient_id: str) -> Response:
    """Change the given members of a patient (MS-F21)."""
    row = own("patients", patient_id)
    given = json_body(_CHECKS)
    _refuse_twin({**row, **given}, row)
    if bug("patient_update_wipes"):
        row.update(dict.fromkeys(_OPTIONAL))
    row.update(given)
    touch(row)
    return success(show(row))


def _mine() -> list[Row]:
    return in_order(peer().world.of_doctor("patients", caller().user_id))


def _refuse_twin(given: dict[str, Any], itself: Row | None) -> None:
    """A second patient with the same name and birthday is a duplicate (MS-29, MS-I14)."""
    if peer().choices.twin_patients:
        return
    compared = _IDENTITY[:2] if bug("birthday_not_compared") else _IDENTITY
    for other in peer().world.of_doctor("patients", caller().user_id):
        if other is not itself and all(other[name] == given[name] for name in compared):
            raise Problem("CONFLICT", "The patient exists already")
