"""What was counted and found, as outcomes of laws."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from contract_tests.exchanges import Exchange
from contract_tests.fuzzing.blames import Failed
from contract_tests.fuzzing.levels import RULES
from contract_tests.fuzzing.weights import Place, weigh
from contract_tests.operations import Operation
from contract_tests.registers import Register
from contract_tests.verdicts import FAILED, PASSED, SKIPPED, Outcome


@dataclass
class Findings:
    """Cases and failures of each check, by operation.

    Parameters: register, which says how heavy a failure is.
    """

    register: Register
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    found: dict[tuple[str, str, str], Outcome] = field(default_factory=dict)
    last: dict[tuple[str, str], Exchange] = field(default_factory=dict)

    def count(self, name: str, operation: Operation, exchange: Exchange) -> None:
        """Count one case of a check."""
        self.counts[name, operation.name] += 1
        self.last[name, operation.name] = exchange

    def note(self, name: str, place: Place, failed: Failed, exchanges: list[Exchange]) -> None:
        """Keep a failure that has repeated."""
        rule, operation = RULES[name], failed.operation
        ids, level = weigh(rule, place, self.register, operation.ids)
        told = " ".join(str(failed.failure.message).split())
        message = f"{failed.exchange}: {failed.failure.title}" + (
            f" ({place.subject})" if place.subject else ""
        )
        self.found.setdefault(
            (name, operation.name, place.subject),
            Outcome(rule.law, operation.name, place.subject, ids, level, FAILED, 1, message, rule.sentence,
                    told[:600], exchanges),
        )  # fmt: skip

    def note_silence(self, operation: Operation, message: str, exchange: Exchange) -> None:
        """Keep a request that is never answered; `exchange` shows that the server lives."""
        rule = RULES["not_a_server_error"]
        self.found[rule.check, operation.name, "no answer"] = Outcome(
            rule.law, operation.name, "no answer", (), "SHOULD", FAILED, 1, message, "an answer",
            exchanges=[exchange],
        )  # fmt: skip

    def outcomes(self, operation: Operation) -> Iterator[Outcome]:
        """What was found of one operation: each failure, and each check that held."""
        if not any(name == operation.name for _, name in self.counts):
            yield Outcome(f"{RULES['not_a_server_error'].law}", operation.name, "", (), "SHOULD", SKIPPED,
                          message="no generated request was sent: the time was over")  # fmt: skip
        for rule in RULES.values():
            cases = self.counts[rule.check, operation.name]
            failed = [row for key, row in self.found.items() if key[:2] == (rule.check, operation.name)]
            for row in failed:
                row.cases = cases
            yield from failed
            if cases and not failed:
                ids = self.register.blame(rule.law, *operation.places) if self.register.requirements else ()
                level = self.register.level(ids, operation.ids)
                yield Outcome(rule.law, operation.name, "", ids, level, PASSED, cases,
                              exchanges=[self.last[rule.check, operation.name]])  # fmt: skip
