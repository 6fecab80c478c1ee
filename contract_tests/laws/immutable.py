"""What is immutable stays, whatever an update says."""

from typing import Any

from contract_tests.changes import amend, valid_body
from contract_tests.fields import body_fields
from contract_tests.grounds.updated import immutables, refused
from contract_tests.laws import law
from contract_tests.records import Record
from contract_tests.relations import same
from contract_tests.trials import Trial
from contract_tests.views import look

Json = Any


@law("update.immutable", "an update does not change what is immutable", immutables, writes=True)
def check_immutable(trial: Trial) -> None:
    """The field alone, and beside a field that may change; refused or ignored, the value stays."""
    record = trial.make()
    before = look(trial, record).get(trial.subject)
    for body in _forgeries(trial, record):
        amend(trial, record, body)
        after = look(trial, record).get(trial.subject)
        moves = trial.subject in trial.resource.words.get("stamps", ())
        kept = after != body[trial.subject] if moves else same(after, before)
        trial.expect(kept, f"an update changed {trial.subject}", before, after)


@law(
    "update.immutable_refused",
    "an update that names an immutable field is refused, and changes nothing",
    refused,
    writes=True,
)
def check_immutable_refused(trial: Trial) -> None:
    """A server that ignores the field is told so by a warning where the document is silent."""
    record = trial.make()
    for body in _forgeries(trial, record):
        before = look(trial, record)
        trial.expect_kind(amend(trial, record, body), "invalid")
        after = look(trial, record)
        trial.expect(same(before, after), "the refused update changed the record", before, after)


def _forgeries(trial: Trial, record: Record) -> list[dict[str, Json]]:
    node = trial.resource.properties[trial.subject]
    forged: Json = (
        "2001-02-03T04:05:06Z" if node.get("format") == "date-time" else f"forged-{trial.session.run}"
    )
    forged = 987654 if node.get("type") in ("integer", "number") else forged
    if node.get("format") == "uuid":
        forged = "11111111-2222-4333-8444-555555555555"
    names = [name for name, _ in body_fields(trial.operation)]
    beside = valid_body(trial, record, names[0]) if names else {}
    return [{trial.subject: forged}, beside | {trial.subject: forged}]
