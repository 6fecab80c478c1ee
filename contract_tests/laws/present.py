"""What a document describes is there."""

from collections.abc import Iterable

from contract_tests.contracts import Contract
from contract_tests.laws import law
from contract_tests.presence import ABSENT, listing_of
from contract_tests.trials import Ground, Trial


def lists(contract: Contract) -> Iterable[Ground]:
    """Every list that can be asked for without knowing anything."""
    return (Ground(row) for row in contract.operations if row.does == "list" and listing_of(row) == row)


@law("list.present", "a documented list is there", lists)
def check_present(trial: Trial) -> None:
    """Where it is not, no other law is tried on what it would have listed."""
    exchange = trial.send(trial.operation)
    trial.expect(exchange.status not in ABSENT, f"{exchange}", 200, exchange.status)
