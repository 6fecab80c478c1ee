"""Rate limits: a fixed window per credential, counted in this process."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime

from .clock import write_instant
from .problems import ROOT, Fault, Problem


@dataclass(slots=True)
class Count:
    """Requests of one credential in the window that ends at `reset` (Unix time)."""

    reset: float
    used: int = 0


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a credential has left: the `$names` of rate-limit headers."""

    limit: int
    remaining: int
    reset: int


class Quotas:
    """Counts requests by credential. The first request of a window starts it (across.md X5)."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, ...], Count] = {}

    def take(self, credential: tuple[str, ...], limit: int, window: int, now: float) -> Allowance:
        """Count one request. credential: world, API, and what tells it from the others there.

        Raises Problem rate_limited, with Retry-After, when none is left.
        """
        count = self._counts.get(credential)
        if count is None or now >= count.reset:
            count = self._counts[credential] = Count(now + window)
        count.used += 1
        allowance = Allowance(limit, max(0, limit - count.used), math.ceil(count.reset))
        if count.used > limit:
            wait = max(1, math.ceil(count.reset - now))
            raise RateLimited(allowance, wait, count)
        return allowance

    def forget(self, world: str, api: str) -> None:
        """Start all windows of a world of an API anew."""
        for credential in [known for known in self._counts if known[:2] == (world, api)]:
            del self._counts[credential]


class RateLimited(Problem):
    """The problem rate_limited, with the allowance for the headers."""

    def __init__(self, allowance: Allowance, wait: int, count: Count) -> None:
        end = write_instant(datetime.fromtimestamp(count.reset, UTC), "seconds")
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
