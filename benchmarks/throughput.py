"""Requests per second of several servers, taken in turns, and their memory under load."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from .answers import Answer
from .load import CREATE, GET, READS, SCENARIOS, Load, Scenario, Turns, check, send
from .processes import Running, Unmeasurable, run
from .servers import Server


@dataclass
class Loads(Turns):
    """The turns of one kind of request on one server. size: bytes of a body."""

    server: Server
    scenario: Scenario
    size: int


@dataclass
class Memory:
    """Resident bytes of a server. created: how many records it was asked to keep at once."""

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
    """All servers, each with its first answer given. They rest: what one does later would slow the others."""
    with ExitStack() as stack:
        started = [stack.enter_context(run(server, cache)) for server in servers]
        for running in started:
            running.wait([running.url + GET.path])
        for running in started:
            running.pause()
        yield started


def measure(
    servers: Sequence[Server], answers: Sequence[Answer], cache: str, plan: Plan
) -> tuple[list[Loads], list[Memory]]:
    """Load all servers in turns: warm up, then reads, then creates. answers: what all must answer."""
    with start_all(servers, cache) as started:
        memories = [Memory(running.server, running.memory()) for running in started]
        full = [running for running in started if not running.server.is_limit]
        loaded = {scenario: started if scenario is GET else full for scenario in SCENARIOS}
        for answer in answers:
            _compare(loaded[answer.scenario], answer)
        for scenario in READS:
            _warm_up(loaded[scenario], scenario, plan)
        loads = [each for scenario in READS for each in _take_turns(loaded[scenario], scenario, plan)]
        for memory, running in zip(memories, started, strict=True):
            memory.read = running.memory()
        created = _warm_up(full, CREATE, plan)
        for each in _take_turns(full, CREATE, plan):
            loads.append(each)
            most = max(load.requests for load in each.loads)
            created[each.server.name] = max(created[each.server.name], most)
        for memory, running in zip(memories, started, strict=True):
            memory.written = running.memory()
            memory.created = created.get(running.server.name, 0)
    return loads, memories


def _compare(started: Sequence[Running], answer: Answer) -> None:
    """Ask each server. Raises Unmeasurable when it answers other records than the sandbox did."""
    for running in started:
        body = _check(running, answer.scenario, "compared")
        if not answer.is_like(json.loads(body)):
            method, path = answer.scenario.method, answer.scenario.path
            raise Unmeasurable(f"{running.server.name} does not answer {method} {path} as the sandbox does")


def _warm_up(started: Sequence[Running], scenario: Scenario, plan: Plan) -> dict[str, int]:
    """Unmeasured turns, twice as long: V8 and Java compile what is hot. Returns each server's requests."""
    sent = {}
    for running in started:
        plan.tell(f"warm up: {scenario.name}, {running.server.name}")
        sent[running.server.name] = _load(running, scenario, "warm", 2 * plan.seconds).requests
    return sent


def _take_turns(started: Sequence[Running], scenario: Scenario, plan: Plan) -> list[Loads]:
    """Rounds of one kind of request. Each round has a world of its own, so creates do not pile up; it is
    dropped at the end, as that of a test is.
    """
    loads = [Loads(each.server, scenario, len(_check(each, scenario, "sized"))) for each in started]
    for turn in range(plan.rounds):
        for running, kept in zip(started, loads, strict=True):
            world = f"round{turn}"
            _check(running, scenario, world)
            spent = running.cpu()
            kept.loads.append(_load(running, scenario, world, plan.seconds))
            kept.cpu += running.cpu() - spent
            rate = kept.loads[-1].rate
            plan.tell(f"round {turn + 1}: {scenario.name}, {running.server.name}: {rate:,.0f}/s")
    return loads


def _check(running: Running, scenario: Scenario, world: str) -> bytes:
    with running.awake():
        return check(running.url, scenario, world, running.server.hint(scenario.key))


def _load(running: Running, scenario: Scenario, world: str, seconds: int) -> Load:
    with running.awake():
        load = send(running.url, scenario, world, seconds, running.server.hint(scenario.key))
        if scenario.creates:
            running.forget(world)
        return load
