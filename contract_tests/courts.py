"""A court: it tries a law on a ground, and says what came of it."""

import logging
import time

from hypothesis.errors import FlakyFailure

from contract_tests import preflight
from contract_tests.laws import Law
from contract_tests.lists import NoList, TooMany
from contract_tests.makers import Maker
from contract_tests.presence import is_absent
from contract_tests.records import Unmakeable
from contract_tests.sessions import Forbidden, Session
from contract_tests.stillness import find_keys, is_fleeting, is_still
from contract_tests.transport import TimeOver, Unreachable
from contract_tests.trials import Ground, Skipped, Trial, Violated
from contract_tests.verdicts import FAILED, PASSED, SKIPPED, WARNED, Outcome

MOST_UNANSWERED = 6
REPEATS = 3  # of a failure on records that others may change
PUZZLED = "an answer could not be understood"
DISTURBED = "data changed: others use the server, and the failure did not repeat"
EXCUSES: dict[type[Exception], str] = {
    Forbidden: "the profile observe sends only GET and HEAD (--profile write)",
    FlakyFailure: f"{DISTURBED}, when it was tried again",
}
log = logging.getLogger(__name__)


class Court:
    """Tries laws over a session.

    Parameters: session; maker; depth, one of DEPTHS; seed; strict, whether a violated SHOULD fails.
    """

    def __init__(self, session: Session, maker: Maker, depth: str, seed: int, strict: bool) -> None:
        self.session, self.maker, self.depth, self.seed, self.strict = session, maker, depth, seed, strict
        self.register = session.contract.register
        self.unanswered = 0

    def judge(self, law: Law, ground: Ground, ids: tuple[str, ...]) -> Outcome:
        """The verdict of a law on a ground; a violation counts only if it repeats."""
        missing = [role for role in law.roles if not self.session.has(role)]
        outcome = Outcome(
            law.name,
            ground.operation.name,
            ground.subject,
            ids,
            self.register.level(ids, ground.operation.ids),
            SKIPPED,
        )
        if law.writes and not self.session.writes:
            outcome.message = "the profile observe sends only GET and HEAD (--profile write)"
        elif missing:
            outcome.message = f"no credential for the role {missing[0]} (--{missing[0]}-token)"
        elif law.name != "list.present" and is_absent(self.session, ground.operation):
            outcome.message = "the server does not have this list"
        else:
            self._try(law, ground, outcome)
            if outcome.verdict == FAILED:
                self._repeat(law, ground, outcome)
            if outcome.verdict == FAILED or self._refused():
                preflight.recheck(self.session)
        return self.level(outcome)

    def _refused(self) -> bool:
        """Whether the server did not let the owner in."""
        return any(row.status == 401 and row.request.role == "owner" for row in self.session.history)

    def _repeat(self, law: Law, ground: Ground, outcome: Outcome) -> None:
        """Try again from the beginning; where others may change the data, more than once."""
        before = find_keys(self.session, ground.operation) if law.shared else set()
        differences = []
        for _ in range(REPEATS if law.shared else 1):
            self.session.snapshots.clear()
            self.session.memo.clear()
            again = Outcome(*outcome.address, outcome.requirements, outcome.level, SKIPPED)
            self._try(law, ground, again)
            differences.append(_find_difference(again))
            if again.verdict != FAILED:
                break
        if again.verdict != FAILED or (law.shared and self._moves(ground, before, differences)):
            outcome.verdict, outcome.message = SKIPPED, f"{DISTURBED}: {outcome.message}"

    def _moves(self, ground: Ground, before: set[str], differences: list[set[str]]) -> bool:
        """Whether others changed the records meanwhile."""
        stable = before & find_keys(self.session, ground.operation)
        return is_fleeting(differences, stable) or not is_still(self.session, ground.operation)

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
        except (Skipped, Unmakeable, TooMany, Forbidden, FlakyFailure) as error:
            outcome.verdict, outcome.message = SKIPPED, EXCUSES.get(type(error), str(error))
        except Unreachable as error:
            outcome.verdict, outcome.message = FAILED, f"a request was not answered: {error}"
            outcome.exchanges = list(self.session.history)
            self._still_answers(error)
        except TimeOver:
            raise
        except Exception as error:  # an answer that a law did not expect must not end the run
            log.debug("%s on %s", law.name, ground.operation.name, exc_info=True)
            # The answer is of another kind than any law expects; answer.type says so by itself.
            outcome.verdict, outcome.message = SKIPPED, f"{PUZZLED}: {type(error).__name__} {error}"
        outcome.cases = trial.cases
        outcome.seconds = time.monotonic() - started
        self.maker.clean_up(made)
        for exchange in self.session.history:
            exchange.response.forget()

    def _still_answers(self, error: Unreachable) -> None:
        """Go on after an unanswered request only if the server lives, and not for ever."""
        self.unanswered += 1
        if self.unanswered >= MOST_UNANSWERED:
            raise error
        self.session.request("GET", self.session.target.url + "/")

    def level(self, outcome: Outcome) -> Outcome:
        """The outcome, warned of where it only violates a SHOULD."""
        if outcome.verdict == FAILED and outcome.level != "MUST" and not self.strict:
            outcome.verdict = WARNED
        return outcome


def _find_difference(outcome: Outcome) -> set[str]:
    """What was expected or met, but not both, where these are lists."""
    expected, actual = outcome.expected, outcome.actual
    if not isinstance(expected, list) or not isinstance(actual, list):
        return set()
    return set(map(str, expected)) ^ set(map(str, actual))
