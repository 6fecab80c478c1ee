"""The contract suite beside stock Schemathesis: `python -m benchmarks.suite [API…]`."""

import argparse
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from platform import python_version
from typing import Any

from contract_tests.mutants.hunts import EXAMPLES
from sandbox.problems import Unusable
from sandbox.processes import spawn

from .machine import Moment, describe_machine
from .processes import Unmeasurable
from .runs import OURS, STOCK, Run, take_turn, warm_up
from .servers import ROOT
from .tables import show_floor, write_table

RESULTS = Path(__file__).parent / "SUITE.md"
APIS = [path.stem for path in sorted((ROOT / "specs").glob("*.yaml"))]
LEAST = 1.5  # times the requests per second of stock Schemathesis
PACKAGES = ("openapi-sandbox", "schemathesis", "hypothesis", "requests", "urllib3")
HEAD = ("API", "run", "requests", "s", "requests/s", "ratio", "CPU, ms a request", "at the server", "exit")
ABOUT = f"""# The suite beside stock Schemathesis

Written by `python -m benchmarks.suite`, which measures anew.

- *Stock Schemathesis*: `schemathesis run --seed 1 --max-examples {EXAMPLES}`, all phases and checks, with
  `contract_tests/schemathesis.toml`. *Laws*: `sandbox test --profile full --depth normal --exclude
  schemathesis`. *All*: the whole `sandbox test --profile full`, which at normal runs the phases of
  Schemathesis for a fixed time too.
- One sandbox over HTTP for all, a world for each run, the same token; one run after the other.
- *Requests*, and the seconds from the first one to the last one, are those of the log of the server.
  *s*: of the whole command, its start and its report too. *CPU*: of the whole command, and of the server
  meanwhile. *Ratio*: of the requests per second to those of stock Schemathesis.
- What lets time pass (states that move, quotas that renew) waits in the laws; stock Schemathesis never waits.
"""


def main() -> int:
    """Measure and write SUITE.md. Returns 1 when the laws are too slow, 2 when nothing can be measured."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.suite", description=main.__doc__)
    parser.add_argument("apis", nargs="*", metavar="API", choices=[[], *APIS], help="default: all shipped")
    apis, start = parser.parse_args().apis or APIS, Moment.now()
    try:
        with spawn(()) as ready, tempfile.TemporaryDirectory() as folder:
            warm_up(apis[0], ready, folder)
            runs = [take_turn(api, name, ready, folder) for api in apis for name in (STOCK, *OURS)]
    except (Unmeasurable, Unusable) as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return 2
    sums = [add_up(runs, name) for name in (STOCK, *OURS)]
    versions = {"Python": python_version()} | {name: version(name) for name in PACKAGES}
    machine = describe_machine(versions, start)
    lines = [f"- {name}: {value}" for name, value in machine.items()]
    ratio = sums[1].rate / sums[0].rate
    goal = f"Goal: the laws send at least {LEAST} × the requests a second of stock Schemathesis: "
    goal += f"{'met' if ratio >= LEAST else 'NOT met'}, {show_floor(ratio)} × over all."
    report = "\n".join([ABOUT, *lines, "", goal, "", *tabulate([*runs, *sums]), ""])
    print(report)
    if apis == APIS:
        RESULTS.write_text(report, encoding="utf-8")
    return int(ratio < LEAST)


def add_up(runs: Iterable[Run], name: str) -> Run:
    """All runs of a name."""
    alike = [row for row in runs if row.name == name]
    names = ("requests", "whole", "sending", "client", "server")
    sums: dict[str, Any] = {each: sum(getattr(row, each) for row in alike) for each in names}
    return Run("all", name, **sums, code=max(row.code for row in alike))


def tabulate(runs: Sequence[Run]) -> Iterator[str]:
    """Markdown: a row for each run."""
    stock = {row.api: row.rate for row in runs if row.name == STOCK}
    return write_table(HEAD, (_show(row, stock[row.api]) for row in runs))


def _show(row: Run, reference: float) -> list[str]:
    figures = [f"{row.requests:,}", f"{row.whole:.1f}", f"{row.rate:,.0f}", show_floor(row.rate / reference)]
    costs = [f"{spent / row.requests * 1000:.2f}" for spent in (row.client, row.server)]
    return [row.api, row.name, *figures, *costs, str(row.code)]


if __name__ == "__main__":
    sys.exit(main())
