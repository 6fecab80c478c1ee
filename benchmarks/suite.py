"""The contract suite beside stock Schemathesis: `python -m benchmarks.suite [API…]`."""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from platform import python_version
from typing import Any

import psutil  # type: ignore[import-untyped,unused-ignore]

from contract_tests.mutants.hunts import CONFIG, EXAMPLES, ROLES
from sandbox.problems import Unusable
from sandbox.processes import spawn

from .machine import Moment, describe_machine
from .processes import Unmeasurable, ask
from .servers import ROOT

RESULTS = Path(__file__).parent / "SUITE.md"
APIS = [path.stem for path in sorted((ROOT / "specs").glob("*.yaml"))]
STOCK, LAWS = "stock Schemathesis", "laws"
OURS = {
    LAWS: ("--depth", "normal", "--exclude", "schemathesis"),
    "all, quick": ("--depth", "quick"),
    "all, normal": ("--depth", "normal"),
}
LEAST = 1.5  # times the requests per second of stock Schemathesis
PACKAGES = ("openapi-sandbox", "schemathesis", "hypothesis", "requests", "urllib3")
HEAD = (
    "API",
    "run",
    "requests",
    "s",
    "requests/s",
    "ratio",
    "CPU, ms a request",
    "at the server",
    "exit code",
)
PAUSE = 0.05  # seconds
SHOWN = 60  # lines of what a run says that does not pass
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


@dataclass(frozen=True)
class Run:
    """One run over one API, or the sum of some.

    requests: as the server counts them; whole: seconds of the command; sending: those between its first and
    its last request; client, server: CPU seconds; code: the exit code, 1 where a check failed.
    """

    api: str
    name: str
    requests: int
    whole: float
    sending: float
    client: float
    server: float
    code: int

    @property
    def rate(self) -> float:
        """Requests per second while it sends."""
        return self.requests / self.sending


def main() -> int:
    """Measure and write SUITE.md. Returns 1 when the laws are too slow, 2 when nothing can be measured."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.suite", description=main.__doc__)
    parser.add_argument("apis", nargs="*", metavar="API", choices=[[], *APIS], help="default: all shipped")
    apis, start = parser.parse_args().apis or APIS, Moment.now()
    try:
        with spawn(()) as ready, tempfile.TemporaryDirectory() as folder:
            warm = [*call_stock(apis[0], ready), "--phases", "fuzzing"]  # it makes tables of characters
            with _start(warm, folder) as process:
                process.wait()
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


def take_turn(api: str, name: str, ready: dict[str, Any], folder: str) -> Run:
    """One run in a world of its own. Raises Unmeasurable when it cannot judge."""
    print(f"{api}: {name}", end=" ", file=sys.stderr, flush=True)
    command = call_stock(api, ready) if name == STOCK else call_ours(api, ready, OURS[name])
    command += ["--header", "Sandbox-World: " + re.sub(r"\W+", "-", name)]
    server, before = psutil.Process(ready["pid"]), count(ready)
    started, own, others = time.perf_counter(), os.times(), server.cpu_times()
    with _start(command, folder) as process:
        # The log has room for the latest requests only, so the first one is looked up at once.
        while (first := read_instant(ready, before + 1)) is None and process.poll() is None:
            time.sleep(PAUSE)
        code = process.wait()
    ended, own_after, others_after = time.perf_counter(), os.times(), server.cpu_times()
    last = read_instant(ready, count(ready))
    if code not in (0, 1) or first is None or last is None:
        raise Unmeasurable(f"{' '.join(command[1:5])} … ended with {code}")
    requests, sending = count(ready) - before, (last - first).total_seconds()
    print(f"{requests:,} requests in {sending:.1f} s", file=sys.stderr, flush=True)
    return Run(
        api,
        name,
        requests,
        ended - started,
        sending,
        own_after.children_user - own.children_user + own_after.children_system - own.children_system,
        others_after.user - others.user + others_after.system - others.system,
        code,
    )


def call_stock(api: str, ready: dict[str, Any]) -> list[str]:
    """Schemathesis with all phases and checks, and the shipped configuration."""
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIG), "run"]
    command += [f"{ready['apis'][api]}/openapi.json", "--seed", "1", "--max-examples", str(EXAMPLES)]
    return [*command, "--header", "Authorization: Bearer demo"]


def call_ours(api: str, ready: dict[str, Any], options: Sequence[str]) -> list[str]:
    """`sandbox test` with every credential that the sandbox knows."""
    command = [sys.executable, "-m", "sandbox", "test", api, "--url", ready["apis"][api], "--token", "demo"]
    for role in ROLES:
        command += [f"--{role}-token", role] if role in ready["tokens"][api] else []
    return [*command, "--profile", "full", *options]


@contextmanager
def _start(command: Sequence[str], folder: str) -> Iterator[subprocess.Popen[str]]:
    """A command; what it says is shown where it does not pass."""
    environment = os.environ | {"PYTHONPATH": str(ROOT), "XDG_STATE_HOME": folder, "NO_COLOR": "1"}
    with tempfile.TemporaryFile("w+") as output:
        with subprocess.Popen(
            command, cwd=folder, env=environment, stdout=output, stderr=output, text=True
        ) as process:
            yield process
        if process.returncode:
            output.seek(0)
            print(*output.read().splitlines()[-SHOWN:], sep="\n", file=sys.stderr)


def count(ready: dict[str, Any]) -> int:
    """How many requests the server has had from its start."""
    _, body = ask(f"{ready['url']}/_sandbox/log?limit=1")
    return max((int(entry["id"]) for entry in json.loads(body)), default=0)


def read_instant(ready: dict[str, Any], number: int) -> datetime | None:
    """When the server had a request; None for one that it has not had yet."""
    status, body = ask(f"{ready['url']}/_sandbox/log/{number}")
    return datetime.fromisoformat(json.loads(body)["at"]) if status == 200 else None


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
