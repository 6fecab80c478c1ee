"""Quotas: what the headers say of the limit is true, and the limit holds."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from itertools import islice, pairwise

from contract_tests.contracts import Contract
from contract_tests.exchanges import Response
from contract_tests.laws import law
from contract_tests.operations import Operation
from contract_tests.trials import Ground, Trial

ASKED = 6  # requests that are compared
PAUSE = 0.4  # seconds in which somebody else who uses the credential would be seen
SLACK = 5  # seconds between two clocks


@dataclass(frozen=True)
class Count:
    """What the headers of one answer say; None where a header is absent or no number."""

    limit: int | None
    remaining: int | None
    reset: int | None
    now: float


def names(contract: Contract) -> dict[str, str]:
    """The header of each of limit, remaining and reset, where the document has one."""
    headers = contract.words.get("quota", {}).get("headers", {})
    return {template.removeprefix("$"): name.lower() for name, template in headers.items()}


def places(operation: Operation, *headers: str) -> tuple[list[str], ...]:
    """The statements on the headers, then those on an answer that there were too many requests."""
    contract = operation.contract
    known = {names(contract)[row] for row in headers if row in names(contract)}
    answers = [
        operation.response(status) or {} for status in (*operation.success, contract.kind("rate_limited"))
    ]
    listed = [(name.lower(), node) for row in answers for name, node in row.get("headers", {}).items()]
    ids = [key for name, node in listed if not headers or name in known for key in contract.ids_of(node)]
    return (list(dict.fromkeys(ids)), contract.ids_of(answers[-1], deep=False), list(operation.ids))


def simple(contract: Contract) -> list[Operation]:
    """The operations that count against a quota and that can be called as they are."""
    return [
        row
        for row in contract.operations
        if row.safe and row.protected and not any(one.required for one in row.parameters)
        and row.response(contract.kind("rate_limited"))
    ]  # fmt: skip


def told(contract: Contract, *headers: str) -> Iterable[Ground]:
    """Up to three operations, where the document names those headers; the subject is the first of them."""
    if all(row in names(contract) for row in headers):
        for operation in simple(contract)[:3]:
            yield Ground(operation, "", places(operation, *headers))


def limits(contract: Contract) -> Iterable[Ground]:
    """Where a header says the limit."""
    return told(contract, "limit")


def counts(contract: Contract) -> Iterable[Ground]:
    """Where a header says how many requests remain."""
    return told(contract, "remaining")


def resets(contract: Contract) -> Iterable[Ground]:
    """Where a header says when the window ends."""
    return told(contract, "reset")


def lasting(contract: Contract) -> Iterable[Ground]:
    """One operation where a header says when the window ends."""
    return islice(resets(contract), 1)


def count_of(contract: Contract, response: Response) -> Count:
    """The numbers in the headers of an answer, and the server's time of it."""
    found = names(contract)
    numbers = {name: number(response.headers.get(header, "")) for name, header in found.items()}
    return Count(numbers.get("limit"), numbers.get("remaining"), numbers.get("reset"), clock(response))


def number(text: str) -> int | None:
    return int(text) if text.strip().isdigit() else None


def clock(response: Response) -> float:
    try:
        return parsedate_to_datetime(response.headers.get("date", "")).timestamp()
    except (TypeError, ValueError):
        return time.time()


def ask(trial: Trial, times: int = ASKED, role: str = "owner") -> list[Count]:
    """What the answers to some equal requests say."""
    exchanges = [trial.succeed(trial.send(trial.operation, role=role)) for _ in range(times)]
    return [count_of(trial.contract, row.response) for row in exchanges]


def pairs(trial: Trial, rows: list[Count]) -> list[tuple[int, int]]:
    """What remained after each two neighbouring requests of one window."""
    window = int(trial.contract.words["quota"]["window"])
    found = []
    for one, two in pairwise(rows):
        new = one.reset is not None and (
            two.now >= one.reset - 1 or (two.reset or 0) > one.reset + window / 2
        )
        if one.remaining is not None and two.remaining is not None and not new:
            found.append((one.remaining, two.remaining))
    return found


