"""What a run found: outcomes of laws, verdicts on requirements, and the exit code."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from contract_tests.exchanges import Exchange
from contract_tests.registers import Register

Json = Any
PASSED, FAILED, WARNED, SKIPPED = "passed", "failed", "warned", "skipped"


@dataclass
class Outcome:
    """The verdict of one law on one ground.

    `requirements` are those that the law verifies there, or those that were violated; `exchanges` the
    requests that show it: all of a failing trial, the last one of a passing; `known` is why a failure is
    accepted.
    """

    law: str
    operation: str
    subject: str
    requirements: Sequence[str]
    level: str
    verdict: str
    cases: int = 0
    message: str = ""
    expected: Json = None
    actual: Json = None
    exchanges: list[Exchange] = field(default_factory=list, repr=False)
    seconds: float = 0.0
    known: str = ""

    @property
    def address(self) -> tuple[str, str, str]:
        """Law, operation and subject."""
        return self.law, self.operation, self.subject


@dataclass
class Result:
    """Everything that a run found.

    Parameters: about, what is said of the run (api, url, profile, …); register; outcomes; leftovers, records
    that are still there; stopped, why the run ended early (empty: it did not); lost, whether that was for
    another reason than the end of the time.
    """

    about: dict[str, Json]
    register: Register
    outcomes: list[Outcome] = field(default_factory=list)
    leftovers: list[str] = field(default_factory=list)
    stopped: str = ""
    lost: bool = False
    stale: list[str] = field(default_factory=list)

    @property
    def summary(self) -> dict[str, int]:
        """How many outcomes passed, failed, warned and were skipped."""
        counts = Counter(row.verdict for row in self.outcomes)
        return {name: counts[name] for name in (PASSED, FAILED, WARNED, SKIPPED)}

    def judge(self) -> list[dict[str, Json]]:
        """Each requirement with its verdict (verified, violated, warned, not_tested) and why."""
        behind: dict[str, list[Outcome]] = {key: [] for key in self.register.requirements}
        for row in self.outcomes:
            for key in set(row.requirements) & behind.keys():
                behind[key].append(row)
        return [self._judge(key, rows) for key, rows in behind.items()]

    def _judge(self, key: str, rows: list[Outcome]) -> dict[str, Json]:
        requirement = self.register.requirements[key]
        verdicts = {row.verdict for row in rows}
        if FAILED in verdicts or WARNED in verdicts:
            verdict = "violated" if FAILED in verdicts and requirement.level == "MUST" else "warned"
            reason = next(row.message for row in rows if row.verdict in (FAILED, WARNED))
        elif PASSED in verdicts and not any(row.known for row in rows):
            verdict, reason = "verified", ""
        else:
            verdict = "not_tested"
            rows.sort(key=lambda row: not row.known)
            reason = next((_tell_skip(row) for row in rows if row.message), requirement.why)
        return {"id": key, "level": requirement.level, "verdict": verdict, "reason": reason}

    def coverage(self) -> tuple[int, int]:
        """How many requirements of level MUST were judged, and how many there are."""
        rows = [row for row in self.judge() if row["level"] == "MUST"]
        return sum(row["verdict"] != "not_tested" for row in rows), len(rows)


def _tell_skip(row: Outcome) -> str:
    return f"known failure: {row.message} – {row.known}" if row.known else row.message
