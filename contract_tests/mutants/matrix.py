"""The law × mutant matrix: `python -m contract_tests.mutants.matrix MEASURED [--first F] [--stock S]`.

It makes docs/mutants.md of what `python -m contract_tests.mutants` has measured.
"""

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from contract_tests.laws import load as load_laws

from .rows import APIS, Mutant, load

REPORT = Path(__file__).parents[2] / "docs" / "mutants.md"
UNSEEN = Path(__file__).with_name("unseen.yaml")
Measured = dict[str, dict[str, Any]]


def main() -> int:
    """Write the report."""
    parser = argparse.ArgumentParser(prog="python -m contract_tests.mutants.matrix", description=main.__doc__)
    parser.add_argument("measured", type=Path, help="lines of python -m contract_tests.mutants")
    parser.add_argument("--first", type=Path, help="the same of the first run ever")
    parser.add_argument("--stock", type=Path, help="lines of python -m contract_tests.mutants --stock")
    options = parser.parse_args()
    files = (options.measured, options.first, options.stock)
    REPORT.write_text("\n".join(render(*(read(file) for file in files))) + "\n", encoding="utf-8")
    return 0


def read(file: Path | None) -> Measured:
    """The measurements of a file by mutant; the last one of each counts."""
    lines = file.read_text("utf-8").splitlines() if file else []
    return {row["id"]: row for row in map(json.loads, lines)}


def render(measured: Measured, first: Measured, stock: Measured) -> Iterator[str]:
    """The lines of the report."""
    mutants = {api: load(api) for api in APIS}
    rows = [row for found in mutants.values() for row in found]
    yield "# Mutants\n"
    valid, blind = sum(row.valid for row in rows), sum(row.origin == "rules" for row in rows)
    yield (
        f"{len(rows)} wrong implementations of the five APIs. {valid} of them answer with documented "
        f"statuses and valid bodies only: what is wrong is what they mean. {blind} were written from "
        "the numbered "
        "statements alone, before their author had seen a law. Each is served by the sandbox from a changed "
        "document, or with a fault between client and server, and must be found by the law beside it.\n"
    )
    yield "| API | mutants | first run | now | by the law named | stock Schemathesis |"
    yield "|---|---|---|---|---|---|"
    for name, group in [*mutants.items(), ("all", rows)]:
        shares = [_share(group, each) for each in (first, measured, stock)]
        shares.insert(2, _share(group, _keep_named(group, measured)))
        yield f"| {name} | {len(group)} | {' | '.join(shares)} |"
    yield ""
    yield _explain(stock)
    yield from _unseen()
    for api in APIS:
        yield from _table(api, mutants[api], measured, stock)
    yield from _laws(rows, measured)


def _explain(stock: Measured) -> str:
    compared = (
        " Stock Schemathesis: `python -m contract_tests.mutants --stock` (4.32.5, all phases, same "
        f"documents, token and configuration, 20 examples; {len(stock)} mutants)."
        if stock
        else " Stock Schemathesis (`--stock`) has not been measured on them yet."
    )
    return (
        "Measured with the laws of the statement that a mutant breaks, and where those find nothing with "
        "every law (`python -m contract_tests.mutants`, depth quick). First run: "
        f"the laws as they were before they had been run on these mutants.{compared}\n"
    )


def _share(rows: list[Mutant], measured: Measured) -> str:
    known = [row for row in rows if row.id in measured]
    found = sum(bool(measured[row.id]["found"]) for row in known)
    return f"{found} of {len(known)} ({100 * found / len(known):.0f} %)" if known else "–"


def _keep_named(rows: list[Mutant], measured: Measured) -> Measured:
    """The measurements with the kills of the named law only."""
    laws = {row.id: row.law for row in rows}
    return {
        key: {"found": [kill for kill in row["found"] if kill[0] == laws[key]]}
        for key, row in measured.items()
        if key in laws
    }


def _unseen() -> Iterator[str]:
    """Bugs that are no mutants, because no suite could find them."""
    yield "Bugs that no client can see by the document alone, and that are no mutants for that reason:\n"
    for row in yaml.safe_load(UNSEEN.read_text("utf-8")):
        yield f"- `{row['id']}` ({row['requirement']}): {row['bug']} {row['why'].strip()}"
    yield ""


def _table(api: str, mutants: list[Mutant], measured: Measured, stock: Measured) -> Iterator[str]:
    yield f"## {api}\n"
    yield "| mutant | what is wrong | statement | law | laws that find it | stock |"
    yield "|---|---|---|---|---|---|"
    for row in mutants:
        laws = {kill[0] for kill in measured.get(row.id, {"found": []})["found"]}
        by_stock = "" if row.id not in stock else "found" if stock[row.id]["found"] else "–"
        name = row.id.removeprefix(f"{api}-")
        law = f"`{row.law}`" if row.law else "–"
        bug = row.bug.replace("|", "\\|")
        yield f"| `{name}` | {bug} | {row.requirement} | {law} | {len(laws)} | {by_stock} |"
    yield ""


def _laws(rows: list[Mutant], measured: Measured) -> Iterator[str]:
    own = Counter(law for row in rows for law in row.laws)
    found: dict[str, set[str]] = defaultdict(set)
    for row in measured.values():
        for kill in row["found"]:
            found[kill[0]].add(row["id"])
    yield "## Laws\n"
    yield "| law | mutants that it must find | mutants that it finds |"
    yield "|---|---|---|"
    for name in load_laws():
        if not name.startswith("schemathesis."):
            yield f"| `{name}` | {own[name]} | {len(found[name])} |"


if __name__ == "__main__":
    sys.exit(main())
