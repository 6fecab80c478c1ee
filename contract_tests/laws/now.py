"""The time that a fixed answer tells."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from contract_tests.answers import read_answer
from contract_tests.contracts import Contract
from contract_tests.laws import law
from contract_tests.relations import instant
from contract_tests.trials import Ground, Trial

LATE = timedelta(days=2)  # by which a server's clock may be wrong


def tellers(contract: Contract) -> Iterable[Ground]:
    """Every operation whose answer tells the time."""
    for operation in contract.operations:
        if operation.does == "answer" and "$now" in str(operation.words.get("body")):
            yield Ground(operation)


@law("now.present", "an answer that tells the time tells the present time", tellers)
def check_present(trial: Trial) -> None:
    """Within two days of ours, or of the Date of a server whose clock is set otherwise."""
    exchange = trial.succeed(trial.send(trial.operation))
    told = read_answer(trial.operation, exchange).values.get("now")
    moment = instant(told)
    trial.expect(moment is not None, "the time is no instant", "an ISO 8601 instant", told)
    apart = abs(datetime.now(UTC) - moment) if moment else LATE
    trial.expect(apart < LATE, f"the time is {told}", datetime.now(UTC).isoformat(), told)
