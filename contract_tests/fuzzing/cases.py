"""Generated requests: the document's examples, Schemathesis's coverage and fuzzing phases."""

import random
import warnings
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import hypothesis
from hypothesis import HealthCheck, Phase
from hypothesis.errors import HypothesisException
from schemathesis import Case, GenerationMode, errors

# What cannot be generated cannot be judged: an operation without a case is reported as skipped.
UNABLE = (errors.SchemathesisError, HypothesisException)
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


def cover(operation: Any, depth: Depth, seed: int) -> Iterator[Case[Any]]:
    """Requests that the document itself suggests: its examples, then each keyword kept and broken."""
    schema = operation.schema
    with suppress(*UNABLE):
        for strategy in operation.get_strategies_from_examples():
            yield from draw(strategy, 1, seed)
    with suppress(*UNABLE):
        covered = list(
            schema.iter_coverage_cases(
                operation, generation_modes=MODES, generation_config=schema.config.generation
            )
        )
        random.Random(f"{seed} {operation.label}").shuffle(covered)
        yield from covered[: depth.coverage]


def fuzz(operation: Any, depth: Depth, seed: int) -> Iterator[Case[Any]]:
    """Requests made at random, valid and invalid."""
    for mode in MODES:
        with suppress(*UNABLE):
            yield from draw(operation.as_strategy(generation_mode=mode), depth.examples, seed)


def draw(strategy: Any, count: int, seed: int) -> list[Case[Any]]:
    """So many requests of a strategy."""
    drawn: list[Case[Any]] = []

    @hypothesis.seed(seed)
    @settings(count)
    @hypothesis.given(strategy)
    def collect(case: Case[Any]) -> None:
        drawn.append(case)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        collect()
    return drawn
