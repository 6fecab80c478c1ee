"""A run: every law on all of its grounds, with levels, repetition and a clean end."""

import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from contract_tests.conformance import Conformance
from contract_tests.laws import Law
from contract_tests.lists import NoList, TooMany
from contract_tests.records import Maker, Unmakeable
from contract_tests.sessions import Session
from contract_tests.stillness import is_still
from contract_tests.transport import TimeOver, Unreachable
from contract_tests.trials import Ground, Skipped, Trial, Violated
from contract_tests.verdicts import FAILED, PASSED, SKIPPED, WARNED, Outcome, Result

Json = Any
MOST_UNANSWERED = 6
Phase = Callable[["Run"], Iterator[Outcome]]
DISTURBED = "data changed: others use the server, and the failure did not repeat"


class Run:
    """One run of the laws over a session.

    Parameters: session; laws; depth, one of DEPTHS; seed; strict, whether a violated SHOULD fails; tell, called
    with each outcome.
    """

    def __init__(
        self, session: Session, laws: Iterable[Law], *, depth: str = "normal", seed: int = 0, strict: bool = False,
        tell: Callable[[Outcome], None] = lambda outcome: None,
    ) -> None:  # fmt: skip
        self.session, self.laws, self.depth, self.seed, self.strict, self.tell = (
            session, list(laws), depth, seed, strict, tell,
        )  # fmt: skip
        self.register = session.contract.register
        self.maker = Maker(session)
        self.unanswered = 0
        self.conformance = Conformance(session)
        session.observers.append(self.conformance.observe)

    def plan(self) -> Iterator[tuple[Law, Ground, tuple[str, ...]]]:
        """Each law on each of its grounds, with the requirements that it verifies there."""
        for law in self.laws:
            if law.check is None:
                continue
            for ground in law.grounds(self.session.contract):
                ids = self.register.blame(law.name, *ground.places, *ground.operation.places)
                if ids or not self.register.requirements:
                    yield law, ground, ids

    def execute(self, *phases: Phase) -> Result:
        """Run all laws, then further phases, and clean up.

        A server that does not answer any more, the end of the time, and Ctrl-C stop it; the result says so.
        """
        result = Result({}, self.register)
        try:
            for law, ground, ids in self.plan():
                self._add(result, self.judge(law, ground, ids))
            for phase in phases:
                for outcome in phase(self):
                    self._add(result, self._level(outcome))
        except TimeOver:
            result.stopped = "the time was over (--max-time) before all laws were done"
        except Unreachable as error:
            result.stopped = f"the server does not answer any more: {error}"
        except KeyboardInterrupt:
            result.stopped = "interrupted"
        finally:
            self._finish(result)
        return result

    def _finish(self, result: Result) -> None:
        for outcome in self.conformance.outcomes([law.name for law in self.laws]):
            self._add(result, self._level(outcome))
        try:
            self.session.clock.seconds = None
            self.maker.clean_up()
        except (Unreachable, TimeOver, KeyboardInterrupt) as error:
            result.stopped = result.stopped or f"the clean-up was not finished: {error}"
        result.leftovers = [f"{row.operation} {row.key or row.mark}".strip() for row in self.session.ledger.remaining()]
        self.session.ledger.close()

    def _add(self, result: Result, outcome: Outcome) -> None:
        result.outcomes.append(outcome)
        self.tell(outcome)

    def judge(self, law: Law, ground: Ground, ids: tuple[str, ...]) -> Outcome:
        """The verdict of a law on a ground; a violation counts only if it repeats."""
        missing = [role for role in law.roles if not self.session.has(role)]
        outcome = Outcome(law.name, ground.operation.name, ground.subject, ids, self.register.level(ids), SKIPPED)
        if law.writes and not self.session.writes:
            outcome.message = "the profile observe sends only GET and HEAD (--profile write)"
        elif missing:
            outcome.message = f"no credential of a {missing[0]} user (--{missing[0]}-token)"
        else:
            self._try(law, ground, outcome)
            if outcome.verdict == FAILED:
                self._repeat(law, ground, outcome)
        return self._level(outcome)

    def _repeat(self, law: Law, ground: Ground, outcome: Outcome) -> None:
        self.session.snapshots.clear()
        self.session.memo.clear()
        again = Outcome(*outcome.address, outcome.requirements, outcome.level, SKIPPED)
        self._try(law, ground, again)
        if again.verdict != FAILED or (law.shared and not is_still(self.session, ground.operation)):
            outcome.verdict, outcome.message = SKIPPED, f"{DISTURBED}: {outcome.message}"

    def _try(self, law: Law, ground: Ground, outcome: Outcome) -> None:
        trial = Trial(self.session, self.maker, ground, depth=self.depth, seed=self.seed)
        made, self.session.history = len(self.maker.made), []
        started = time.monotonic()
        try:
            if law.check is not None:
                law.check(trial)
            outcome.verdict = PASSED if trial.cases else SKIPPED
            outcome.message = "" if trial.cases else "nothing to judge: every case was vacuous"
            outcome.exchanges = [trial.evidence] if trial.evidence else []
        except Violated as error:
            outcome.verdict, outcome.message = FAILED, error.message
            outcome.expected, outcome.actual = error.expected, error.actual
            outcome.exchanges = list(self.session.history)
        except NoList as error:
            outcome.verdict, outcome.message = FAILED, str(error)
            outcome.exchanges = list(self.session.history)
        except (Skipped, Unmakeable, TooMany) as error:
            outcome.verdict, outcome.message = SKIPPED, str(error)
        except Unreachable as error:
            outcome.verdict, outcome.message = FAILED, f"a request was not answered: {error}"
            outcome.exchanges = list(self.session.history)
            self._still_answers(error)
        outcome.cases = trial.cases
        outcome.seconds = time.monotonic() - started
        self.maker.clean_up(made)

    def _still_answers(self, error: Unreachable) -> None:
        """Go on after an unanswered request only if the server lives, and not for ever."""
        self.unanswered += 1
        if self.unanswered >= MOST_UNANSWERED:
            raise error
        self.session.request("GET", self.session.target.url + "/")

    def _level(self, outcome: Outcome) -> Outcome:
        if outcome.verdict == FAILED and outcome.level != "MUST" and not self.strict:
            outcome.verdict = WARNED
        return outcome
