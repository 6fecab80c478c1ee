"""What the request log costs, and a reader of its stream: `python -m benchmarks.log`."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from statistics import median

from .load import CREATE, GET, LIST, Scenario, Turns, check, send
from .packages import require_program
from .peers import DOCUMENT, make_sandbox
from .processes import Running, Unmeasurable, run
from .servers import Server

STARTS, ROUNDS, SECONDS = 3, 4, 2  # a process may be faster than another of the same program
LEAST = 0.9  # of the throughput without a log
SCENARIOS = (GET, LIST, CREATE)
SANDBOX = make_sandbox(DOCUMENT)
WITHOUT = replace(SANDBOX, name="no log", command=(*SANDBOX.command, "--log", "0"))
WITH = replace(SANDBOX, name="log")
READ = replace(SANDBOX, name="log, and a reader of its stream")
SERVERS = (WITHOUT, WITH, READ)


@dataclass
class ServerTurns(Turns):
    """The turns of one server with one kind of request."""

    server: Server
    scenario: Scenario


def main() -> int:
    """Measure and print a table. Returns 1 when the log costs too much, 2 when nothing can be measured."""
    try:
        require_program("wrk", "the Debian package wrk")
        require_program("curl", "the Debian package curl")
        measured = [[ServerTurns(server, scenario) for server in SERVERS] for scenario in SCENARIOS]
        with tempfile.TemporaryDirectory() as cache:
            for _ in range(STARTS):
                _measure(cache, measured)
    except Unmeasurable as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return 2
    return int(print_table(measured) < LEAST)


def _measure(cache: str, measured: list[list[ServerTurns]]) -> None:
    """Start the servers, and take the turns of all kinds of requests."""
    with ExitStack() as stack:
        started = [stack.enter_context(run(server, cache)) for server in SERVERS]
        for running in started:
            running.wait([running.url + GET.path])
        stack.enter_context(_read_stream(started[-1]))
        for all_turns in measured:
            take_turns(started, all_turns)


@contextmanager
def _read_stream(running: Running) -> Iterator[None]:
    """What the console does while its page of the traffic is open."""
    command = ["curl", "-sN", f"{running.address}/_sandbox/log/stream"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as reader:
        yield
        reader.terminate()


def take_turns(started: list[Running], all_turns: list[ServerTurns]) -> None:
    """Rounds of one kind of request, by turns; the first round is not measured."""
    for turn in range(ROUNDS + 1):
        for running, turns in zip(started, all_turns, strict=True):
            world = f"round{turn}"
            check(running.url, turns.scenario, world)
            spent = running.cpu()
            load = send(running.url, turns.scenario, world, SECONDS)
            if turn:
                turns.loads.append(load)
                turns.cpu += running.cpu() - spent


def print_table(measured: list[list[ServerTurns]]) -> float:
    """A row for each server and kind of request. Returns the lowest ratio of the log to no log."""
    print(f"{SECONDS} s of wrk, 16 connections, by turns: medians of {ROUNDS} rounds after each of {STARTS}")
    print("starts. The ratio to no log is that of the same round, the median of all rounds.\n")
    print("| request | server | req/s | ratio to no log | p50, ms | CPU, µs a request |")
    print("| --- | --- | --- | --- | --- | --- |")
    lowest = 1.0
    for all_turns in measured:
        for turns in all_turns:
            pairs = zip(turns.loads, all_turns[0].loads, strict=True)
            ratio = median(load.rate / other.rate for load, other in pairs)
            lowest = min(lowest, ratio)
            print(
                f"| {turns.scenario.name} | {turns.server.name} | {turns.rate:,.0f} | {ratio:.3f} "
                f"| {turns.p50:.2f} | {turns.cost:,.0f} |"
            )
    return lowest


if __name__ == "__main__":
    sys.exit(main())
