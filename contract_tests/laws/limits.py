"""Quotas, continued: the limit holds. These laws use up a credential with a small limit."""

from collections.abc import Iterable

from contract_tests.calls import prepare, send
from contract_tests.contracts import Contract
from contract_tests.exchanges import Exchange
from contract_tests.laws import law
from contract_tests.laws.quota import SLACK, clock, count_of, counts, number, pairs, places, simple
from contract_tests.trials import Ground, Trial, Violated

MOST = 60  # requests that a limited credential is expected to be stopped by
WAIT = 5  # seconds of a Retry-After that are waited for


def first(contract: Contract) -> Iterable[Ground]:
    """One operation, where there is a quota."""
    if "quota" in contract.words:
        yield from (Ground(row, "", places(row)) for row in simple(contract)[:1])


def everywhere(contract: Contract) -> Iterable[Ground]:
    """Every operation that counts against a quota."""
    if "quota" in contract.words:
        for operation in contract.operations:
            if operation.protected and operation.response(contract.kind("rate_limited")):
                yield Ground(operation, "", places(operation))


def exhaust(trial: Trial) -> Exchange:
    """Use up the limited credential; the answer that stopped it. Nothing may be granted when nothing remains.

    What it got before is kept for the whole run, as it cannot be asked for again. Skips where it is not
    stopped and its limit is not one that can be reached.
    """
    granted: list[Exchange] = trial.maker.cohorts.setdefault("limited", [])
    for _ in range(MOST):
        exchange = trial.send(simple(trial.contract)[0], role="limited")
        if exchange.status == trial.contract.kind("rate_limited"):
            return exchange
        granted.append(trial.succeed(exchange))
        rows = [count_of(trial.contract, row.response) for row in granted]
        for before, after in pairs(trial, rows):
            trial.expect(before > 0, "a request was granted when nothing remained", "refused", after)
        if len(rows) == 1 and (rows[0].remaining or 0) > MOST:
            trial.skip(f"the limited credential has {rows[0].remaining} requests left: too many to use up")
    limit = rows[0].limit
    message = f"the limit is {limit}, and {len(granted)} requests were not stopped"
    trial.expect(
        limit is None or limit >= MOST, message, trial.contract.kind("rate_limited"), exchange.status
    )
    return trial.skip(f"the limited credential was not stopped by {MOST} requests")


def stopped(trial: Trial) -> Exchange:
    """The answer that stopped the limited credential. Skips where nothing does."""
    try:
        return exhaust(trial)
    except Violated as error:
        trial.skip(error.message)


@law("quota.error", "a request over the limit is refused", first, roles=("limited",))
def check_error(trial: Trial) -> None:
    """As many requests as it takes, and one more."""
    exhaust(trial)
    trial.expect_kind(trial.send(trial.operation, role="limited"), "rate_limited")


@law(
    "quota.everywhere",
    "a request over the limit is refused by every operation",
    everywhere,
    roles=("limited",),
)
def check_everywhere(trial: Trial) -> None:
    """A request that would succeed otherwise."""
    stopped(trial)
    trial.expect_kind(send(trial, prepare(trial), role="limited"), "rate_limited")


@law("quota.zero", "nothing remains when a request is refused for the limit", counts, roles=("limited",))
def check_zero(trial: Trial) -> None:
    """The refused answer, where it has the header."""
    refusal = stopped(trial)
    remaining = count_of(trial.contract, refusal.response).remaining
    if remaining is None:
        trial.skip("the refusal does not say what remains")
    trial.expect(remaining == 0, f"{refusal} although {remaining} requests remain", 0, remaining)


@law(
    "quota.retry_after",
    "a refusal for the limit says in how many seconds to try again",
    first,
    roles=("limited",),
)
def check_retry_after(trial: Trial) -> None:
    """Whole seconds, no more than the window has left; where they are few, they are waited for."""
    refusal = stopped(trial)
    text = refusal.response.headers.get("retry-after", "")
    seconds, window = number(text), int(trial.contract.words["quota"]["window"])
    message = f"Retry-After is {text!r}"
    trial.expect(seconds is not None and 0 < seconds <= window + SLACK, message, f"1 to {window}", text)
    reset = count_of(trial.contract, refusal.response).reset
    if reset is not None and seconds is not None:
        ahead = reset - clock(refusal.response)
        trial.expect(
            abs(ahead - seconds) <= SLACK,
            f"{message}, and the reset {ahead:.0f} s ahead",
            round(ahead),
            seconds,
        )
    if seconds is not None and seconds <= WAIT:
        trial.session.clock.sleep(seconds + 0.5)
        again = trial.send(trial.operation, role="limited")
        trial.expect(again.status != refusal.status, f"{again} after {seconds} s", "2xx", again.status)
