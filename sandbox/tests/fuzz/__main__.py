"""Strange bytes for ten minutes: `python -m sandbox.tests.fuzz`. No 5xx, no hang, no growth."""

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

from sandbox.tests.endurance.weights import MOST
from sandbox.tests.faults.servers import Served

from .hunts import Hunt, hunt, keep, shrink
from .inputs import OFFERS, Source

GOOD = "good"
HEAD = (
    "| what is asked | minutes | inputs | kinds of answers | wrong answers | slowest probe | memory, median "
    "| growth | verdict |\n|---|---|---|---|---|---|---|---|---|"
)


def main() -> int:
    """Print the table. Returns 1 when anything went wrong; its input is kept for the tests."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0, help="of all together")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument("--only", default="", help="only what contains this: " + ", ".join(OFFERS))
    options = parser.parse_args()
    chosen = [name for name in OFFERS if options.only in name]
    print(f"seed {options.seed}\n\n{HEAD}", flush=True)
    good = True
    for name in chosen:
        good &= run(name, options.seed, options.minutes * 60 / len(chosen))
    return int(not good)


def run(name: str, seed: int, seconds: float) -> bool:
    """Ask a sandbox of its own; returns whether all went well."""
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        served = Served(Path(folder))
        served.start()
        try:
            made = hunt(served, Source(seed, OFFERS[name]()), seconds)
            verdict = judge(made)
            print(write_row(name, seconds, made, verdict), flush=True)
            print("- MB by minute: " + ", ".join(f"{size:.0f}" for size in made.weights.by_minute()))
            print("- " + ", ".join(f"{times:,} × {kind}" for kind, times in sorted(made.tested.items())))
            for crash in made.crashes:
                print(f"{crash.given.kind}: {crash.fault}", file=sys.stderr)
                if crash.given.pieces:
                    print(keep(shrink(served.port, crash), time.time_ns()), file=sys.stderr)
        finally:
            served.stop()
    return verdict == GOOD


def judge(made: Hunt) -> str:
    """What is to be said of a hunt."""
    if made.crashes or made.weights.growth > MOST:
        return "FAILED"
    return GOOD if made.weights.growth <= MOST else "memory not weighed: too few inputs"


def write_row(name: str, seconds: float, made: Hunt, verdict: str) -> str:
    """A row of the table."""
    cells = [name, f"{seconds / 60:.1f}", f"{made.tested.total():,}", f"{made.source.learnt:,}"]
    cells += [f"{len(made.crashes)}", f"{made.slowest * 1000:.0f} ms", f"{made.weights.median:.0f} MB"]
    return f"| {' | '.join([*cells, f'{made.weights.growth:+.2%}', verdict])} |"


if __name__ == "__main__":
    sys.exit(main())
