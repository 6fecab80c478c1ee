"""Reaching a row by the key in a path: it must exist and be the caller's (MS-10, MS-28)."""

import re

from contract_tests.peers.medisync.answers import Problem
from contract_tests.peers.medisync.peer import caller, peer
from contract_tests.peers.medisync.world import Row

_TYPED_ID = re.compile(r"[a-z]+_[0-9a-f]{10}")


def own(table: str, key: str, anyone: bool = False) -> Row:
    """The caller's row of a table.

    table: its name; key: the id; anyone: whether a row of another doctor is handed out as well.
    """
    if peer().choices.typed_ids and not _TYPED_ID.fullmatch(key):
        raise Problem("VALIDATION_ERROR", "Malformed id")
    row = peer().world[table].get(key)
    if row is None:
        raise Problem("NOT_FOUND")
    if row["doctor_id"] != caller().user_id and not anyone:
        raise Problem("NOT_FOUND" if peer().choices.hides_foreign else "FORBIDDEN")
    return row


def appointment_of(appointment_id: str, anyone: bool = False) -> Row:
    """The caller's appointment, on which everything else hangs (MS-21)."""
    return own("appointments", appointment_id, anyone)


def single(table: str, appointment: Row) -> Row:
    """The one row of a table that hangs on an appointment; without one the answer is 404 (MS-28)."""
    rows = peer().world.of_appointment(table, appointment["_id"])
    if not rows:
        raise Problem("NOT_FOUND", f"No {table} for this appointment")
    return rows[0]


def free_place(table: str, appointment: Row) -> None:
    """Stop a second row where an appointment has one already (MS-29)."""
    if peer().world.of_appointment(table, appointment["_id"]):
        raise Problem("CONFLICT", f"The appointment has {table} already")
