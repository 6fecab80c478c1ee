"""What a load costs each process that takes part: the workers, their database, the load generator."""

import resource
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from statistics import median

import psutil  # type: ignore[import-untyped,unused-ignore]

from .load import Load
from .processes import Running

HEAD = (
    "| request | workers | req/s | lowest to highest | ratio to one | ratio to apart | p99, ms "
    "| CPU of workers, µs a request | CPU of PostgreSQL, µs | cores of all | least busy worker | no 2xx |"
)


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
    """The turns of one kind of request. title: who answered."""

    title: str
    turns: list[Turn] = field(default_factory=list)

    def cost(self, spent: Callable[[Turn], float]) -> float:
        """Microseconds of CPU for a request."""
        return sum(map(spent, self.turns)) / sum(each.load.requests for each in self.turns) * 1e6

    @property
    def evenness(self) -> float:
        """The share of the worker that did least, of what all did."""
        return median(min(turn.each) / sum(turn.each) for turn in self.turns)


def take_turn(
    sandboxes: Sequence[Running], database: psutil.Process | None, load: Callable[[Running], Load]
) -> Turn:
    """Load sandboxes at the same time. database: the process that keeps their state, if any."""
    workers = [worker for each in sandboxes for worker in each.process.children() or [each.process]]
    started, each = time.perf_counter(), [_spent(worker) for worker in workers]
    before, generated = _spent_by_all(database), _spent_by_children()
    with ThreadPoolExecutor() as pool:
        loads = list(pool.map(load, sandboxes))
    return Turn(
        _add(loads),
        time.perf_counter() - started,
        [_spent(worker) - spent for worker, spent in zip(workers, each, strict=True)],
        _spent_by_all(database) - before,
        _spent_by_children() - generated,
    )


def _add(loads: Sequence[Load]) -> Load:
    """Loads of the same time as one. The percentiles are those of the slowest."""
    return Load(
        sum(load.rate for load in loads),
        max(load.p50 for load in loads),
        max(load.p99 for load in loads),
        sum(load.requests for load in loads),
        max(load.refused for load in loads),
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


def write_row(name: str, turns: CostTurns, one: CostTurns, apart: CostTurns) -> str:
    """A row of a table. one, apart: the same with one worker, and with two sandboxes that share nothing."""
    rates = [turn.load.rate for turn in turns.turns]
    cells = [
        name,
        turns.title,
        f"{median(rates):,.0f}",
        f"{min(rates):,.0f} to {max(rates):,.0f}",
        f"{_compare(turns, one):.2f}",
        f"{_compare(turns, apart):.2f}",
        f"{median(turn.load.p99 for turn in turns.turns):.2f}",
        f"{turns.cost(lambda turn: sum(turn.each)):,.0f}",
        f"{turns.cost(lambda turn: turn.database):,.0f}",
        f"{median(turn.cores for turn in turns.turns):.2f}",
        f"{turns.evenness:.0%}",
        f"{max(turn.load.refused for turn in turns.turns):.2%}",
    ]
    return f"| {' | '.join(cells)} |"


def _compare(turns: CostTurns, others: CostTurns) -> float:
    pairs = zip(turns.turns, others.turns, strict=True)
    return median(turn.load.rate / other.load.rate for turn, other in pairs)
