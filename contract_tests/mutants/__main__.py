"""Measure the suite: `python -m contract_tests.mutants [API…] [--stock] [--jobs N] [--out FILE]`.

Each mutant is served and hunted with all laws, or with stock Schemathesis. One JSON object a line says what
was found; `python -m contract_tests.mutants.matrix` makes docs/mutants.md of them.
"""

import argparse
import json
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from .hunts import measure, measure_stock
from .rows import APIS, load


def main() -> int:
    """Hunt every mutant; the exit code is 1 if our laws miss one."""
    options = read_options()
    mutants = [row for api in options.apis or APIS for row in load(api)][:: options.every]
    missed = 0
    with (
        ProcessPoolExecutor(options.jobs) as pool,
        options.out.open("a", encoding="utf-8") as out,
    ):
        for row in pool.map(measure_stock if options.stock else measure, mutants):
            out.write(json.dumps(row) + "\n")
            out.flush()
            missed += not row["found"]
            print(f"{row['id']}: {'found' if row['found'] else 'MISSED'} in {row['seconds']} s", flush=True)
    print(f"{len(mutants) - missed} of {len(mutants)} found")
    return int(missed > 0 and not options.stock)


def read_options() -> argparse.Namespace:
    """The options of the command."""
    parser = argparse.ArgumentParser(prog="python -m contract_tests.mutants", description=main.__doc__)
    parser.add_argument("apis", nargs="*", metavar="API", choices=[[], *APIS])
    parser.add_argument("--stock", action="store_true", help="hunt with stock Schemathesis instead")
    parser.add_argument("--jobs", type=int, default=2, help="processes (default: %(default)s)")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only every Nth mutant")
    parser.add_argument("--out", type=Path, default=Path("mutants.jsonl"), help="default: %(default)s")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
