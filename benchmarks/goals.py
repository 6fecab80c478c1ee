"""Whether each goal is met. No figure is rounded in our favour."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from .load import CREATE, GET, READS, Scenario
from .starts import COLD, WARM, Starts
from .tables import MEBIBYTE, show_ceiling, show_floor, show_megabytes
from .throughput import Loads, Memory
from .wins import OURS, is_peer

# How many times as many requests a second as another server: reads, creates.
MOCKS = {"Prism": (5.0, 3.0), "Mockoon": (5.0, 3.0), "Specmatic": (5.0, 3.0)}
ON_GET = {"WireMock": 1.0, "bare Starlette": 0.4}
# Seconds until each API has given its first answer.
START = {WARM: 1.0, COLD: 2.0}


@dataclass(frozen=True)
class Verdict:
    """A goal, what was measured, and whether it is met."""

    goal: str
    measured: str
    is_met: bool


def judge(loads: Sequence[Loads], starts: Sequence[Starts], memories: Sequence[Memory]) -> Iterator[Verdict]:
    """A verdict on each goal."""
    for name, (read, create) in MOCKS.items():
        for scenario in READS:
            yield _judge_rate(loads, name, scenario, read)
        yield _judge_rate(loads, name, CREATE, create)
    for name, factor in ON_GET.items():
        yield _judge_rate(loads, name, GET, factor)
    for scenario in (*READS, CREATE):
        yield _judge_latency(loads, scenario)
    yield _judge_memory("after the start", memories, lambda memory: memory.started)
    yield _judge_memory("after the reads", memories, lambda memory: memory.read)
    yield _judge_memory("after the creates", memories, lambda memory: memory.written)
    for cache, limit in START.items():
        yield _judge_start(starts, cache, limit)


def _judge_rate(loads: Sequence[Loads], name: str, scenario: Scenario, factor: float) -> Verdict:
    alike = {each.server.name: each for each in loads if each.scenario is scenario}
    own, other = alike[OURS], alike[name]
    ratio, cheaper = own.rate / other.rate, show_floor(other.cost / own.cost)
    return Verdict(
        f"{scenario.name}: at least {factor:g} × {name}",
        f"{show_floor(ratio)} ×: {own.rate:,.0f} and {other.rate:,.0f} requests a second; by CPU {cheaper} ×",
        ratio >= factor,
    )


def _judge_latency(loads: Sequence[Loads], scenario: Scenario) -> Verdict:
    alike = [each for each in loads if each.scenario is scenario]
    own = next(each for each in alike if each.server.name == OURS)
    best = min(filter(is_peer, alike), key=lambda peer: peer.p99)
    return Verdict(
        f"{scenario.name}: p99 no longer than any peer's",
        f"{show_ceiling(own.p99)} ms; {best.server.name} {best.p99:.2f} ms",
        own.p99 <= best.p99,
    )


def _judge_memory(when: str, memories: Sequence[Memory], size: Callable[[Memory], int]) -> Verdict:
    own = next(memory for memory in memories if memory.server.name == OURS)
    best = min(filter(is_peer, memories), key=size)
    return Verdict(
        f"memory {when}: less than any peer's",
        f"{math.ceil(size(own) / MEBIBYTE)} MB; {best.server.name} {show_megabytes(size(best))} MB",
        size(own) < size(best),
    )


def _judge_start(starts: Sequence[Starts], cache: str, limit: float) -> Verdict:
    own = [each for each in starts if each.server.name == OURS and each.cache == cache]
    full = max(own, key=lambda each: len(each.paths))
    return Verdict(
        f"first answer of {full.documents} APIs, {cache}: at most {limit:.1f} s",
        f"{show_ceiling(full.seconds)} s",
        full.seconds <= limit,
    )
