"""A run: every law on all of its grounds, with levels, repetition and a clean end."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import groupby
from typing import Any

from contract_tests import cleaning
from contract_tests.conformance import Conformance
from contract_tests.courts import Court
from contract_tests.laws import Law
from contract_tests.makers import Maker
from contract_tests.sessions import Session
from contract_tests.signals import alarm, interruptible
from contract_tests.strands import Strands
from contract_tests.transport import TimeOver, Unreachable
from contract_tests.trials import Ground
from contract_tests.verdicts import Outcome, Result

Json = Any
HESITATION = 0.3  # seconds after which what does not look at the clock is ended
Phase = Callable[["Run"], Iterator[Outcome]]
Planned = tuple[Law, Ground, tuple[str, ...]]  # a law, its ground, and the requirements verified there


class Run:
    """One run of the laws over a session.

    Parameters: session; laws; depth, one of DEPTHS; seed; strict, whether a violated SHOULD fails;
    tell, called
    with each outcome.
    """

    def __init__(
        self,
        session: Session,
        laws: Iterable[Law],
        *,
        depth: str = "normal",
        seed: int = 0,
        strict: bool = False,
        tell: Callable[[Outcome], None] = lambda _: None,
    ) -> None:
        self.session, self.laws, self.tell = session, list(laws), tell
        self.register = session.contract.register
        self.maker = Maker(session)
        self.court = Court(session, self.maker, depth, seed, strict)
        self.conformance = Conformance(session)
        session.observers.append(self.conformance.observe)

    def plan(self) -> Iterator[Planned]:
        """Each law on each of its grounds, with the requirements that it verifies there."""
        for law in self.laws:
            if law.check is None:
                continue
            for ground in law.grounds(self.session.contract):
                ids = self.register.blame(
                    law.name, *ground.places, *ground.operation.places, subject=ground.subject
                )
                if ids or not self.register.requirements:
                    yield law, ground, ids

    def execute(self, *phases: Phase) -> Result:
        """Run all laws, then further phases, and clean up.

        A server that does not answer any more, the end of the time, and Ctrl-C stop it; the result says so.
        """
        result = Result({}, self.register)
        clock = self.session.clock
        try:
            with alarm(clock.left + HESITATION), interruptible(clock):
                self._execute(result, phases)
        except TimeOver as error:
            result.stopped = str(error) or "the time was over (--max-time) before all laws were done"
        except Unreachable as error:
            result.stopped, result.lost = f"the server does not answer any more: {error}", True
        except KeyboardInterrupt:
            result.stopped, result.lost = "interrupted", True
        finally:
            clock.seconds = None  # its end still counts
            self._clean_up(result)
            self._finish(result)
        return result

    def _execute(self, result: Result, phases: Iterable[Phase]) -> None:
        strands = Strands(self.maker)
        plan = list(self.plan())
        waiting = [row for row in plan if row[0].waits]
        try:
            for _, rows in groupby(waiting, lambda row: row[0].family):
                strands.start(partial(self._judge, result, list(rows), lambda: None))
            for part in self._by_operation(row for row in plan if not row[0].waits):
                self._judge(result, part, strands.resume)
                self.session.snapshots.clear()
            strands.finish()
        finally:
            strands.end()
        result.outcomes.sort(key=lambda row: row.law)
        for phase in phases:
            for outcome in phase(self):
                self._add(result, self.court.level(outcome))

    def _by_operation(self, plan: Iterable[Planned]) -> Iterator[list[Planned]]:
        """The trials of each operation, those that only read first: they share what they have read."""
        rows: dict[str, list[Planned]] = {row.name: [] for row in self.session.contract.operations}
        for row in plan:
            rows[row[1].operation.name].append(row)
        return (sorted(part, key=lambda row: row[0].writes) for part in rows.values())

    def _judge(self, result: Result, plan: Iterable[Planned], then: Callable[[], None]) -> None:
        for law, ground, ids in plan:
            self._add(result, self.court.judge(law, ground, ids))
            then()

    def _clean_up(self, result: Result) -> None:
        self.session.snapshots.clear()
        self.session.observers.clear()  # no law asks what is sent from here on
        try:
            with alarm(self.session.clock.left + HESITATION):
                cleaning.clean_up(self.maker)
        except (Unreachable, TimeOver, KeyboardInterrupt) as error:
            reason = str(error) or ("the time was over" if isinstance(error, TimeOver) else "interrupted")
            result.lost = result.lost or not isinstance(error, TimeOver)
            result.stopped = result.stopped or f"the clean-up was not finished: {reason}"
        result.leftovers = [
            f"{row.operation} {row.key or row.mark}".strip() for row in self.session.ledger.remaining()
        ]
        self.session.ledger.close()
        self.session.closing.close()

    def _finish(self, result: Result) -> None:
        for outcome in self.conformance.outcomes([law.name for law in self.laws]):
            self._add(result, self.court.level(outcome))

    def _add(self, result: Result, outcome: Outcome) -> None:
        result.outcomes.append(outcome)
        self.tell(outcome)
