"""Two workers beside one, over one state: `python -m benchmarks.workers` writes WORKERS.md."""

import argparse
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Protocol

import psutil  # type: ignore[import-untyped,unused-ignore]

from sandbox.tests import postgresql

from . import worlds
from .costs import HEAD, CostTurns, take_turn, write_row
from .load import CREATE, GET, LIST, WRK, Load, Scenario, check, send
from .machine import Moment, describe_machine
from .packages import require_program
from .peers import DOCUMENT, describe_versions, make_sandbox
from .processes import Running, Unmeasurable, run
from .servers import Server

RESULTS = Path(__file__).parent / "WORKERS.md"
ROUNDS, SECONDS = 5, 1
# What is compared: how many sandboxes, and workers of each.
GROUPS = {"1": (1, 1), "2": (1, 2), "2, apart": (2, 1)}
AWAY = 10.0  # milliseconds to the far database and back
EIGHT = "all, in 8 worlds"


class Sender(Protocol):
    """Loads a sandbox. name: of the world, or what the names of worlds begin with."""

    def __call__(self, running: Running, name: str) -> Load: ...


@dataclass(frozen=True)
class Place:
    """Where the state is. make: the URL of a new one; database: the process that keeps it, if any."""

    title: str
    make: Callable[[], str]
    database: psutil.Process | None


def main() -> int:
    """Measure, and write or print. Returns 2 when nothing can be measured."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.workers", description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--seconds", type=int, default=SECONDS, help="of one load")
    parser.add_argument("--only", default="", help="only places whose title contains this")
    parser.add_argument("--quick", action="store_true", help="print; WORKERS.md stays as it is")
    options = parser.parse_args()
    try:
        require_program("wrk", "the Debian package wrk")
        report = "\n".join(_report(options)) + "\n"
    except Unmeasurable as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return 2
    if options.quick:
        print(report)
    else:
        RESULTS.write_text(report, encoding="utf-8")
    return 0


def _report(options: argparse.Namespace) -> Iterator[str]:
    start, sections = Moment.now(), list[str]()
    with make_places() as places:
        for place in (each for each in places if options.only in each.title):
            sections += ["", f"## {place.title}", "", HEAD, "|" + " --- |" * (HEAD.count("|") - 1)]
            with start_servers(place) as started:
                for name, sender in _choose(options.seconds):
                    groups = take_turns(place, started, sender, options.rounds, name)
                    sections += [write_row(name, turns, groups[0], groups[-1]) for turns in groups]
    command = shlex.join(["python", "-m", "benchmarks.workers", *sys.argv[1:]])
    yield from ("# Two workers beside one", "", f"Written by `{command}`.", "")
    versions = describe_versions() | {"PostgreSQL": _find_version()}
    yield from (f"- {name}: {value}" for name, value in describe_machine(versions, start).items())
    yield ""
    yield EXPLANATION.format(wrk=" ".join(WRK), seconds=options.seconds, rounds=options.rounds, away=AWAY)
    yield from sections


EXPLANATION = (
    "`{wrk} -d{seconds}s` in one world: medians of {rounds} turns, by turns; a ratio is that of the same "
    "round, the median of all. *All, in 8 worlds*: eight clients that show, list, filter, create and remove, "
    "each in a world of its own. *2, apart* are two sandboxes of one process, each with a state and a load "
    "generator of its own: what they reach together is what this machine can do for two processes, and what "
    "the two workers reach of it (*ratio to apart*) is what is left by sharing a state. Where they, the "
    "database and the load generator want more cores than there are, *ratio to one* is bounded by the "
    "machine; then *CPU of workers* says what sharing costs, and *cores of all* how much was idle.\n\n"
    "A worker waits while PostgreSQL works for it, so one and its database keep about one core busy. The far "
    "database is the same one, {away:g} ms away (a proxy that waits): there, waiting takes most of the time "
    "of a request. In one world writes wait for each other, as they must."
)


@contextmanager
def make_places() -> Iterator[list[Place]]:
    """PostgreSQL, the same further away, and a file."""
    with ExitStack() as stack:
        server = stack.enter_context(postgresql.run_server())
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        port = stack.enter_context(_move_away(server.port))
        names = iter(range(100))
        process = psutil.Process(server.find_process())
        yield [
            Place("PostgreSQL", lambda: server.url(f"near{next(names)}"), process),
            Place(
                f"PostgreSQL, {AWAY:g} ms away",
                lambda: server.url(f"far{next(names)}").replace(f":{server.port}/", f":{port}/"),
                process,
            ),
            Place("SQLite file", lambda: f"sqlite:///{folder}/{next(names)}.db", None),
        ]


@contextmanager
def _move_away(port: int) -> Iterator[int]:
    command = [sys.executable, "-m", "benchmarks.distance", str(port), str(AWAY)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            yield int(process.stdout.readline())
        finally:
            process.terminate()


@contextmanager
def start_servers(place: Place) -> Iterator[list[list[Running]]]:
    """The sandboxes of each group, each over a state of its own."""
    with tempfile.TemporaryDirectory() as cache, ExitStack() as stack:
        started = [
            [stack.enter_context(run(_make_server(place, workers), cache)) for _ in range(number)]
            for number, workers in GROUPS.values()
        ]
        for running in chain.from_iterable(started):
            running.wait([running.url + GET.path])
        yield started


def _make_server(place: Place, workers: int) -> Server:
    made = make_sandbox(DOCUMENT)
    options = ("--workers", str(workers), "--state", place.make())
    return Server(f"{workers} workers", (*made.command, *options), made.base)


def _choose(seconds: int) -> Iterator[tuple[str, Sender]]:
    def bind(scenario: Scenario) -> Sender:
        return lambda running, name: send(running.url, scenario, name, seconds)

    for scenario in (GET, LIST, CREATE):
        yield scenario.name, bind(scenario)
    yield EIGHT, lambda running, name: worlds.send(running.url, worlds.CLIENTS, name, seconds)


def take_turns(
    place: Place, started: Sequence[Sequence[Running]], sender: Sender, rounds: int, name: str
) -> list[CostTurns]:
    """Rounds of one kind of request, by turns; the first round is not measured."""
    groups = [CostTurns(title) for title in GROUPS]
    for turn in range(rounds + 1):
        for sandboxes, turns in zip(started, groups, strict=True):
            world = f"{name[:3]}{turn}"
            for running in sandboxes:
                check(running.url, GET, world)
            measured = take_turn(sandboxes, place.database, partial(sender, name=world))
            print(f"{place.title}, {name}, {turns.title}: {measured.load.rate:,.0f}/s", file=sys.stderr)
            if turn:
                turns.turns.append(measured)
    return groups


def _find_version() -> str:
    command = [str(postgresql.find_binaries() / "postgres"), "--version"]
    return subprocess.run(command, capture_output=True, text=True).stdout.split()[2]


if __name__ == "__main__":
    sys.exit(main())
