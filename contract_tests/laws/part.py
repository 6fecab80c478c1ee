"""Updating a part of a record: an object inside it that has a path of its own."""

from typing import Any

from contract_tests.answers import read_record
from contract_tests.changes import amend, valid_body
from contract_tests.fields import body_fields, node_of
from contract_tests.grounds.updated import parts
from contract_tests.laws import law
from contract_tests.laws.create import expect_same
from contract_tests.laws.values import explore
from contract_tests.relations import same
from contract_tests.trials import Trial
from contract_tests.views import look

Json = Any


@law(
    "update.part",
    "a value in a part of a record is kept exactly as it was sent, or refused",
    parts,
    writes=True,
)
def check_part(trial: Trial) -> None:
    """As update.values: in the answer, and in the record of which it is a part."""
    record, name = trial.make(), trial.operation.words["into"]
    base = valid_body(trial, record, trial.subject)

    def holds(value: Json) -> None:
        del trial.session.history[:]
        exchange = amend(trial, record, base | {trial.subject: value})
        if not 200 <= exchange.status < 300:
            return
        answered = (read_record(trial.operation, exchange) or {}).get(name)
        if isinstance(answered, dict):
            expect_same(trial, answered, trial.subject, value, "the answer")
        expect_same(trial, look(trial, record).get(name) or {}, trial.subject, value, "the record")

    explore(trial, node_of(trial.ground), holds)


@law("update.part_kept", "what an update of a part does not name stays as it is", parts, writes=True)
def check_kept(trial: Trial) -> None:
    """All other fields of a full part, and the rest of the record, before and after a change of one field."""
    record, name = trial.make(), trial.operation.words["into"]
    for field, _ in body_fields(trial.operation):
        trial.succeed(amend(trial, record, valid_body(trial, record, field)))
    before = look(trial, record)
    body = valid_body(trial, record, trial.subject)
    trial.succeed(amend(trial, record, body))
    after = look(trial, record)
    written = {row.removeprefix(f"{name}.") for row in trial.operation.words.get("sets", ())}
    old, new = before.get(name) or {}, after.get(name) or {}
    for field in old.keys() - body.keys() - written:
        trial.expect(
            same(new.get(field), old[field]),
            f"an update of {trial.subject} changed {field}",
            old[field],
            new.get(field),
        )
