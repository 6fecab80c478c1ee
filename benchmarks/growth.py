"""Our own growth: records, worlds, documents, operations. `python -m benchmarks.growth` writes GROWTH.md."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from .copies import measure_documents
from .crowds import measure_worlds
from .machine import Moment, describe_machine
from .peers import describe_versions
from .processes import Unmeasurable
from .sizes import measure_sizes

RESULTS = Path(__file__).parent / "GROWTH.md"
PARTS = ("records", "worlds", "documents")
EXPLANATION = (
    "One client asks one thing after the other, in rounds, each number of records by turns: the median of "
    "what a request takes, and its ratio to that with the fewest records. Pages have 20 records. *Pages "
    "onward* is a walk from the middle, *any page* jumps about: until some places of a list are known, it "
    "skips the records before the page. PostgreSQL counts anew in the list that follows a write."
)
RECORDS = (1_000, 100_000, 1_000_000)


def main() -> int:
    """Measure, and write or print. Returns 2 when nothing can be measured."""
    options = read_options()
    try:
        report = "\n".join(_report(options)) + "\n"
    except Unmeasurable as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return 2
    if options.print:
        print(report)
    else:
        RESULTS.write_text(report, encoding="utf-8")
    return 0


def read_options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth", description=__doc__)
    parser.add_argument(
        "--records", type=int, nargs="+", default=RECORDS, help="in a collection, fewest first"
    )
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--api", nargs="+", default=(), help="only the collections of these")
    parser.add_argument("--no-postgresql", dest="postgresql", action="store_false")
    parser.add_argument("--print", action="store_true", help="print; GROWTH.md stays as it is")
    return parser.parse_args()


def _report(options: argparse.Namespace) -> Iterator[str]:
    start = Moment.now()
    parts = {
        "records": lambda: measure_sizes(options.records, options.postgresql, _tell, options.api),
        "worlds": lambda: measure_worlds(_tell),
        "documents": lambda: measure_documents(_tell),
    }
    sections = [line for part in options.parts for line in parts[part]()]
    yield from ("# Growth", "", "Written by `python -m benchmarks.growth`.", "")
    yield from (f"- {name}: {value}" for name, value in describe_machine(describe_versions(), start).items())
    yield from ("", EXPLANATION, *sections)


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
