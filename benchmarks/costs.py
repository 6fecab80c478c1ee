"""What a load costs each process that takes part: the workers, their database, the load generator."""

import resource
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median

import psutil  # type: ignore[import-untyped,unused-ignore]

from .load import Load
from .processes import Running


@dataclass
class Turn:
    """A load, and what was spent on it in CPU seconds. each: by each worker; all: by everything here."""

    load: Load
    seconds: float
    each: list[float]
    database: float
    generator: float

    @property
    def cores(self) -> float:
        """How many cores were busy with it."""
        return (sum(self.each) + self.database + self.generator) / self.seconds


@dataclass
class CostTurns:
    """The turns of a server with one kind of request."""

    workers: int
    turns: list[Turn] = field(default_factory=list)

    def cost(self, spent: Callable[[Turn], float]) -> float:
        """Microseconds of CPU for a request."""
        return sum(map(spent, self.turns)) / sum(each.load.requests for each in self.turns) * 1e6

    @property
    def evenness(self) -> float:
        """The share of the worker that did least, of what all did."""
        return median(min(turn.each) / sum(turn.each) for turn in self.turns)


def take_turn(running: Running, database: psutil.Process | None, load: Callable[[], Load]) -> Turn:
    """Load a server. database: the process that keeps its state, if any."""
    workers = running.process.children() or [running.process]
    started, each = time.perf_counter(), [_spent(worker) for worker in workers]
    before, generated = _spent_by_all(database), _spent_by_children()
    measured = load()
    return Turn(
        measured,
        time.perf_counter() - started,
        [_spent(worker) - spent for worker, spent in zip(workers, each, strict=True)],
        _spent_by_all(database) - before,
        _spent_by_children() - generated,
    )


def _spent(process: psutil.Process) -> float:
    spent = process.cpu_times()
    return float(spent.user + spent.system)


def _spent_by_all(process: psutil.Process | None) -> float:
    return sum(_spent(each) for each in (process, *process.children())) if process else 0.0


def _spent_by_children() -> float:
    """By children of this process that have ended, such as wrk."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime
