"""Faults under load: `python -m sandbox.tests.faults`. Each acknowledged write must be there, none twice."""

import argparse
import sys
import tempfile
from pathlib import Path

from sandbox.tests.postgresql import run_server

from .scenarios import FAULTS, Fault, run
from .stages import Outcome

HEAD = (
    "| fault | store | workers | acknowledged writes | found | lost | duplicated | errors meanwhile | "
    "recovered in s |\n|---|---|---|---|---|---|---|---|---|"
)
SHOWN = 5  # errors of a fault that should not be


def main() -> int:
    """Print the table. Returns 1 when a write is lost or doubled, or an error is not a clean one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--load", type=float, default=3.0, help="seconds of load before and after a fault")
    parser.add_argument("--times", type=int, default=3, help="how often each fault is done")
    parser.add_argument("--only", default="", help="only faults whose title contains this")
    options = parser.parse_args()
    failed = False
    print(HEAD)
    with tempfile.TemporaryDirectory(prefix="faults-") as name, run_server() as server:
        for index, fault in enumerate(each for each in FAULTS if options.only in each.title):
            folder = Path(name, str(index))
            folder.mkdir()
            outcome = run(fault, folder, options.load, server, options.times)
            print(write_row(fault, outcome), flush=True)
            findings = outcome.findings
            failed |= bool(fault.felt and not findings.errors[fault.felt])
            failed |= bool(findings.lost or findings.duplicated or findings.unclean)
            for text in findings.unclean[:SHOWN]:
                print(text, file=sys.stderr)
    return int(failed)


def write_row(fault: Fault, outcome: Outcome) -> str:
    """A row of the table."""
    findings = outcome.findings
    errors = ", ".join(f"{times} × {name}" for name, times in sorted(findings.errors.items())) or "none"
    cells = [fault.title, fault.store, fault.workers, findings.acknowledged, findings.found, findings.lost]
    cells += [findings.duplicated, errors, f"{outcome.recovered:.1f}"]
    return "| " + " | ".join(map(str, cells)) + " |"


if __name__ == "__main__":
    sys.exit(main())
