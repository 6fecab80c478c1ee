"""Schemathesis's stateful phase: sequences of requests along the links of the document."""

import warnings
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import hypothesis
from hypothesis.errors import HypothesisException
from schemathesis import Case, Response, errors

from contract_tests.exchanges import Exchange
from contract_tests.fuzzing.cases import settings
from contract_tests.fuzzing.judges import UNSENDABLE, Judge
from contract_tests.operations import Operation
from contract_tests.transport import TimeOver, Unreachable

STEPS = 6  # of a scenario
OFTEN = 2  # scenarios that must show a failure
SEQUENCES = ("use_after_free", "ensure_resource_availability")
SHOWN = 8  # requests of a scenario in a report


class Stop(BaseException):
    """Ends a machine. It is no Exception, because Hypothesis would take that for a failure and repeat it."""


@dataclass
class Scenarios:
    """What the machine of Schemathesis asks back for.

    Parameters: judge; operations, by method and path; over, whether the time is over.
    """

    judge: Judge
    operations: dict[str, Operation]
    over: Callable[[], bool]
    seen: dict[tuple[str, str, str], set[int]] = field(default_factory=dict)
    number: int = 0
    since: int = 0
    story: list[Exchange] = field(default_factory=list)

    def begin(self) -> None:
        """A scenario begins."""
        self.number, self.since, self.story = self.number + 1, len(self.judge.maker.made), []

    def end(self) -> None:
        """A scenario has ended: what it created is removed."""
        self.judge.maker.clean_up(self.since)

    def may(self, case: Case[Any]) -> bool:
        """Whether a step may be taken; it is turned to records of our own."""
        if self.over():
            raise Stop
        operation = self.operations.get(case.operation.label)
        if operation is None or self.judge.aims.permits(operation):
            return False
        aimed = self.judge.aim(operation, case, linked=True)
        self.judge.begin(operation, case)
        return aimed

    def miss(self, case: Case[Any], error: Unreachable) -> None:
        """A step has no answer; where the server does not live any more, this ends the machine."""
        try:
            self.judge.note_silence(self.operations[case.operation.label], case, error)
        except Unreachable as dead:
            raise Stop from dead

    def validate(self, response: Response, case: Case[Any], recorder: Any) -> None:
        """Judge a step: its failures count when they have come often enough."""
        operation = self.operations[case.operation.label]
        self.judge.validate(operation, case, response, recorder=recorder)
        self.story += self.judge.bridge.exchanges
        for name, place, failed in self.judge.failures(operation, case):
            address = (name, operation.name, place.subject)
            self.seen.setdefault(address, set()).add(self.number)
            if len(self.seen[address]) >= OFTEN:
                told = self.story[-SHOWN:] if name in SEQUENCES else [failed.exchange]
                self.judge.findings.note(name, place, failed, told)


def explore(scenarios: Scenarios, count: int, seed: int) -> None:
    """Run so many scenarios, or until the time is over. Raises Unreachable and TimeOver."""
    base: Any = scenarios.judge.schema.as_state_machine()

    class Machine(base):  # type: ignore[misc]
        def setup(self) -> None:
            scenarios.begin()

        def teardown(self) -> None:
            with suppress(Unreachable):  # the end of the run removes what is left
                _stopping(scenarios.end)

        def step(self, input: Any) -> Any:
            try:
                return _stopping(lambda: base.step(self, input) if scenarios.may(input.case) else None)
            except Unreachable as silence:
                error = silence
            return _stopping(lambda: scenarios.miss(input.case, error))

        def get_call_kwargs(self, case: Case[Any]) -> dict[str, Any]:
            del case
            return scenarios.judge.options

        def validate_response(self, response: Response, case: Case[Any], *_: Any, **__: Any) -> None:
            scenarios.validate(response, case, self.recorder)

    _run(hypothesis.seed(seed)(Machine), count)


def _run(machine: Any, count: int) -> None:
    # A document without links has no scenarios; what cannot be generated cannot be judged.
    with warnings.catch_warnings(), suppress(errors.NoLinksFound, HypothesisException):
        warnings.simplefilter("ignore")
        try:
            machine.run(settings=settings(count, stateful_step_count=STEPS))
        except Stop as stop:
            if stop.__cause__ is not None:
                raise stop.__cause__ from None


def _stopping(act: Callable[[], Any]) -> Any:
    try:
        return act()
    except TimeOver as error:
        raise Stop from error
    except UNSENDABLE:
        return None
