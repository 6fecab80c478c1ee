"""The phases one after the other, within a share of the time, and leaving nothing behind."""

import copy
import os
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import schemathesis
from hypothesis.configuration import set_hypothesis_home_dir

from contract_tests.fuzzing.cases import DEPTHS, Depth, cover, fuzz
from contract_tests.fuzzing.judges import Judge
from contract_tests.fuzzing.machines import Scenarios, explore
from contract_tests.makers import Maker
from contract_tests.operations import Operation
from contract_tests.sessions import Session
from contract_tests.transport import TimeOver, Unreachable
from contract_tests.verdicts import SKIPPED, Outcome

CONFIG = Path(__file__).parents[1] / "schemathesis.toml"
SCENARIOS, COVERED = 0.25, 0.7  # of the time, when scenarios and coverage end
PATIENCE = 1.5  # times the time, for a request that has begun and for waiting where the server asks for it
Source = Callable[[Any, Depth, int], Iterator[Any]]


class Phases:
    """Schemathesis's phases over one session.

    Parameters: as those of contract_tests.fuzzing.fuzz.
    """

    def __init__(
        self, session: Session, maker: Maker, depth: str, seed: int, tell: Callable[[str], None]
    ) -> None:
        self.session, self.maker, self.seed, self.tell = session, maker, seed, tell
        self.depth = DEPTHS[depth]
        self.judge = Judge(maker, read(session.contract.root, seed))
        self.operations = {f"{row.method} {row.path}": row for row in session.contract.operations}

    def run(self) -> Iterator[Outcome]:
        """All phases; see contract_tests.fuzzing.fuzz."""
        with _home(), self._clean_up(), self._within(self.depth.seconds * PATIENCE):
            start = self.session.clock.spent
            chosen = list(self._choose())
            self._explore(start + self.depth.seconds * SCENARIOS)
            self._walk(chosen, cover, start + self.depth.seconds * COVERED)
            random.Random(self.seed).shuffle(chosen)
            self._walk(chosen, fuzz, start + self.depth.seconds)
        for operation in self.operations.values():
            yield from self._refused.get(operation.name) or self.judge.findings.outcomes(operation)

    def _choose(self) -> Iterator[tuple[Operation, Any]]:
        """The operations that may be tried, with Schemathesis's own view of them."""
        self._refused: dict[str, list[Outcome]] = {}
        for result in self.judge.schema.get_all_operations():
            generated = result.ok() if hasattr(result, "ok") else None
            operation = self.operations.get(getattr(generated, "label", ""))
            why = self.judge.aims.permits(operation) if operation else ""
            if operation is not None and not why:
                yield operation, generated
            elif operation is not None:
                law = "schemathesis.not_a_server_error"
                self._refused[operation.name] = [
                    Outcome(law, operation.name, "", (), "SHOULD", SKIPPED, message=why)
                ]

    def _explore(self, end: float) -> None:
        if self.depth.scenarios:
            self.tell("scenarios along the links of the document")
            scenarios = Scenarios(self.judge, self.operations, lambda: self._is_over(end))
            explore(scenarios, self.depth.scenarios, self.seed)

    def _walk(self, chosen: list[tuple[Operation, Any]], source: Source, end: float) -> None:
        """Send the requests of a source, each operation within its share of the time that is left."""
        for number, (operation, generated) in enumerate(chosen):
            self.tell(f"{operation.name}: {source.__name__} ({number + 1} of {len(chosen)})")
            now = self.session.clock.spent
            share = now + (end - now) / (len(chosen) - number)
            for case in source(generated, self.depth, self.seed) if not self._is_over(end) else ():
                self._try(operation, case)
                if self._is_over(share):
                    break

    def _try(self, operation: Operation, case: Any) -> None:
        try:
            self.judge.attempt(operation, case)
        except Unreachable as error:
            self.judge.note_silence(operation, case, error)

    def _is_over(self, end: float) -> bool:
        return self.session.clock.spent >= end

    @contextmanager
    def _within(self, seconds: float) -> Iterator[None]:
        """Let the run's clock end after so many seconds, without ending the run."""
        clock = self.session.clock
        whole = clock.seconds
        end = clock.spent + seconds
        clock.seconds = end if whole is None else min(end, whole)
        try:
            yield
        except TimeOver:
            pass
        finally:
            clock.seconds = whole

    @contextmanager
    def _clean_up(self) -> Iterator[None]:
        """Remove at the end what was made, however late it is."""
        clock, since = self.session.clock, len(self.maker.made)
        try:
            yield
        finally:
            whole, clock.seconds = clock.seconds, None
            self.judge.aims.put_back()
            for record in reversed(self.maker.made[since:]):
                self.maker.remove(record)
            clock.seconds = whole


def read(root: dict[str, Any], seed: int) -> Any:
    """The document as Schemathesis reads it, with the exceptions that the stock runs have too."""
    config = schemathesis.Config.from_path(CONFIG)
    config.update(seed=seed, max_failures=None)
    return schemathesis.openapi.from_dict(copy.deepcopy(root), config=config)


@contextmanager
def _home() -> Iterator[None]:
    """Keep the files of Hypothesis out of the user's directory: tables that take seconds to compute again."""
    folder = (
        Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "openapi-sandbox" / "hypothesis"
    )
    set_hypothesis_home_dir(folder)
    try:
        yield
    finally:
        set_hypothesis_home_dir(None)
