"""The laws as tests: `pytest contract_tests --api devsync --url …`."""

import warnings

import pytest

from contract_tests.conftest import Planned
from contract_tests.runs import Run
from contract_tests.verdicts import FAILED, SKIPPED, WARNED


def test_law(planned: Planned, running: Run) -> None:
    """One law on one ground: a violated MUST fails, a violated SHOULD warns."""
    outcome = running.court.judge(*planned)
    requests = "\n".join(exchange.request.curl for exchange in outcome.exchanges)
    text = f"{', '.join(outcome.requirements)}: {outcome.message}\nexpected: {outcome.expected}\n"
    text += f"actual: {outcome.actual}\n{requests}"
    if outcome.verdict == SKIPPED:
        pytest.skip(outcome.message)
    if outcome.verdict == WARNED:
        warnings.warn(text, stacklevel=1)
    assert outcome.verdict != FAILED, text


def test_answers(running: Run) -> None:
    """Every answer of the run, compared with the document."""
    names = [law.name for law in running.laws]
    failed = [
        row for row in running.conformance.outcomes(names) if row.verdict == FAILED and row.level == "MUST"
    ]
    assert not failed, "\n".join(
        f"{row.law} {row.operation} {row.requirements}: {row.message}" for row in failed
    )
