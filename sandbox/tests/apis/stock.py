"""Stock `schemathesis run` over the APIs of a sandbox: `python -m sandbox.tests.apis.stock [API…]`.

All phases and all checks, with and without a token. It prints Markdown tables, and exits with 1 when
a check fails, a server error or a 429 comes back, or an operation refuses most valid requests.
"""

import argparse
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

from ..target import NOW, ROOT, start

CONFIG = ROOT / "contract_tests" / "schemathesis.toml"
LEAST_SHARE = 0.2  # of the valid calls of an operation that must succeed
CALLS_WITH = {"no token": [], "a token": ["-H", "Authorization: Bearer demo.{world}"]}

Statuses = Counter[int]


@dataclass
class Outcome:
    """What a run found. statuses: of all calls; valid: those of valid requests, by operation."""

    api: str
    seed: int
    credential: str
    exit_code: int
    output: str
    failures: list[str] = field(default_factory=list)
    statuses: Statuses = field(default_factory=Counter)
    valid: dict[str, Statuses] = field(default_factory=dict)

    def find_complaints(self) -> list[str]:
        """Failed checks, server errors, and 429 though nobody limits the token."""
        found = self.failures or ([f"exit code {self.exit_code}"] if self.exit_code else [])
        unlimited = self.credential == "a token"
        wrong = [code for code in self.statuses if code >= 500 or (code == 429 and unlimited)]
        return [*found, *(f"{self.statuses[code]} × {code}" for code in wrong)]


def share(statuses: Statuses) -> float:
    """The share of 2xx."""
    return sum(n for code, n in statuses.items() if 200 <= code < 300) / statuses.total()


def run_both(api: str, base: str, *, seed: int, examples: int) -> list[Outcome]:
    """Run Schemathesis without a token and with one for a private world, side by side."""
    with ThreadPoolExecutor() as pool:
        runs = [pool.submit(_run, api, base, seed, examples, credential) for credential in CALLS_WITH]
        return [each.result() for each in runs]


def _run(api: str, base: str, seed: int, examples: int, credential: str) -> Outcome:
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIG), "run"]
    command += [f"{base}/openapi.json", "--seed", str(seed), "--max-examples", str(examples)]
    command += ["--report-json-path", "run.json", "--report-ndjson-path", "run.ndjson"]
    command += [part.format(world=uuid4().hex) for part in CALLS_WITH[credential]]
    environment = os.environ | {"COLUMNS": "110", "NO_COLOR": "1"}
    with TemporaryDirectory() as name:
        folder = Path(name)  # caches go there too
        done = subprocess.run(
            command,
            cwd=folder,
            env=environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        outcome = Outcome(api, seed, credential, done.returncode, done.stdout)
        if (folder / "run.json").exists():
            outcome.failures += _read_failures(json.loads((folder / "run.json").read_text()))
            _count(outcome, folder / "run.ndjson")
        return outcome


def _read_failures(report: Any) -> Iterator[str]:
    for failure in report["failures"]:
        yield f"{failure['code']} {failure['title']}: {', '.join(failure['operations'])}"


def _count(outcome: Outcome, events: Path) -> None:
    for operation, mode, status in _read_calls(events):
        outcome.statuses[status] += 1
        if mode == "positive" and outcome.credential == "a token":
            outcome.valid.setdefault(operation, Counter())[status] += 1


def _read_calls(events: Path) -> Iterator[tuple[str, str, int]]:
    """Operation, mode and status of every call that was checked (a check's own probes are not)."""
    with events.open() as lines:
        for line in lines:
            recorder = json.loads(line).get("ScenarioFinished", {}).get("recorder", {})
            for key in recorder.get("checks", ()):
                case, response = (
                    recorder["cases"][key]["value"],
                    recorder["interactions"][key].get("response"),
                )
                mode = (case.get("meta") or {}).get("generation", {}).get("mode", "")
                if response:
                    yield f"{case['method']} {case['path']}", mode, response["status_code"]


def add_up(outcomes: Iterable[Outcome]) -> dict[tuple[str, str], Statuses]:
    """The statuses of valid requests by API and operation, over several runs."""
    sums: dict[tuple[str, str], Statuses] = {}
    for outcome in outcomes:
        for operation, statuses in outcome.valid.items():
            sums.setdefault((outcome.api, operation), Counter()).update(statuses)
    return sums


def tabulate_runs(outcomes: Iterable[Outcome]) -> Iterator[str]:
    """Markdown: a row for each run."""
    yield "| API | seed | with | calls | failures |"
    yield "|---|---|---|---|---|"
    for each in outcomes:
        complaints = "; ".join(each.find_complaints()) or "0"
        yield f"| {each.api} | {each.seed} | {each.credential} | {each.statuses.total():,} | {complaints} |"


def tabulate_shares(sums: dict[tuple[str, str], Statuses]) -> Iterator[str]:
    """Markdown: a row for each operation."""
    yield "| API | operation | valid calls | 2xx | statuses |"
    yield "|---|---|---|---|---|"
    for (api, operation), statuses in sorted(sums.items()):
        counts = ", ".join(f"{n} × {code}" for code, n in sorted(statuses.items()))
        yield f"| {api} | `{operation}` | {statuses.total()} | {share(statuses):.0%} | {counts} |"


def main() -> int:
    """Start a sandbox, run everything against it, print the tables."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.tests.apis.stock", description=main.__doc__)
    parser.add_argument("apis", nargs="*", metavar="API", help="default: all shipped")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--examples", type=int, default=50)
    options = parser.parse_args()
    outcomes: list[Outcome] = []
    with start("--now", NOW, *options.apis) as ready:
        for api, base in ready["apis"].items():
            for seed in options.seeds:
                outcomes += run_both(api, base, seed=seed, examples=options.examples)
                print(*tabulate_runs(outcomes[-2:]), sep="\n", file=sys.stderr)
    return report(outcomes)


def report(outcomes: list[Outcome]) -> int:
    """Print the tables, and on standard error what failed. Returns 1 if something did."""
    sums = add_up(outcomes)
    refusing = [
        f"{api}: only {share(sums[api, operation]):.0%} of the valid calls of {operation} succeed"
        for api, operation in sums
        if share(sums[api, operation]) < LEAST_SHARE
    ]
    print(*tabulate_runs(outcomes), "", *tabulate_shares(sums), "", *refusing, sep="\n")
    failed = [outcome for outcome in outcomes if outcome.find_complaints()]
    print(*(outcome.output for outcome in failed), sep="\n", file=sys.stderr)
    return int(bool(failed or refusing))


if __name__ == "__main__":
    sys.exit(main())
