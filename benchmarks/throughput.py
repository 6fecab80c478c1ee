"""Requests per second of several servers, taken in turns, and their memory under load."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from statistics import median

from .load import CREATE, GET, READS, Load, Scenario, check, send
from .peers import Server
from .processes import Running, run


@dataclass
class Loads:
    """The turns of one kind of request on one server. size: bytes of a body; cpu: seconds spent by it."""

    server: Server
    scenario: Scenario
    size: int
    each: list[Load] = field(default_factory=list)
    cpu: float = 0.0

    @property
    def rate(self) -> float:
        """Requests per second, the median."""
        return median(load.rate for load in self.each)

    @property
    def requests(self) -> int:
        """How many were answered in all turns."""
        return sum(load.requests for load in self.each)

    @property
    def p50(self) -> float:
        """Milliseconds, the median."""
        return median(load.p50 for load in self.each)

    @property
    def p99(self) -> float:
        """Milliseconds, the median."""
        return median(load.p99 for load in self.each)

    @property
    def refused(self) -> float:
        """The highest share without a 2xx."""
        return max(load.refused for load in self.each)


@dataclass
class Memory:
    """Resident bytes of a server. created: how many records it was asked to create."""

    server: Server
    started: int
    read: int = 0
    written: int = 0
    created: int = 0


@dataclass(frozen=True)
class Plan:
    """How much to measure. rounds: turns of each server; seconds: of one load."""

    rounds: int
    seconds: int
    tell: Callable[[str], None]


@contextmanager
def start_all(servers: Sequence[Server], cache: str) -> Iterator[list[Running]]:
    """All servers at once, each with its first answer given."""
    with ExitStack() as stack:
        started = [stack.enter_context(run(server, cache)) for server in servers]
        for running in started:
            running.wait([running.url + GET.path])
        yield started


def measure(servers: Sequence[Server], cache: str, plan: Plan) -> tuple[list[Loads], list[Memory]]:
    """Load all servers in turns: warm up, then reads, then creates."""
    with start_all(servers, cache) as started:
        memories = [Memory(running.server, running.memory()) for running in started]
        full = [running for running in started if not running.server.is_limit]
        _warm_up(started, full, plan)
        loads = _take_turns(started, GET, plan)
        for scenario in READS[1:]:
            loads += _take_turns(full, scenario, plan)
        for memory, running in zip(memories, started, strict=True):
            memory.read = running.memory()
        created = _take_turns(full, CREATE, plan)
        for memory, running in zip(memories, started, strict=True):
            memory.written = running.memory()
            memory.created = sum(each.requests for each in created if each.server is running.server)
    return loads + created, memories


def _warm_up(started: Sequence[Running], full: Sequence[Running], plan: Plan) -> None:
    """Every kind of request on every server, unmeasured: Node.js compiles what is hot only after seconds."""
    for scenario in (*READS, CREATE):
        for running in started if scenario is GET else full:
            plan.tell(f"warm up: {scenario.name}, {running.server.name}")
            check(running.url, scenario, "warm")
            send(running.url, scenario, "warm", plan.seconds)


def _take_turns(started: Sequence[Running], scenario: Scenario, plan: Plan) -> list[Loads]:
    """Rounds of one kind of request. Each round has a world of its own, so creates do not pile up."""
    loads = [Loads(each.server, scenario, check(each.url, scenario, "checked")) for each in started]
    for turn in range(plan.rounds):
        for running, kept in zip(started, loads, strict=True):
            world = f"round{turn}"
            check(running.url, scenario, world)
            spent = running.cpu()
            kept.each.append(send(running.url, scenario, world, plan.seconds))
            kept.cpu += running.cpu() - spent
            rate = kept.each[-1].rate
            plan.tell(f"round {turn + 1}: {scenario.name}, {running.server.name}: {rate:,.0f}/s")
    return loads
