"""Schemathesis's stateful phase: sequences of requests along the links of the document."""

import warnings
from collections.abc import Callable
from typing import Any

import hypothesis
from hypothesis.errors import HypothesisException
from schemathesis import Case, Response, errors

from contract_tests.contracts import Operation
from contract_tests.exchanges import Exchange
from contract_tests.fuzzing.cases import settings
from contract_tests.fuzzing.judges import OFTEN, SEQUENCES, UNSENDABLE, Judge
from contract_tests.sessions import TimeOver, Unreachable


class Stop(BaseException):
    """Ends a machine. It is no Exception, because Hypothesis would take that for a failure and repeat it."""


def explore(
    judge: Judge, operations: dict[str, Operation], scenarios: int, seed: int, over: Callable[[], bool]
) -> None:
    """Run so many scenarios, or until the time is over. Raises Unreachable and TimeOver."""
    base: Any = judge.schema.as_state_machine()

    class Machine(base):  # type: ignore[misc]
        def setup(self) -> None:
            self.since, self.story = len(judge.maker.made), list[Exchange]()

        def teardown(self) -> None:
            _stopping(lambda: judge.maker.clean_up(self.since))

        def step(self, input: Any) -> Any:
            return _stopping(lambda: self.move(input))

        def move(self, input: Any) -> Any:
            if over():
                raise Stop
            operation = operations.get(input.case.operation.label)
            if (
                operation is None
                or judge.aims.permits(operation)
                or not judge.aim(operation, input.case, linked=True)
            ):
                return None
            judge.begin(operation, input.case)
            output = super().step(input)
            self.story += judge.bridge.exchanges
            return output

        def get_call_kwargs(self, case: Case[Any]) -> dict[str, Any]:
            del case
            return judge.options

        def validate_response(self, response: Response, case: Case[Any], *_: Any, **__: Any) -> None:
            operation = operations[case.operation.label]
            judge.validate(operation, case, response, recorder=self.recorder)
            for name, place, failed in judge.failures(operation, case):
                address = (name, operation.name, place.subject)
                judge.seen[address] += 1
                if judge.seen[address] >= OFTEN:
                    told = self.story[-8:] if name in SEQUENCES else []
                    judge.note(name, place, failed, [*told, failed.exchange])

    _run(hypothesis.seed(seed)(Machine), scenarios)


def _run(machine: Any, scenarios: int) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            machine.run(settings=settings(scenarios, stateful_step_count=6))
        except errors.NoLinksFound:
            return
        except HypothesisException:
            return  # what cannot be generated cannot be judged
        except Stop as stop:
            if stop.__cause__ is not None:
                raise stop.__cause__ from None


def _stopping(act: Any) -> Any:
    try:
        return act()
    except (TimeOver, Unreachable) as error:
        raise Stop from error
    except UNSENDABLE:
        return None
