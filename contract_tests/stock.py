"""Stock `schemathesis run` over every API of a sandbox: `python -m contract_tests.stock`.

All phases and all checks, with and without a token. Prints Markdown tables; exit code 1 when
something fails, a server error or a 429 comes back, or an operation refuses most valid requests.
"""

import json
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import PIPE, STDOUT, run
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

from .target import NOW, start

CONFIG = Path(__file__).with_name("schemathesis.toml")
SEEDS = (1, 2, 3)
EXAMPLES = 50
LEAST_SHARE = 0.2  # of the valid calls of an operation that must succeed

Statuses = Counter[int]


@dataclass
class Outcome:
    """What one run of Schemathesis found. valid: statuses of valid requests, by operation."""

    api: str
    seed: int
    with_token: bool
    exit_code: int
    output: str
    failures: list[str]
    all: Statuses = field(default_factory=Counter)
    valid: dict[str, Statuses] = field(default_factory=dict)

    def find_complaints(self) -> list[str]:
        """What must not be: failures, server errors, 429, operations that mostly refuse valid requests."""
        found = list(self.failures)
        if self.exit_code and not found:
            found.append(f"exit code {self.exit_code}")
        found += [f"{n} × {status}" for status, n in self.all.items() if status == 429 or status >= 500]
        return found + (list(find_refusing(self.valid)) if self.with_token else [])


def find_refusing(valid: dict[str, Statuses]) -> Iterator[str]:
    """The operations where too few valid requests succeed."""
    for operation, statuses in valid.items():
        if share(statuses) < LEAST_SHARE:
            yield f"{operation}: {share(statuses):.0%} of {statuses.total()} valid requests succeed"


def share(statuses: Statuses) -> float:
    """The share of 2xx."""
    return sum(n for status, n in statuses.items() if 200 <= status < 300) / statuses.total()


def run_stock(api: str, base: str, *, seed: int, examples: int, with_token: bool, folder: Path) -> Outcome:
    """Run Schemathesis in a private world of the demo data. folder: gets its caches and reports."""
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIG), "run"]
    command += [f"{base}/openapi.json", "--seed", str(seed), "--max-examples", str(examples)]
    command += ["--report-json-path", "run.json", "--report-ndjson-path", "run.ndjson"]
    command += ["-H", f"Authorization: Bearer demo.{uuid4().hex}"] if with_token else []
    env = os.environ | {"COLUMNS": "110", "NO_COLOR": "1"}
    done = run(command, cwd=folder, env=env, text=True, stdout=PIPE, stderr=STDOUT, check=False)
    report = folder / "run.json"
    failures = list(_read_failures(json.loads(report.read_text()))) if report.exists() else []
    outcome = Outcome(api, seed, with_token, done.returncode, done.stdout, failures)
    for operation, mode, status in _read_calls(folder / "run.ndjson"):
        outcome.all[status] += 1
        if mode == "positive":
            outcome.valid.setdefault(operation, Counter())[status] += 1
    return outcome


def _read_failures(report: Any) -> Iterator[str]:
    for failure in report["failures"]:
        yield f"{failure['code']} {failure['title']}: {', '.join(failure['operations'])}"


def _read_calls(path: Path) -> Iterator[tuple[str, str, int]]:
    """Operation, mode and status of every call of the event log."""
    if not path.exists():
        return
    with path.open() as lines:
        for line in lines:
            recorder = json.loads(line).get("ScenarioFinished", {}).get("recorder", {})
            for key in recorder.get("checks", ()):  # without the probes that a check sends by itself
                case, response = (
                    recorder["cases"][key]["value"],
                    recorder["interactions"][key].get("response"),
                )
                mode = (case.get("meta") or {}).get("generation", {}).get("mode", "")
                if response:
                    yield f"{case['method']} {case['path']}", mode, response["status_code"]


def tabulate(outcomes: Iterable[Outcome]) -> Iterator[str]:
    """Markdown: a row for each run."""
    yield "| API | seed | token | calls | valid | failures |"
    yield "|---|---|---|---|---|---|"
    for each in outcomes:
        valid = sum(statuses.total() for statuses in each.valid.values())
        token, complaints = "yes" if each.with_token else "no", "; ".join(each.find_complaints()) or "none"
        yield f"| {each.api} | {each.seed} | {token} | {each.all.total()} | {valid} | {complaints} |"


def tabulate_shares(outcomes: Iterable[Outcome]) -> Iterator[str]:
    """Markdown: a row for each operation, over all runs with a token."""
    sums: dict[tuple[str, str], Statuses] = {}
    for each in outcomes:
        for operation, statuses in each.valid.items() if each.with_token else ():
            sums.setdefault((each.api, operation), Counter()).update(statuses)
    yield "| API | operation | valid calls | 2xx | statuses |"
    yield "|---|---|---|---|---|"
    for (api, operation), statuses in sorted(sums.items()):
        counts = ", ".join(f"{n} × {status}" for status, n in sorted(statuses.items()))
        yield f"| {api} | `{operation}` | {statuses.total()} | {share(statuses):.0%} | {counts} |"


def main() -> int:
    """Start a sandbox, run everything against it, print the tables."""
    with start("--now", NOW) as ready:
        outcomes = list(_run_all(ready["apis"]))
    print(*tabulate(outcomes), "", *tabulate_shares(outcomes), sep="\n")
    return 1 if any(outcome.find_complaints() for outcome in outcomes) else 0


def _run_all(apis: dict[str, str]) -> Iterator[Outcome]:
    for api, base in apis.items():
        for seed in SEEDS:
            for with_token in (True, False):
                with TemporaryDirectory() as folder:
                    outcome = run_stock(
                        api, base, seed=seed, examples=EXAMPLES, with_token=with_token, folder=Path(folder)
                    )
                if outcome.find_complaints():
                    print(outcome.output, file=sys.stderr)
                yield outcome


if __name__ == "__main__":
    sys.exit(main())
