"""Creating: what was sent is what is there, from the answer to the list."""

from typing import Any

from contract_tests.comparisons import expect_agreement
from contract_tests.fields import body_fields, node_of, permitted
from contract_tests.grounds.created import creations, defaulted, server_fields, shown, stored_fields
from contract_tests.laws import law, such
from contract_tests.records import Record
from contract_tests.relations import same
from contract_tests.samples import plain
from contract_tests.schemas import merge
from contract_tests.trials import Trial
from contract_tests.views import lists, look, shows, viewer

Json = Any


@law("create.accepts", "a body that the document permits is taken", creations, writes=True)
def check_accepts(trial: Trial) -> None:
    """The documented example; only the required fields; every field."""
    operation = trial.operation
    required = set((operation.body[1] if operation.body else {}).get("required", ()))
    optional = tuple(name for name, _ in body_fields(operation) if name not in required)
    references = trial.resource.words.get("references", {})
    full = {
        name: plain(trial.contract.root, node, trial.session.name())
        for name, node in body_fields(operation)
        if name not in required and name not in references
    }
    for without, values in (((), {}), (optional, {}), ((), full)):
        path, parents = trial.maker.lineage(operation)
        body, more = trial.maker.drafts.body(operation, "owner", values)
        sent = {name: value for name, value in body.items() if name not in without}
        record = trial.maker.create(operation, path, sent, parents=parents + more)
        if record.exchange.status == trial.contract.kind("foreign"):
            trial.skip(f"{record.exchange}: this credential may not create here")
        trial.expect(
            200 <= record.exchange.status < 300,
            f"{record.exchange}",
            operation.success,
            record.exchange.status,
        )


@law(
    "create.takes",
    "each documented value of a field is taken",
    such(stored_fields, lambda row: any(True for _ in permitted(node_of(row)))),
    writes=True,
)
def check_takes(trial: Trial) -> None:
    """Each value of an enumeration, both booleans, the limits of a number, null where it may be,
    an empty object.
    """
    for value in permitted(node_of(trial.ground)):
        record = attempt(trial, trial.subject, value)
        trial.expect(
            200 <= record.exchange.status < 300,
            f"{record.exchange}: {trial.subject} is {value!r}",
            201,
            record.exchange.status,
        )
        if record.fields and trial.subject in trial.operation.shown:
            expect_same(trial, record.fields, trial.subject, value, "the answer")


def attempt(trial: Trial, name: str, value: Json) -> Record:
    """Ask for a record with that value of a field. Skips where the field alone must be unique."""
    alone = [row[0] for row in trial.resource.words.get("unique", ()) if len(row) == 1]
    if name in alone:
        trial.skip(f"{name} must be unique")
    path, parents = trial.maker.lineage(trial.operation)
    body, more = trial.maker.drafts.body(trial.operation, "owner", {name: value})
    return trial.maker.create(trial.operation, path, body, parents=parents + more)


def expect_same(trial: Trial, fields: dict[str, Json], name: str, sent: Json, where: str) -> None:
    """One case: the field has the value that was sent; a null may be left out."""
    found = fields.get(name)
    trial.expect(
        same(found, sent)
        or (isinstance(sent, str) and isinstance(found, int | float) and str(found) == sent),
        f"{where} has another {name} than was sent",
        sent,
        found,
    )


@law("create.answer", "the answer to a creation shows the value that was sent", stored_fields, writes=True)
def check_answer(trial: Trial) -> None:
    """A plain value of the field."""
    if trial.subject not in trial.operation.shown:
        trial.skip(f"the documented answer does not show {trial.subject}")
    value, record = with_value(trial)
    expect_same(trial, record.fields, trial.subject, value, "the answer")


def with_value(trial: Trial) -> tuple[Json, Record]:
    """A new record with a plain value of the subject, and that value."""
    record = trial.make()
    if trial.subject in record.sent:
        return record.sent[trial.subject], record
    value = plain(trial.contract.root, node_of(trial.ground), trial.session.name())
    if trial.subject in trial.resource.words.get("references", {}):
        value = trial.maker.shared(trial.resource.words["references"][trial.subject]["resource"]).key
    return value, trial.make(**{trial.subject: value})


@law("create.stored", "a new record keeps the value that was sent", stored_fields, writes=True)
def check_stored(trial: Trial) -> None:
    """The field in the detail, or in the list where nothing else shows it."""
    value, record = with_value(trial)
    if not shown_again(trial, record):
        trial.skip(f"no other documented answer shows {trial.subject}")
    fields = look(trial, record)
    expect_same(trial, fields, trial.subject, value, "the record")


def shown_again(trial: Trial, record: Record) -> bool:
    """Whether the operation that shows the record, or else its list, shows the subject."""
    operations = (
        [shows(trial, record)] if shows(trial, record) else [row.operation for row in lists(trial, record)]
    )
    return any(trial.subject in row.shown for row in operations if row)


@law("create.default", "a field that is not sent gets its documented default", defaulted, writes=True)
def check_default(trial: Trial) -> None:
    """In the answer and in the record."""
    record = trial.make(without=(trial.subject,))
    default = node_of(trial.ground)["default"]
    answer = [(record.fields, "the answer")] if trial.subject in trial.operation.shown else []
    stored = [(look(trial, record), "the record")] if shown_again(trial, record) else []
    for fields, where in answer + stored:
        trial.expect(
            same(fields.get(trial.subject), default),
            f"{where} has another {trial.subject} than the default",
            default,
            fields.get(trial.subject),
        )


@law("create.agrees", "the answer to a creation shows the record as it then is", shown, writes=True)
def check_agrees(trial: Trial) -> None:
    """Each field that the answer and the detail both have, but for a state that moves by itself."""
    record = trial.make()
    operation = viewer(trial, record)
    if operation is None or not record.fields:
        trial.skip("no operation shows the record")
    fields = look(trial, record)
    expect_agreement(trial, record.fields, fields, operation, "the answer and the record differ in")


@law("create.server_field", "what only the server writes, a client cannot set", server_fields, writes=True)
def check_server_field(trial: Trial) -> None:
    """A body that gives the field a value of its own is refused, or the value is ignored."""
    node = merge(trial.contract.root, trial.resource.properties[trial.subject])
    forged: Json = (
        "2001-02-03T04:05:06Z"
        if node.get("format") == "date-time"
        else "11111111-2222-4333-8444-555555555555"
    )
    forged = 987654 if node.get("type") in ("integer", "number") else forged
    path, parents = trial.maker.lineage(trial.operation)
    body, more = trial.maker.drafts.body(trial.operation, "owner", {trial.subject: forged})
    record = trial.maker.create(trial.operation, path, body, parents=parents + more)
    if 200 <= record.exchange.status < 300:
        found = record.fields.get(trial.subject)
        trial.expect(
            not same(found, forged),
            f"the client's {trial.subject} was taken",
            "the server's own value",
            found,
        )
    else:
        trial.expect(record.exchange.status < 500, f"{record.exchange}", "4xx", record.exchange.status)
