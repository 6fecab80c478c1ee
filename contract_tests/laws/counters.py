"""Quotas, continued: what counts together."""

from collections.abc import Iterable
from itertools import islice

from contract_tests.contracts import Contract
from contract_tests.laws import law
from contract_tests.laws.quota import count_of, limits, simple
from contract_tests.operations import Operation
from contract_tests.trials import Ground, Trial


def one(contract: Contract) -> Iterable[Ground]:
    """One operation, where a header says the limit."""
    return islice(limits(contract), 1)


@law("quota.alike", "a credential has one limit for all operations that count together", one)
def check_alike(trial: Trial) -> None:
    """The limit that each operation names which can be called as it is."""
    found: dict[int | None, Operation] = {}
    for operation in simple(trial.contract):
        if not operation.words.get("counts"):
            answer = trial.succeed(trial.send(operation)).response
            found.setdefault(count_of(trial.contract, answer).limit, operation)
    found.pop(None, None)
    if not found:
        trial.skip("no answer says a limit")
    names = {row.name: limit for limit, row in found.items()}
    trial.expect(len(found) == 1, "operations that count together have several limits", "one", names)
