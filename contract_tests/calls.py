"""Valid requests of any operation, made ready so that anybody may try to send them."""

from dataclasses import dataclass, field
from typing import Any

from contract_tests.answers import read_page, read_record
from contract_tests.exchanges import Exchange
from contract_tests.operations import Operation, Parameter, Resource
from contract_tests.records import Record, address
from contract_tests.samples import plain
from contract_tests.schemas import merge
from contract_tests.sessions import ABSENT
from contract_tests.trials import Trial

Json = Any
CREATIONS = ("create", "upsert")


@dataclass
class Call:
    """One valid request that the owner may send; where it writes it concerns records of our own.

    `record` is the one that it changes or removes; `parents` those that a new record belongs to.
    """

    operation: Operation
    path: dict[str, Json] = field(default_factory=dict)
    query: dict[str, Json] = field(default_factory=dict)
    body: Json = ABSENT
    record: Record | None = None
    parents: list[Record] = field(default_factory=list)


def prepare(trial: Trial, operation: Operation | None = None) -> Call:
    """A valid request of the operation. Raises Skipped and Unmakeable where there is none."""
    operation = operation or trial.operation
    if operation.safe:
        return Call(operation, path_of(trial, operation), query_of(trial, operation))
    if not trial.session.writes:
        trial.skip("the profile observe sends only GET and HEAD (--profile write)")
    if operation.does in CREATIONS and operation.resource:
        return _creation(trial, operation, operation.resource)
    if operation.does in ("amend", "replace", "remove") and operation.resource:
        return _change(trial, operation, operation.resource)
    if operation.does != "refresh":
        trial.skip(f"the document does not say what {operation.name} does")
    return Call(operation)


def _creation(trial: Trial, operation: Operation, resource: Resource) -> Call:
    trial.maker.creation(resource)
    path, parents = trial.maker.lineage(operation)
    body, more = trial.maker.drafts.body(operation, "owner", {})
    return Call(operation, path, body=body, parents=parents + more)


def _change(trial: Trial, operation: Operation, resource: Resource) -> Call:
    if not operation.within("path"):
        return Call(operation, body=_present(trial, operation, resource))
    record = trial.make(resource)
    body, more = _changes(trial, operation) if operation.body else (ABSENT, [])
    return Call(operation, address(operation, record), body=body, record=record, parents=more)


def _changes(trial: Trial, operation: Operation) -> tuple[Json, list[Record]]:
    body, more = trial.maker.drafts.body(operation, "owner", {})
    properties = (operation.body[1] if operation.body else {}).get("properties", {})
    if not body and properties:
        name, node = next(iter(properties.items()))
        body = {name: plain(trial.contract.root, node, trial.session.name())}
    return body, more


def _present(trial: Trial, operation: Operation, resource: Resource) -> dict[str, Json]:
    """A body that changes nothing: a field of a record that is nobody's alone, with the value that it has."""
    shows = [row for row in trial.contract.of(resource, "show") if not row.within("path")]
    fields = (read_record(shows[0], trial.send(shows[0])) or {}) if shows else {}
    for name in (operation.body[1] if operation.body else {}).get("properties", {}):
        if fields.get(name) is not None:
            return {name: fields[name]}
    return trial.skip(f"the present values of a {resource.name} cannot be read")


def query_of(trial: Trial, operation: Operation) -> dict[str, Json]:
    """The required parameters of a query, with plain values."""
    root = trial.contract.root
    return {
        row.name: row.example if row.example is not None else plain(root, row.schema)
        for row in operation.within("query")
        if row.required
    }


def path_of(trial: Trial, operation: Operation, role: str = "owner") -> dict[str, Json]:
    """The path of an operation that reads, by a record that the role may read."""
    parameters = operation.within("path")
    if not parameters:
        return {}
    named = parameters[0].meaning.get("names")
    record = seen(trial, operation.resource or trial.resource, role)
    if record is not None:
        return address(operation, record)
    parent = seen(trial, trial.contract.resources[named], role) if named else None
    if parent is None:
        trial.skip(f"the {role} has no record for the path of {operation.name}")
    return {parameters[0].name: parent.key}


def seen(trial: Trial, resource: Resource, role: str = "owner") -> Record | None:
    """A record of the resource that the role may read: a listed one, or one that we make."""
    key = ("seen", resource.name, role)
    if key not in trial.session.memo:
        trial.session.memo[key] = _listed(trial, resource, role) or _shared(trial, resource, role)
    found: Record | None = trial.session.memo[key]
    return found


def _listed(trial: Trial, resource: Resource, role: str) -> Record | None:
    for operation in open_lists(trial, resource):
        exchange = trial.send(operation, role=role)
        page = read_page(operation, exchange)
        if page and page.items:
            return Record(resource, page.items[0], {}, {}, exchange, role=role)
    return None


def _shared(trial: Trial, resource: Resource, role: str) -> Record | None:
    possible = trial.session.writes and role == "owner" and trial.contract.of(resource, *CREATIONS)
    return trial.maker.shared(resource.name) if possible else None


def open_lists(trial: Trial, resource: Resource) -> list[Operation]:
    """The lists of the resource that can be called without a path or a required parameter."""
    return [
        row
        for row in trial.contract.of(resource, "list")
        if not row.within("path") and not _needed(row.within("query"))
    ]


def _needed(parameters: list[Parameter]) -> bool:
    return any(row.required for row in parameters)


def send(trial: Trial, call: Call, *, role: str = "owner", authorization: str | None = None) -> Exchange:
    """Send the request; a new record that comes of it is noted as the role's.

    Parameters: role; authorization, a header to send instead of the role's credential (empty: none).
    """
    if call.operation.does in CREATIONS:
        made = trial.maker.create(
            call.operation, call.path, call.body, role, call.parents, authorization=authorization
        )
        return made.exchange
    exchange = trial.send(
        call.operation, call.path, query=call.query, body=call.body, role=role, authorization=authorization
    )
    if not call.operation.safe:
        trial.session.clock.sleep(trial.session.settle)
    return exchange


def is_valid(trial: Trial, call: Call) -> bool:
    """Whether the owner may send it: only then a refusal of somebody else says something."""
    return 200 <= send(trial, call).status < 300


def unknown_path(trial: Trial) -> dict[str, Json]:
    """Path parameters of the documented form that name no record."""
    resource = trial.operation.resource
    form = str(resource.words.get("key", {}).get("form", "")) if resource else ""
    text = {"uuid": "00000000-0000-4000-8000-000000000000", "hex24": "0" * 23 + "1"}.get(form)
    filler = text or (form.replace("{}", "nosuchone") if "{}" in form else "nosuchone")
    return {
        row.name: plain(trial.contract.root, merge(trial.contract.root, row.schema)) if row.fields else filler
        for row in trial.operation.within("path")
    }
