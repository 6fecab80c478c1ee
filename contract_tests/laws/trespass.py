"""Isolation, continued: what is one user's, another cannot change, remove or build upon."""

from collections.abc import Iterable
from typing import Any

from contract_tests.calls import CREATIONS, Call, is_valid, prepare, send
from contract_tests.contracts import Contract
from contract_tests.laws import law
from contract_tests.laws.isolation import KINDS, of_records, places
from contract_tests.laws.scopes import expect_unchanged
from contract_tests.operations import Operation
from contract_tests.records import Record, Unmakeable
from contract_tests.trials import Ground, Trial
from contract_tests.views import look

Json = Any


def updates(contract: Contract) -> Iterable[Ground]:
    """Every operation that changes a record that its path names."""
    return of_records(contract, "amend", "replace")


def removals(contract: Contract) -> Iterable[Ground]:
    """Every operation that removes a record."""
    return of_records(contract, "remove")


def writes(contract: Contract) -> Iterable[Ground]:
    """Every operation that changes or removes a record."""
    return of_records(contract, "amend", "replace", "remove")


def children(contract: Contract) -> Iterable[Ground]:
    """Every operation that makes a record which belongs to another; the subject names the other."""
    for operation in contract.operations:
        if operation.does in CREATIONS and operation.protected and operation.resource:
            for parameter in operation.within("path"):
                if "names" in parameter.meaning:
                    yield Ground(operation, parameter.name, places(operation))
            for name in operation.resource.words.get("references", {}):
                if operation.body and name in operation.body[1].get("properties", {}):
                    yield Ground(operation, name, places(operation))


def owned(contract: Contract) -> Iterable[Ground]:
    """Every operation that makes a record and takes its owner from the body; the subject is that field."""
    for operation in contract.operations:
        owner = operation.resource.words.get("owner") if operation.resource else None
        if (
            operation.does in CREATIONS
            and operation.body
            and owner in operation.body[1].get("properties", {})
        ):
            yield Ground(operation, str(owner), places(operation))


def expect_refused(trial: Trial, call: Call, *kinds: str) -> None:
    """One case: the peer's request was refused. Skips where the owner may not send it either."""
    exchange = send(trial, call, role="peer")
    statuses = {trial.contract.kind(kind) for kind in kinds}
    if exchange.status not in statuses and exchange.status >= 300 and not is_valid(trial, call):
        trial.skip(f"{exchange}, and the owner is refused too")
    trial.expect_kind(exchange, *kinds)


@law("isolation.update", "a user cannot change another's record", updates, writes=True, roles=("peer",))
def check_update(trial: Trial) -> None:
    """A change that the owner may make; the record is the same afterwards."""
    _expect_no_way(trial)


@law("isolation.remove", "a user cannot remove another's record", removals, writes=True, roles=("peer",))
def check_remove(trial: Trial) -> None:
    """A removal that the owner may ask for; the record is there afterwards."""
    _expect_no_way(trial)


def _expect_no_way(trial: Trial) -> None:
    call = prepare(trial)
    assert call.record is not None
    before = look(trial, call.record)
    expect_refused(trial, call, *KINDS)
    expect_unchanged(trial, call, before)


@law(
    "isolation.write_status", "another's record is refused with the documented status, for writes too",
    writes, writes=True, roles=("peer",),
)  # fmt: skip
def check_write_status(trial: Trial) -> None:
    """403 or 404, as the document says."""
    expect_refused(trial, prepare(trial), "foreign")


@law("isolation.children", "a user cannot add to another's record", children, writes=True, roles=("peer",))
def check_children(trial: Trial) -> None:
    """A new record of the peer that belongs to one of the owner; with one of its own the peer may make it."""
    parent = trial.make(trial.contract.resources[_parent(trial.operation, trial.subject)])
    record = _adopt(trial, parent)
    status = record.exchange.status
    if status >= 400:
        trial.make(role="peer")
    message = f"{record.exchange}: what the peer made belongs to the owner's {parent.resource.name}"
    trial.expect(400 <= status < 500, message, "4xx", status)


def _parent(operation: Operation, subject: str) -> str:
    parameter = operation.parameter(subject)
    if parameter is not None:
        return str(parameter.meaning["names"])
    words = operation.resource.words if operation.resource else {}
    return str(words["references"][subject]["resource"])


def _adopt(trial: Trial, parent: Record) -> Record:
    operation = trial.operation
    if operation.parameter(trial.subject):
        body, _ = trial.maker.drafts.body(operation, "peer", {})
        return trial.maker.create(operation, {trial.subject: parent.key}, body, "peer")
    path, parents = trial.maker.lineage(operation, "peer")
    body, more = trial.maker.drafts.body(operation, "peer", {})
    many = isinstance(body.get(trial.subject), list)
    body[trial.subject] = [parent.key] if many else parent.key
    return trial.maker.create(operation, path, body, "peer", parents + more)


@law("isolation.owner", "a user cannot make a record in another's name", owned, writes=True, roles=("peer",))
def check_owner(trial: Trial) -> None:
    """The peer names the owner of one of our records as the owner of a new one."""
    record = trial.make()
    owner = record.fields.get(trial.subject)
    try:
        own = trial.make(role="peer").fields.get(trial.subject)
    except Unmakeable as error:
        trial.skip(str(error))
    if owner is None or own == owner:
        trial.skip("both users make records of the same owner")
    path, parents = trial.maker.lineage(trial.operation, "peer")
    body, more = trial.maker.drafts.body(trial.operation, "peer", {trial.subject: owner})
    made = trial.maker.create(trial.operation, path, body, "peer", parents + more)
    message = f"{made.exchange}: {trial.subject} is the owner's"
    taken = made.exchange.status < 300 and made.fields.get(trial.subject) == owner
    trial.expect(not taken, message, "refused or the peer's", owner)
