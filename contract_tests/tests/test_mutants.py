"""Every mutant with a law is found by it; laws without a mutant are known."""

import re
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from pathlib import Path

import pytest
import yaml

from contract_tests.laws import load as load_laws
from contract_tests.mutants import APIS, Mutant, load
from contract_tests.mutants.hunts import Kill, hunt_alone

MUTANTS = [row for api in APIS for row in load(api)]
PAIRS = [(row, law) for row in MUTANTS for law in row.laws]
FIRST = {law: row.id for row, law in reversed(PAIRS)}
EACH = [
    pytest.param(
        row,
        law,
        id=row.id if law == row.law else f"{row.id}-{law}",
        marks=[] if FIRST[law] == row.id else [pytest.mark.slow],
    )
    for row, law in PAIRS
]
UNPROVEN = Path(__file__).with_name("unproven.yaml")
REPORT = Path(__file__).parents[2] / "docs" / "mutants.md"
PROCESSES = 4  # they wait more than they work


@pytest.fixture(scope="module")
def hunts(request: pytest.FixtureRequest) -> Iterator[dict[tuple[str, str], Future[list[Kill]]]]:
    """The hunts of the selected mutants, which go on side by side."""
    calls = [item.callspec.params for item in request.session.items if hasattr(item, "callspec")]
    selected = [(params["mutant"], params["law"]) for params in calls if "law" in params]
    with ProcessPoolExecutor(PROCESSES) as pool:
        yield {(row.id, law): pool.submit(hunt_alone, row, law) for row, law in selected}


@pytest.mark.parametrize(("mutant", "law"), EACH)
def test_mutant_is_found_by_its_law(
    mutant: Mutant, law: str, hunts: dict[tuple[str, str], Future[list[Kill]]]
) -> None:
    found = hunts[mutant.id, law].result()
    assert law in {name for name, _, _ in found}, mutant.bug


def test_every_law_finds_a_mutant_or_is_known_not_to() -> None:
    idle = set(load_laws()) - set(FIRST)
    known = yaml.safe_load(UNPROVEN.read_text("utf-8"))
    assert {name for name in idle if not name.startswith("schemathesis.")} == set(known)


def test_report_names_the_law_of_every_mutant() -> None:
    rows = re.findall(
        r"^\| `([\w-]+)` \|.*\| `([\w.]+)` \| \d+ \|.*\|$", REPORT.read_text("utf-8"), re.MULTILINE
    )
    assert sorted(rows) == sorted((row.id.removeprefix(f"{row.api}-"), row.law) for row in MUTANTS if row.law)
