"""Contract runs in worlds of one sandbox, all at once: `python -m sandbox.tests.apis.parallel [API…]`.

Each run must come to the verdicts of a run that was alone. It prints a Markdown table, and exits with 1 when
one does not, or finds a failure.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ..target import ROOT, start

CLIENTS = 8
ROLES = ("peer", "readonly", "limited", "expired", "unsubscribed")
APIS = [path.stem for path in sorted((ROOT / "specs").glob("*.yaml"))]

Verdicts = dict[tuple[str, str, str], str]


@dataclass(frozen=True)
class Trial:
    """A run. verdicts, reasons: by law, operation and subject; output: what it printed."""

    world: str
    exit_code: int
    verdicts: Verdicts
    requests: int
    output: str
    reasons: Verdicts = field(default_factory=dict)

    def find_differences(self, alone: "Trial") -> list[str]:
        """What is otherwise than in a run that was alone, and what failed."""
        keys = sorted(self.verdicts.keys() | alone.verdicts.keys())
        found = [
            f"{self.world}: {' '.join(key)}: {self.verdicts.get(key)} ({self.reasons.get(key, '')}), "
            f"alone {alone.verdicts.get(key)}"
            for key in keys
            if self.verdicts.get(key) != alone.verdicts.get(key) or self.verdicts[key] == "failed"
        ]
        return found + ([f"{self.world}: exit code {self.exit_code}"] if self.exit_code else [])


def run_laws(api: str, ready: dict[str, Any], world: str) -> Trial:
    """Run the laws in a world, which the header names; the tokens are the same in every world."""
    command = [sys.executable, "-m", "sandbox", "test", api, "--url", ready["apis"][api]]
    command += ["--header", f"Sandbox-World: {world}", "--token", "demo", "--profile", "full"]
    for role in ROLES:
        command += [f"--{role}-token", role] if role in ready["tokens"][api] else []
    with TemporaryDirectory() as name:
        command += ["--depth", "quick", "--report", name]
        environment = os.environ | {"NO_COLOR": "1", "XDG_STATE_HOME": name}
        done = subprocess.run(
            command, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
        )
        path = Path(name) / "report.json"
        report: dict[str, Any] = {"laws": [], "requests": 0}
        if path.exists():
            report = json.loads(path.read_text())
    rows = {(row["law"], row["operation"], row["subject"]): row["verdict"] for row in report["laws"]}
    reasons = {(row["law"], row["operation"], row["subject"]): row["message"] for row in report["laws"]}
    return Trial(world, done.returncode, rows, report["requests"], done.stdout, reasons)


def run_at_once(api: str, ready: dict[str, Any], worlds: Sequence[str]) -> list[Trial]:
    """Run the laws in several worlds, a process for each, all at once."""
    with ThreadPoolExecutor(len(worlds)) as pool:
        return list(pool.map(lambda world: run_laws(api, ready, world), worlds))


def main() -> int:
    """Print a row for each API. Returns 1 when a run in company differs from the one alone."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.tests.apis.parallel")
    parser.add_argument("apis", nargs="*", metavar="API", default=APIS)
    differences: list[str] = []
    print("| API | laws on grounds | requests of a run | at once | seconds | verdicts that differ |")
    print("|---|---|---|---|---|---|")
    with start() as ready:
        for api in parser.parse_args().apis:
            alone, began = run_laws(api, ready, "alone"), time.monotonic()
            company = run_at_once(api, ready, [f"w{number}" for number in range(CLIENTS)])
            seconds = time.monotonic() - began
            found = alone.find_differences(alone)
            found += [line for trial in company for line in trial.find_differences(alone)]
            differences += found
            print(*(f"{api} {line}" for line in found), sep="\n", file=sys.stderr, flush=True)
            print(
                f"| {api} | {len(alone.verdicts)} | {alone.requests:,} | {len(company)} | {seconds:.0f} "
                f"| {len(found)} |",
                flush=True,
            )
    print("", *(f"- {line}" for line in differences), sep="\n")
    return int(bool(differences))


if __name__ == "__main__":
    sys.exit(main())
