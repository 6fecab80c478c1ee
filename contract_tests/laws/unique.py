"""Uniqueness: what must differ, what may be equal, and what is free again."""

from collections.abc import Iterable
from typing import Any

from contract_tests.contracts import Contract
from contract_tests.fields import body_fields
from contract_tests.grounds.created import creations
from contract_tests.laws import law
from contract_tests.trials import Ground, Trial
from contract_tests.views import look

Json = Any


def unique(contract: Contract) -> Iterable[Ground]:
    """Every creation of a record some fields of which are unique together."""
    for ground in creations(contract):
        resource = ground.operation.resource
        if ground.operation.does == "create" and resource and resource.words.get("unique"):
            yield Ground(ground.operation, "", (ground.operation.ids, resource.ids))


@law(
    "create.conflict", "a record that repeats unique values is refused, and is not made", unique, writes=True
)
def check_conflict(trial: Trial) -> None:
    """The same body twice, under the same parents; then with another value in all other fields."""
    first = trial.make()
    if trial.operation.within("path") and not first.path:
        trial.skip("the record has no parent to share")
    others = [
        name
        for name in first.sent
        if name not in {key for row in trial.resource.words["unique"] for key in row}
    ]
    for without in (
        (),
        tuple(
            name for name in others if name not in (trial.operation.body or ("", {}))[1].get("required", ())
        ),
    ):
        sent = {name: value for name, value in first.sent.items() if name not in without}
        again = trial.maker.create(trial.operation, first.path, sent)
        trial.expect_kind(again.exchange, "conflict")
    before = look(trial, first)
    trial.expect(
        before.get(trial.resource.key) == first.key,
        "the refused creation replaced the record",
        first.key,
        before.get(trial.resource.key),
    )


@law(
    "create.combination",
    "only all unique values together are unique: one that differs makes another record",
    unique,
    writes=True,
)
def check_combination(trial: Trial) -> None:
    """Each field of a unique combination changed alone."""
    first = trial.make()
    for row in trial.resource.words["unique"]:
        for name in row if len(row) > 1 else ():
            if not isinstance(first.sent.get(name), str) or name == trial.resource.words.get("owner"):
                continue
            node = dict(body_fields(trial.operation))[name]
            other = "1975-05-05" if node.get("format") == "date" else first.sent[name] + "2"
            record = trial.maker.create(trial.operation, first.path, first.sent | {name: other})
            trial.expect(
                200 <= record.exchange.status < 300,
                f"{record.exchange}: only {name} differs",
                trial.operation.success,
                record.exchange.status,
            )


@law("create.freed", "what was unique is free again when its record is removed", unique, writes=True)
def check_freed(trial: Trial) -> None:
    """Create, remove, create the same again."""
    if not trial.maker.removal(trial.resource):
        trial.skip("the document offers no removal")
    first = trial.make()
    trial.maker.remove(first)
    again = trial.maker.create(trial.operation, first.path, first.sent)
    trial.expect(
        200 <= again.exchange.status < 300,
        f"{again.exchange} after the removal",
        trial.operation.success,
        again.exchange.status,
    )
