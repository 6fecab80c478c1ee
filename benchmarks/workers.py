"""Two workers beside one, over one state: `python -m benchmarks.workers` writes WORKERS.md."""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median

import psutil  # type: ignore[import-untyped,unused-ignore]

from sandbox.tests import postgresql

from . import worlds
from .costs import CostTurns, take_turn
from .load import CREATE, GET, LIST, WRK, Load, Scenario, check, send
from .machine import Moment, describe_machine
from .packages import require_program
from .peers import DOCUMENT, describe_versions, make_sandbox
from .processes import Running, Unmeasurable, run
from .servers import Server

RESULTS = Path(__file__).parent / "WORKERS.md"
NUMBERS = (1, 2)
ROUNDS, SECONDS = 7, 1
AWAY = 2.0  # milliseconds to the far database and back
EIGHT = "all, in 8 worlds"
HEAD = (
    "| request | workers | req/s | lowest to highest | ratio to one | p99, ms | CPU of workers, µs a request "
    "| CPU of PostgreSQL, µs | cores of all | least busy worker | no 2xx |"
)

Sender = Callable[[Running, str], Load]


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
                    both = take_turns(place, started, sender, options.rounds, name)
                    sections += [write_row(name, turns, both[0]) for turns in both]
    yield from ("# Two workers beside one", "", "Written by `python -m benchmarks.workers`.", "")
    versions = describe_versions() | {"PostgreSQL": _find_version()}
    yield from (f"- {name}: {value}" for name, value in describe_machine(versions, start).items())
    yield ""
    yield EXPLANATION.format(wrk=" ".join(WRK), seconds=options.seconds, rounds=options.rounds, away=AWAY)
    yield from sections


EXPLANATION = (
    "`{wrk} -d{seconds}s` in one world: medians of {rounds} turns of each server, by turns; the ratio is "
    "that of the same round, the median of all. A worker waits while PostgreSQL works for it, so one worker "
    "and its database keep about one core busy, and the load generator a part of another. *All, in 8 "
    "worlds*: eight clients that show, list, filter, create and remove, each in a world of its own.\n\n"
    "Where two workers, the database and the load generator want more cores than there are, the machine "
    "bounds the ratio: then *CPU of workers* says whether a request costs two workers more than one, and "
    "*cores of all* how much was idle. The far database is the same one, {away:g} ms away (a proxy that "
    "waits): there, waiting takes nearly all the time of a request and cores do not matter, so the ratio "
    "shows that no worker waits for the other. In one world writes wait for each other, as they must."
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
def start_servers(place: Place) -> Iterator[list[Running]]:
    """A sandbox of each number of workers, each over a state of its own."""
    with tempfile.TemporaryDirectory() as cache, ExitStack() as stack:
        started = [stack.enter_context(run(_make_server(place, number), cache)) for number in NUMBERS]
        for running in started:
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
    place: Place, started: Sequence[Running], sender: Sender, rounds: int, name: str
) -> list[CostTurns]:
    """Rounds of one kind of request, by turns; the first round is not measured."""
    both = [CostTurns(number) for number in NUMBERS]
    for turn in range(rounds + 1):
        for running, turns in zip(started, both, strict=True):
            world = f"{name[:3]}{turn}"
            check(running.url, GET, world)
            measured = take_turn(running, place.database, partial(sender, running, world))
            print(f"{place.title}, {name}, {turns.workers}: {measured.load.rate:,.0f}/s", file=sys.stderr)
            if turn:
                turns.turns.append(measured)
    return both


def _find_version() -> str:
    command = [str(postgresql.find_binaries() / "postgres"), "--version"]
    return subprocess.run(command, capture_output=True, text=True).stdout.split()[2]


def write_row(name: str, turns: CostTurns, one: CostTurns) -> str:
    """A row of a table. one: the same with one worker."""
    rates = [turn.load.rate for turn in turns.turns]
    pairs = zip(rates, (turn.load.rate for turn in one.turns), strict=True)
    cells = [
        name,
        str(turns.workers),
        f"{median(rates):,.0f}",
        f"{min(rates):,.0f} to {max(rates):,.0f}",
        f"{median(rate / other for rate, other in pairs):.2f}",
        f"{median(turn.load.p99 for turn in turns.turns):.2f}",
        f"{turns.cost(lambda turn: sum(turn.each)):,.0f}",
        f"{turns.cost(lambda turn: turn.database):,.0f}",
        f"{median(turn.cores for turn in turns.turns):.2f}",
        f"{turns.evenness:.0%}",
        f"{max(turn.load.refused for turn in turns.turns):.2%}",
    ]
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    sys.exit(main())
