"""Unusual values at creation: kept exactly, or refused."""

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as reseed

from contract_tests.fields import node_of
from contract_tests.grounds.created import stored_fields
from contract_tests.laws import law, such
from contract_tests.laws.create import attempt, expect_same, shown_again
from contract_tests.records import holds_mark
from contract_tests.samples import telling
from contract_tests.schemas import Node
from contract_tests.strategies import unusual
from contract_tests.trials import Ground, Trial, Violated
from contract_tests.views import look

Json = Any


@law(
    "create.values", "an unusual value is kept exactly as it was sent, or refused", stored_fields, writes=True
)
def check_values(trial: Trial) -> None:
    """Falsy values, unicode, long texts, nested nulls, exact numbers; shrunk to the simplest that is lost."""
    if trial.subject in trial.resource.words.get("references", {}):
        trial.skip(f"{trial.subject} names another record")

    def holds(value: Json) -> None:
        del trial.session.history[:]
        record = attempt(trial, trial.subject, value)
        if not 200 <= record.exchange.status < 300:
            return
        if trial.subject in trial.operation.shown:
            expect_same(trial, record.fields, trial.subject, value, "the answer")
        if shown_again(trial, record):
            expect_same(trial, look(trial, record), trial.subject, value, "the record")

    explore(trial, node_of(trial.ground), holds)


def takes_spaces(ground: Ground) -> bool:
    """Whether the field takes any text, and names no other record."""
    node, resource = node_of(ground), ground.operation.resource
    free = node.get("type") == "string" and "format" not in node and holds_mark(node)
    return free and ground.subject not in (resource.words.get("references", {}) if resource else {})


@law(
    "create.spaces",
    "white space at the ends of a text is kept",
    such(stored_fields, takes_spaces),
    writes=True,
)
def check_spaces(trial: Trial) -> None:
    """A server that takes it off is told so by a warning, for documents seldom speak of it."""
    value = f"  {trial.session.name()} "
    record = attempt(trial, trial.subject, value)
    trial.succeed(record.exchange)
    if not shown_again(trial, record):
        trial.skip(f"no other documented answer shows {trial.subject}")
    expect_same(trial, look(trial, record), trial.subject, value, "the record")


def explore(trial: Trial, node: Node, holds: Callable[[Json], None]) -> None:
    """Try the values that servers lose most, and then generated ones; a failure is narrowed to its simplest.

    Parameters: node, the schema of the field; holds, raises Violated for a value that is lost.
    """
    root = trial.contract.root
    for value in telling(root, node):
        _narrow(value, holds)
    tried = settings(
        max_examples=trial.examples, deadline=None, database=None, phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck), report_multiple_bugs=False,
    )  # fmt: skip
    reseed(trial.seed)(tried(given(unusual(root, node))(holds)))()


def _narrow(value: Json, holds: Callable[[Json], None]) -> None:
    """Try a value; where an object is lost, try its members alone and report the first that is lost too."""
    try:
        holds(value)
    except Violated:
        for name, part in value.items() if isinstance(value, dict) else ():
            holds({name: part})
        raise
