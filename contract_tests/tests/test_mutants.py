"""Every mutant is found by its own law, by a statement that is broken; every law finds a mutant."""

import re
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from pathlib import Path

import pytest

from contract_tests.laws import load as load_laws
from contract_tests.mutants import APIS, Mutant, load
from contract_tests.mutants.hunts import Kill, hunt_own

MUTANTS = [row for api in APIS for row in load(api)]
REPORT = Path(__file__).parents[2] / "docs" / "mutants.md"
PROCESSES = 4  # they wait more than they work


@pytest.fixture(scope="module")
def hunts(request: pytest.FixtureRequest) -> Iterator[dict[str, Future[list[Kill]]]]:
    """The hunts of the selected mutants, which go on side by side."""
    calls = [item.callspec.params for item in request.session.items if hasattr(item, "callspec")]
    selected = {params["mutant"].id for params in calls if "mutant" in params}
    with ProcessPoolExecutor(PROCESSES) as pool:
        yield {row.id: pool.submit(hunt_own, row) for row in MUTANTS if row.id in selected}


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda row: row.id)
def test_mutant_is_found_by_its_law(mutant: Mutant, hunts: dict[str, Future[list[Kill]]]) -> None:
    found = hunts[mutant.id].result()
    assert mutant.law in {law for law, _, _ in found}, mutant.bug


def test_every_law_finds_a_mutant() -> None:
    idle = set(load_laws()) - {row.law for row in MUTANTS}
    assert {name for name in idle if not name.startswith("schemathesis.")} == set()


def test_report_names_the_law_of_every_mutant() -> None:
    rows = re.findall(
        r"^\| `([\w-]+)` \|.*\| `([\w.]+)` \| \d+ \|.*\|$", REPORT.read_text("utf-8"), re.MULTILINE
    )
    assert sorted(rows) == sorted((row.id.removeprefix(f"{row.api}-"), row.law) for row in MUTANTS)
