"""The phases one after the other, within a share of the time, and leaving nothing behind."""

import copy
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import schemathesis
from hypothesis.configuration import set_hypothesis_home_dir

from contract_tests.contracts import Operation
from contract_tests.fuzzing.cases import DEPTHS, Depth, cover, fuzz
from contract_tests.fuzzing.judges import Judge
from contract_tests.fuzzing.machines import explore
from contract_tests.records import Maker
from contract_tests.sessions import Session, TimeOver, Unreachable
from contract_tests.verdicts import SKIPPED, Outcome

CONFIG = Path(__file__).parents[1] / "schemathesis.toml"
SHARE = 0.25  # of the time, for scenarios
COVER = 0.6  # of the rest, for coverage
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
        with TemporaryDirectory() as folder, _home(folder), self._clean_up():
            with self._within(self.depth.seconds):
                chosen = list(self._choose())
                self._explore()
                self._walk(chosen, cover, self.session.clock.left * COVER)
                random.Random(self.seed).shuffle(chosen)
                self._walk(chosen, fuzz, self.session.clock.left)
        for operation in self.operations.values():
            yield from self._refused.get(operation.name) or self.judge.outcomes(operation)

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

    def _explore(self) -> None:
        if self.depth.scenarios:
            self.tell("scenarios along the links of the document")
            with self._within(self.depth.seconds * SHARE):
                explore(self.judge, self.operations, self.depth.scenarios, self.seed)

    def _walk(self, chosen: list[tuple[Operation, Any]], source: Source, seconds: float) -> None:
        """Send the requests of a source, each operation within its share of the time that is left."""
        end = self.session.clock.left - seconds
        for number, (operation, generated) in enumerate(chosen):
            self.tell(f"{operation.name}: {source.__name__} ({number + 1} of {len(chosen)})")
            with self._within((self.session.clock.left - end) / (len(chosen) - number)):
                self._try(operation, source(generated, self.depth, self.seed))

    def _try(self, operation: Operation, cases: Iterator[Any]) -> None:
        while self.session.clock.left > 0 and (case := next(cases, None)) is not None:
            try:
                self.judge.attempt(operation, case)
            except Unreachable as error:
                self.judge.note_silence(operation, case, error)

    @contextmanager
    def _within(self, seconds: float) -> Iterator[None]:
        """Let the run's clock end after so many seconds, without ending the run."""
        clock = self.session.clock
        whole = clock.seconds
        end = time.monotonic() - clock.started + seconds
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
def _home(folder: str) -> Iterator[None]:
    """Keep the files of Hypothesis out of the user's directory."""
    set_hypothesis_home_dir(folder)
    try:
        yield
    finally:
        set_hypothesis_home_dir(None)
