"""Unusual values in updates: kept exactly, or refused."""

from typing import Any

from contract_tests.answers import read_record
from contract_tests.changes import amend, valid_body
from contract_tests.fields import node_of
from contract_tests.grounds.updated import fields
from contract_tests.laws import law, such
from contract_tests.laws.create import expect_same, shown_again
from contract_tests.laws.values import explore, takes_spaces
from contract_tests.trials import Trial
from contract_tests.views import look

Json = Any


@law("update.values", "an unusual value is kept exactly as it was sent, or refused", fields, writes=True)
def check_values(trial: Trial) -> None:
    """As create.values, on one record that is updated again and again."""
    record = trial.make()
    base = valid_body(trial, record, trial.subject)

    def holds(value: Json) -> None:
        del trial.session.history[:]
        exchange = amend(trial, record, base | {trial.subject: value})
        if not 200 <= exchange.status < 300:
            return
        if trial.subject in trial.operation.shown:
            expect_same(
                trial, read_record(trial.operation, exchange) or {}, trial.subject, value, "the answer"
            )
        if shown_again(trial, record):
            expect_same(trial, look(trial, record), trial.subject, value, "the record")

    explore(trial, node_of(trial.ground), holds)


@law(
    "update.spaces",
    "white space at the ends of a text is kept by an update",
    such(fields, takes_spaces),
    writes=True,
)
def check_spaces(trial: Trial) -> None:
    """As create.spaces: spaces and a line break."""
    record = trial.make()
    if not shown_again(trial, record):
        trial.skip(f"no documented answer shows {trial.subject}")
    value = f"  {trial.session.name()} \n"
    trial.succeed(amend(trial, record, valid_body(trial, record, trial.subject) | {trial.subject: value}))
    expect_same(trial, look(trial, record), trial.subject, value, "the record")
