"""Updating: the given fields change, and nothing else."""

from contract_tests.answers import read_record
from contract_tests.changes import amend, full, new_value, valid_body
from contract_tests.comparisons import expect_agreement, expect_kept
from contract_tests.fields import body_fields, node_of, permitted, schema_of
from contract_tests.grounds.updated import fields, objects, telling, updates
from contract_tests.laws import law, such
from contract_tests.laws.create import expect_same, shown_again
from contract_tests.trials import Trial
from contract_tests.uploads import ask
from contract_tests.views import lists, look


@law("update.accepts", "each field can be updated alone", fields, writes=True)
def check_accepts(trial: Trial) -> None:
    """A body of one field, and each documented value of it."""
    record = trial.make()
    node = node_of(trial.ground)
    for value in [new_value(trial, record, trial.subject), *permitted(node)]:
        exchange = amend(trial, record, valid_body(trial, record, trial.subject) | {trial.subject: value})
        trial.expect(
            exchange.status in trial.operation.success,
            f"{exchange}: {trial.subject} is {value!r}",
            trial.operation.success,
            exchange.status,
        )


@law("update.answer", "the answer to an update shows the new value", fields, writes=True)
def check_answer(trial: Trial) -> None:
    """The record in the answer."""
    if trial.subject not in trial.operation.shown:
        trial.skip(f"the documented answer does not show {trial.subject}")
    record = trial.make()
    body = valid_body(trial, record, trial.subject)
    found = read_record(trial.operation, trial.succeed(amend(trial, record, body))) or {}
    expect_same(trial, found, trial.subject, body[trial.subject], "the answer")


@law("update.agrees", "the answer to an update shows the record as it then is", updates, writes=True)
def check_agrees(trial: Trial) -> None:
    """Each field that the answer and the detail both have."""
    record = trial.make()
    name = next(iter(dict(body_fields(trial.operation))))
    answer = (
        read_record(trial.operation, trial.succeed(amend(trial, record, valid_body(trial, record, name))))
        or {}
    )
    fields = look(trial, record)
    expect_agreement(trial, answer, fields, trial.operation, "the answer and the record differ in")


@law("update.stored", "an update is seen by the next read", fields, writes=True)
def check_stored(trial: Trial) -> None:
    """The field after one update, and after a second one."""
    record = trial.make()
    if not shown_again(trial, record):
        trial.skip(f"no documented answer shows {trial.subject}")
    for _ in range(2):
        body = valid_body(trial, record, trial.subject)
        trial.succeed(amend(trial, record, body))
        found = look(trial, record)
        expect_same(trial, found, trial.subject, body[trial.subject], "the record")
        record.fields[trial.subject] = found.get(trial.subject)


@law("update.listed", "an update is seen in the list", fields, writes=True)
def check_listed(trial: Trial) -> None:
    """The list before and after, so that an old copy of it would be noticed."""
    record = trial.make()
    views = [row for row in lists(trial, record) if trial.subject in row.operation.shown]
    if not views:
        trial.skip(f"no list shows {trial.subject}")
    before = [row.everything() for row in views]
    body = valid_body(trial, record, trial.subject)
    trial.succeed(amend(trial, record, body))
    for view, _ in zip(views, before, strict=True):
        rows = [row for row in view.everything() if row.get(trial.resource.key) == record.key]
        if rows and trial.subject in rows[0]:
            expect_same(trial, rows[0], trial.subject, body[trial.subject], f"{view.operation.name}")


@law("update.partial", "what an update does not name stays as it is", fields, writes=True)
def check_partial(trial: Trial) -> None:
    """All other fields of a full record, before and after a change of one field."""
    record = full(trial)
    before = look(trial, record)
    body = valid_body(trial, record, trial.subject)
    trial.succeed(amend(trial, record, body))
    after = look(trial, record)
    written = (*trial.operation.words.get("sets", ()), *trial.operation.words.get("fills", ()))
    but = {*body, *trial.resource.words.get("stamps", ()), *(name.partition(".")[0] for name in written)}
    expect_kept(trial, before, after, f"an update of {trial.subject} changed", but)


@law("update.replaces", "an object is replaced whole, not merged", objects, writes=True)
def check_replaces(trial: Trial) -> None:
    """An object, then another one without its keys."""
    record = trial.make()
    for value in ({"a": 1, "b": {"c": 2}}, {"b": {"d": 3}}):
        trial.succeed(amend(trial, record, {trial.subject: value}))
    expect_same(trial, look(trial, record), trial.subject, {"b": {"d": 3}}, "the record")


@law(
    "update.empty",
    "an update without a field is taken and changes nothing",
    such(updates, lambda row: not schema_of(row).get("required")),
    writes=True,
)
def check_empty(trial: Trial) -> None:
    """An empty object, where no field of the body is required."""
    record = trial.make()
    before = look(trial, record)
    exchange = amend(trial, record, {})
    trial.expect(
        exchange.status in trial.operation.success, f"{exchange}", trial.operation.success, exchange.status
    )
    after = look(trial, record)
    expect_kept(trial, before, after, "an empty update changed", trial.resource.words.get("stamps", ()))


@law("update.others", "an update changes no other record", updates, writes=True)
def check_others(trial: Trial) -> None:
    """A second record of ours before and after."""
    first, second = trial.make(), trial.make()
    before = look(trial, second)
    name = next(iter(dict(body_fields(trial.operation))))
    trial.succeed(amend(trial, first, valid_body(trial, first, name)))
    after = look(trial, second)
    expect_kept(trial, before, after, "an update of another record changed")


@law(
    "update.together",
    "several fields can be updated at once",
    such(updates, lambda row: len(dict(body_fields(row.operation))) > 1),
    writes=True,
)
def check_together(trial: Trial) -> None:
    """All fields of the body, each with a new value."""
    record = trial.make()
    names = [name for name, _ in body_fields(trial.operation) if name in record.resource.properties]
    body = {name: new_value(trial, record, name) for name in names}
    trial.succeed(amend(trial, record, body))
    found = look(trial, record)
    for name, value in body.items():
        if name in found:
            expect_same(trial, found, name, value, "the record")


@law("update.status", "the status tells whether a record was made or changed", telling, writes=True)
def check_status(trial: Trial) -> None:
    """The same request twice: 201, and then 200 (RFC 9110 §15.3.2)."""
    record = ask(trial)
    trial.succeed(record.exchange)
    again = ask(trial, path=record.path).exchange
    trial.succeed(again)
    for exchange, status in ((record.exchange, 201), (again, 200)):
        trial.expect(exchange.status == status, f"{exchange}", status, exchange.status)
