"""Loads that last: `python -m sandbox.tests.endurance`. Memory must be flat, each answer the right one."""

import argparse
import asyncio
import platform
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import uvloop

from sandbox.tests.faults.servers import Served
from sandbox.tests.target import ROOT

from .loads import CLIENTS, Tally, Write, create_and_delete, load, read
from .weights import Weights, weigh

PAUSE = 5.0  # seconds between two weighings
REPORT = ROOT / "docs" / "endurance.md"
LOADS = {"read": read, "create and delete": create_and_delete}
HEAD = (
    "| load | minutes | requests | a second | unexpected | slowest answer | memory, median | growth | "
    "farthest from the median | verdict |\n|---|---|---|---|---|---|---|---|---|---|"
)
TEXT = f"""# Loads that last

`{{command}}` starts `sandbox serve` as it is by default (five APIs,
state in memory, the request log on) in a process of its own for each load, and asks it over {CLIENTS}
connections, each at once when it has its answer. The warm-up fills what the sandbox remembers.

- **read**: pages, sorted and filtered lists, single records, and requests that are refused with 400, 401, 404
  and 405; most are unlike any before, so that nothing that is kept for later can stay small by chance.
- **create and delete**: each record is deleted after some twenty others of its client.
- **unexpected**: answers with another status than the one that is right, connections that the sandbox closed,
  answers that do not come, and tracebacks in its output.
- **growth**: by how much of the median the line that fits the memory best rises from the first to the last
  weighing, one each {PAUSE:.0f} seconds. Flat is: at most 5 %, and no weighing more than 5 % from the median.

Measured {{made}}, on two cores that others used too.
"""


@dataclass
class Outcome:
    """What became of a sandbox under a load. seconds: of the load, warm-up and all."""

    tally: Tally
    weights: Weights
    seconds: float

    @property
    def weighed(self) -> float:
        """Seconds between the first weighing and the last."""
        return self.weights.seconds[-1] if self.weights.seconds else 0.0

    @property
    def is_good(self) -> bool:
        """Whether memory was flat and no answer wrong."""
        return self.weights.is_flat and not self.tally.unexpected


def main() -> int:
    """Print the table. Returns 1 when memory is not flat or an answer is not as expected."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0, help="of each load, after the warm-up")
    parser.add_argument("--warm-up", type=int, default=300_000, help="answers before memory is measured")
    parser.add_argument("--only", default="", help="only loads whose name contains this")
    parser.add_argument("--state", default="", help="where the state is kept, by default in memory")
    parser.add_argument("--write", action="store_true", help="write docs/endurance.md too")
    options = parser.parse_args()
    rows, good = [HEAD], True
    print(HEAD, flush=True)
    notes = []
    for name, script in LOADS.items():
        if options.only in name:
            arguments = ["--state", options.state] if options.state else []
            outcome = run(script, options.warm_up, options.minutes * 60, *arguments)
            rows.append(write_row(name, outcome))
            notes.append(write_note(name, outcome))
            good &= outcome.is_good
            print(rows[-1], notes[-1], sep="\n", flush=True)
            for text in outcome.tally.shown:
                print(text, file=sys.stderr)
    if options.write:
        command = " ".join(sys.argv[1:])
        REPORT.write_text(write_report(rows, notes, f"python -m sandbox.tests.endurance {command}"))
    return int(not good)


def run(script: Write, warm_up: int, seconds: float, *arguments: str, pause: float = PAUSE) -> Outcome:
    """Load a sandbox of its own. arguments: of `sandbox serve`."""
    with tempfile.TemporaryDirectory(prefix="endurance-") as folder:
        served = Served(Path(folder), *arguments)
        served.start()
        try:
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                outcome = runner.run(measure(served, script, warm_up, seconds, pause))
        finally:
            served.stop()
        for text in served.find_tracebacks():
            outcome.tally.note(text)
        return outcome


async def measure(served: Served, script: Write, warm_up: int, seconds: float, pause: float) -> Outcome:
    """Load it, and weigh it after the warm-up."""
    (pid,) = served.find_workers()
    tally, weights = Tally(), Weights()
    started = time.monotonic()
    clients = await load(served.port, script, tally)
    while tally.answers.total() < warm_up and not tally.unexpected:
        await asyncio.sleep(pause)
    tally.slowest = 0.0
    now = began = time.monotonic()
    while now - began <= seconds:
        weights.add(now - began, weigh(pid))
        await asyncio.sleep(pause)
        now = time.monotonic()
    for client in clients:
        client.close()
    return Outcome(tally, weights, now - started)


def write_row(name: str, outcome: Outcome) -> str:
    """A row of the table."""
    tally, weights = outcome.tally, outcome.weights
    total = tally.answers.total()
    cells = [name, f"{outcome.weighed / 60:.1f}", f"{total:,}", f"{total / outcome.seconds:,.0f}"]
    cells += [f"{tally.unexpected}", f"{tally.slowest * 1000:.0f} ms", f"{weights.median:.1f} MB"]
    cells += [f"{weights.growth:+.2%}", f"{weights.deviation:.2%}", "flat" if outcome.is_good else "FAILED"]
    return f"| {' | '.join(cells)} |"


def write_note(name: str, outcome: Outcome) -> str:
    """What stands behind a row: memory by minute, answers by status."""
    minutes = ", ".join(f"{size:.1f}" for size in outcome.weights.by_minute())
    answers = ", ".join(f"{times:,} × {status}" for status, times in sorted(outcome.tally.answers.items()))
    return f"- {name}: MB by minute {minutes}; answers {answers}."


def write_report(rows: list[str], notes: list[str], command: str) -> str:
    """What docs/endurance.md says."""
    made = f"{datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}, {version('openapi-sandbox')}"
    return "\n".join([TEXT.format(command=command.strip(), made=made), *rows, "", *notes, ""])


if __name__ == "__main__":
    sys.exit(main())
