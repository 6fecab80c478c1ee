"""Records that a path without a key shows, such as the caller's profile: changed for a law, and put back."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from contract_tests.answers import read_record
from contract_tests.contracts import Contract
from contract_tests.exchanges import Exchange
from contract_tests.ledger import Entry
from contract_tests.operations import Operation
from contract_tests.relations import same
from contract_tests.samples import plain
from contract_tests.schemas import Node, merge
from contract_tests.trials import Trial

Json = Any


def shows(contract: Contract) -> Iterator[Operation]:
    """The operations that show a record by a path without a key."""
    for operation in contract.operations:
        if operation.does == "show" and operation.resource and not operation.within("path"):
            yield operation


def amends(contract: Contract) -> Iterator[tuple[Operation, Operation]]:
    """The operations that change such a record, each with the one that shows it."""
    for show in shows(contract):
        for operation in contract.of(show.resource, "amend"):
            if not operation.within("path") and operation.body:
                yield operation, show


def show_of(operation: Operation) -> Operation:
    """The operation that shows what the operation changes."""
    return next(show for amend, show in amends(operation.contract) if amend == operation)


def fields_of(operation: Operation) -> dict[str, Node]:
    """The fields that the body of a change takes, with their schemas."""
    properties = operation.body[1].get("properties", {}) if operation.body else {}
    return {name: merge(operation.contract.root, node) for name, node in properties.items()}


def look(trial: Trial, operation: Operation, role: str = "owner") -> dict[str, Json]:
    """The record as it is now. Raises Skipped where it cannot be read."""
    exchange = trial.succeed(trial.send(operation, role=role))
    return read_record(operation, exchange) or trial.skip(f"{exchange}, not with a record")


def malformed(node: Node) -> Json:
    """A value of the right type that is not valid; None where none is known."""
    if "enum" in node:
        return "no-such-value" if node.get("type") == "string" else None
    if node.get("format") in ("email", "date", "date-time", "uri", "uuid"):
        return "not in that form"
    if node.get("minLength"):
        return ""
    return "x" * (node["maxLength"] + 1) if "maxLength" in node and node["maxLength"] < 100_000 else None


def fresh(trial: Trial, name: str, node: Node) -> Json:
    """Another valid value of a field than it has now.
    Skips addresses of people where others might get mail.
    """
    if node.get("format") == "email" and trial.session.profile != "full":
        trial.skip(f"{name} is an address to which a server may send mail (--profile full)")
    if node.get("format") == "date":
        return "1987-06-05"
    if (
        node.get("type") == "string"
        and "enum" not in node
        and "pattern" not in node
        and not node.get("format")
    ):
        return f"Zoë {trial.session.name()}"[: node.get("maxLength", 100)]
    return plain(
        trial.contract.root,
        {key: value for key, value in node.items() if key != "example"},
        trial.session.name(),
    )


@contextmanager
def changed(trial: Trial, operation: Operation, body: dict[str, Json]) -> Iterator[Exchange]:
    """Ask for a change and put the old values back; they are in the ledger before it is sent.

    Other fields that the server has changed too are put back after them.
    Raises Skipped where an old value is not known, so that it could not be put back.
    """
    show = show_of(operation)
    before = look(trial, show)
    old = {name: before.get(name) for name in body}
    if any(value is None for value in old.values()):
        trial.skip(f"the old value of {', '.join(old)} is not known and could not be put back")
    known = {name: before[name] for name in fields_of(operation) if before.get(name) is not None}
    session = trial.session
    url = session.url(operation).removeprefix(session.target.url)
    entry = session.ledger.plan(operation.name, "owner", undo=(operation.method, url, old))
    entry.key = ", ".join(old)
    try:
        exchange = session.send(operation, body=body)
        session.clock.sleep(session.settle)
        entry.state = "done"
        session.ledger.note(entry)
        yield exchange
    finally:
        _put_back(trial, entry, show, known)


def _put_back(trial: Trial, entry: Entry, show: Operation, known: dict[str, Json]) -> None:
    """Undo a change, then write again what is not as it was; if that does not help it is noted as left."""
    trial.maker.removals.undo(entry)
    trial.session.clock.sleep(trial.session.settle)
    unlike = _unlike(trial, show, known)
    if unlike and entry.undo is not None:
        entry.undo = (*entry.undo[:2], unlike)
        trial.maker.removals.undo(entry)
        trial.session.clock.sleep(trial.session.settle)
        entry.state = "left" if _unlike(trial, show, known) else entry.state
        trial.session.ledger.note(entry)


def _unlike(trial: Trial, show: Operation, known: dict[str, Json]) -> dict[str, Json]:
    """Those of the known values that the record does not have now."""
    now = read_record(show, trial.session.send(show)) or {}
    return {name: value for name, value in known.items() if not same(now.get(name), value)}
