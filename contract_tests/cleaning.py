"""Undoing what an earlier run has left, by its ledger."""

from contract_tests.contracts import Operation
from contract_tests.ledger import Entry, Ledger
from contract_tests.lists import Listing, NoList, TooMany
from contract_tests.records import Maker, Record, address
from contract_tests.sessions import Session


def clean_up(session: Session, ledger: Ledger) -> list[str]:
    """Undo every open entry of the ledger, the newest first, and say what remains.

    A creation whose answer was never seen is looked for by its mark in the lists of the resource.
    Raises Unreachable and TimeOver.
    """
    maker = Maker(session)
    for entry in list(ledger.open()):
        if entry.state == "planned" and entry.undo is None:
            _find(session, maker, entry)
        else:
            maker.undo(entry)
    return [f"{row.operation} {row.key or row.mark}".strip() for row in ledger.remaining()]


def _find(session: Session, maker: Maker, entry: Entry) -> None:
    operation = next((row for row in session.contract.operations if row.name == entry.operation), None)
    removal = maker.removal(operation.resource) if operation and operation.resource else None
    found = _search(session, operation, entry) if operation else []
    entry.state = "undone" if not found else "left"
    for record in found if removal else []:
        path = session.url(removal, address(removal, record)) if removal else ""
        entry.state, entry.undo = "done", ("DELETE", path.removeprefix(session.target.url), None)
        maker.undo(entry)
    session.ledger.note(entry)


def _search(session: Session, operation: Operation, entry: Entry) -> list[Record]:
    resource, found = operation.resource, []
    for listing in session.contract.of(resource, "list") if entry.mark else []:
        if listing.within("path") or any(row.required for row in listing.within("query")):
            continue
        try:
            items = Listing(session, listing, entry.role).everything()
        except (NoList, TooMany):
            continue
        found += [item for item in items if entry.mark in str(item)]
    return [
        Record(resource, item, {}, {}, session.history[-1], role=entry.role) for item in found if resource
    ]