@law("quota.limit", "the limit is a positive number and stays the same", limits)
def check_limit(trial: Trial) -> None:
    """Some requests of one credential."""
    found = [row.limit for row in ask(trial, 3)]
    if None in found:
        trial.skip("the answer says no limit")
    trial.expect(
        len(set(found)) == 1 and (found[0] or 0) > 0, "the limit is not one positive number", "one", found
    )


@law("quota.within", "what remains is neither above the limit nor negative", counts)
def check_within(trial: Trial) -> None:
    """Some requests of one credential."""
    for row in ask(trial, 3):
        if row.remaining is None or row.limit is None:
            trial.skip("the answer does not say what remains")
        message = "what remains is not between 0 and the limit"
        trial.expect(0 <= row.remaining <= row.limit, message, row.limit, row.remaining)


@law("quota.remaining", "each request lowers what remains", counts)
def check_remaining(trial: Trial) -> None:
    """Equal requests one after another; others may use the credential too, so it may fall faster."""
    found = pairs(trial, ask(trial))
    for before, after in found:
        trial.expect(after < before or after == before == 0, "what remains does not fall", before - 1, after)


@law("quota.by_one", "a request lowers what remains by one", counts)
def check_by_one(trial: Trial) -> None:
    """Several falls, with and without a pause: if all are the same, nobody else uses the credential."""
    falls = [before - after for before, after in pairs(trial, ask(trial)) if after > 0]
    if not falls:
        trial.skip("the answer does not say what remains")
    wrong = falls[0] > 1 and {*falls, idle(trial)} == {falls[0]}
    trial.expect(not wrong, "each request lowers what remains by more than one", 1, falls)


def idle(trial: Trial) -> int:
    """How far what remains falls by one request after a pause: the rest is somebody else's."""
    before = ask(trial, 1)
    trial.session.clock.sleep(PAUSE)
    found = pairs(trial, before + ask(trial, 1))
    return found[0][0] - found[0][1] if found else trial.skip("the answer does not say what remains")


@law("quota.reset", "the reset is a Unix time ahead, within the window", resets)
def check_reset(trial: Trial) -> None:
    """Beside the time of the server's Date header."""
    window = int(trial.contract.words["quota"]["window"])
    for row in ask(trial, 3):
        if row.reset is None:
            trial.skip("the answer says no reset")
        ahead = row.reset - row.now
        message = f"the reset {row.reset} is {ahead:.0f} s ahead"
        trial.expect(-SLACK <= ahead <= window + SLACK, message, f"0 to {window} s", round(ahead))


@law("quota.window", "the reset stays where it is while the window lasts", lasting, waits=True)
def check_window(trial: Trial) -> None:
    """Two requests more than a second apart."""
    if trial.quick:
        trial.skip("the depth quick does not wait for it")
    one = ask(trial, 1)[0]
    trial.pause(2.1)
    two = ask(trial, 1)[0]
    if one.reset is None or two.reset is None or two.now >= one.reset - 1:
        trial.skip("the answer says no reset, or the window ended")
    trial.expect(abs(two.reset - one.reset) <= 1, "the reset moves with each request", one.reset, two.reset)


@law("quota.separate", "the requests of one credential do not count for another", counts, roles=("peer",))
def check_separate(trial: Trial) -> None:
    """Many requests of the peer between two of the owner, while nobody else uses the credential."""
    one = ask(trial, 1)
    for _ in range(ASKED):
        trial.send(trial.operation, role="peer")
    found = pairs(trial, one + ask(trial, 1))
    if not found or (found[0][0] - found[0][1] > ASKED and idle(trial) > 1):
        trial.skip("others use the credential, or the answer does not say what remains")
    before, after = found[0]
    message = "what remains for the owner falls by the peer's requests"
    trial.expect(before - after <= ASKED, message, before - 1, after)
