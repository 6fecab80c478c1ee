"""Rate limits: a fixed window per credential, counted in this process or, in blocks, by many."""

import math
from dataclasses import dataclass
from typing import Protocol

from .clock import write_time
from .problems import ROOT, Fault, Problem

BLOCKS = 1000  # into which a limit is divided for several processes
SLACK = 60  # seconds by which clocks of machines may differ


@dataclass(slots=True)
class Count:
    """Requests of one credential in the window that ends at `reset` (Unix time).

    most: up to which number this process may count by itself.
    """

    reset: float
    used: int = 0
    most: float = math.inf


@dataclass(slots=True)
class Allowance:
    """What a credential has left: the `$names` of rate-limit headers."""

    limit: int
    remaining: int
    reset: int


class Bank(Protocol):
    """What several processes count in."""

    def reserve(self, credential: tuple[str, ...], block: int, reset: float, now: float) -> tuple[float, int]:
        """When the window ends, and how many were used before the block that is now reserved."""

    def release(self, world: str, api: str) -> None:
        """Start all windows of a world of an API anew."""


def is_open(reset: float, window: float, now: float) -> bool:
    """Whether the window that ends at `reset` is the present one: it is over, or of a clock set back."""
    return now < reset <= now + window + SLACK


class Quotas:
    """Counts requests by credential. The first request of a window starts it (across.md X5).

    bank: where other processes count too. A block of a thousandth of the limit is reserved at once, so that
    no more than the limit is ever let through, and small limits are exact.
    """

    def __init__(self, bank: Bank | None = None) -> None:
        self._bank = bank
        self._counts: dict[tuple[str, ...], Count] = {}

    def take(self, credential: tuple[str, ...], limit: int, window: int, now: float) -> Allowance:
        """Count one request. credential: world, API, and what tells it from the others there.

        Raises Problem rate_limited, with Retry-After, when none is left.
        """
        count = self._counts.get(credential)
        if count is None or not is_open(count.reset, window, now) or count.used >= count.most:
            count = self._counts[credential] = self._open(credential, limit, now + window, now)
        count.used += 1
        allowance = Allowance(limit, max(0, limit - count.used), math.ceil(count.reset))
        if count.used > limit:
            wait = max(1, math.ceil(count.reset - now))
            raise RateLimited(allowance, wait, count)
        return allowance

    def _open(self, credential: tuple[str, ...], limit: int, reset: float, now: float) -> Count:
        if self._bank is None:
            return Count(reset)
        block = max(1, limit // BLOCKS)
        reset, used = self._bank.reserve(credential, block, reset, now)
        return Count(reset, used, used + block)

    def forget(self, world: str, api: str) -> None:
        """Start all windows of a world of an API anew."""
        for credential in [known for known in self._counts if known[:2] == (world, api)]:
            del self._counts[credential]
        if self._bank:
            self._bank.release(world, api)


class RateLimited(Problem):
    """The problem rate_limited, with the allowance for the headers."""

    def __init__(self, allowance: Allowance, wait: int, count: Count) -> None:
        end = write_time(count.reset, "seconds")
        clue = Fault(
            "credential",
            "",
            "",
            (ROOT, "x-sandbox", "quota"),
            f"request {count.used} of the window",
            f"at {end}, when the window ends",
            f"at most {allowance.limit} requests in a window",
        )
        super().__init__(
            "rate_limited",
            f"all {allowance.limit} requests of this credential are used; try again in {wait} s",
            headers={"Retry-After": str(wait)},
            clues=[clue],
        )
        self.allowance = allowance
