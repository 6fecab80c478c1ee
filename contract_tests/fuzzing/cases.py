"""Generated requests: the document's examples, Schemathesis's coverage and fuzzing phases."""

import random
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import hypothesis
from hypothesis import HealthCheck, Phase
from hypothesis.errors import HypothesisException
from schemathesis import Case, GenerationMode, errors

MODES = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]


@dataclass(frozen=True)
class Depth:
    """How much is generated: seconds in all, cases of coverage and of fuzzing per operation, scenarios."""

    seconds: float
    coverage: int
    examples: int
    scenarios: int


DEPTHS = {"quick": Depth(4, 12, 4, 0), "normal": Depth(18, 200, 14, 25), "deep": Depth(300, 2000, 120, 200)}


def settings(examples: int, **more: Any) -> hypothesis.settings:
    """Settings of Hypothesis for generating only: failures are counted here, not shrunk there."""
    return hypothesis.settings(
        max_examples=examples, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck), **more,
    )  # fmt: skip


def generate(operation: Any, depth: Depth, seed: int) -> Iterator[Case]:
    """Requests of one operation of a Schemathesis schema, the most telling first."""
    label = f"{seed} {operation.label}"
    try:
        for strategy in operation.get_strategies_from_examples():
            yield from draw(strategy, 1, seed)
        covered = _cover(operation)
        random.Random(label).shuffle(covered)
        yield from covered[: depth.coverage]
        for mode in MODES:
            yield from draw(operation.as_strategy(generation_mode=mode), depth.examples, seed)
    except (errors.SchemathesisError, HypothesisException):
        return  # what it cannot generate cannot be judged; the checks without a case say so


def _cover(operation: Any) -> list[Case]:
    schema = operation.schema
    return list(
        schema.iter_coverage_cases(operation, generation_modes=MODES, generation_config=schema.config.generation)
    )


def draw(strategy: Any, count: int, seed: int) -> list[Case]:
    """So many requests of a strategy."""
    drawn: list[Case] = []

    @hypothesis.seed(seed)
    @settings(count)
    @hypothesis.given(strategy)
    def collect(case: Case) -> None:
        drawn.append(case)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        collect()
    return drawn
