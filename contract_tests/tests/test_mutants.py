"""Every mutant is found by its own law, by a statement that is broken; every law finds a mutant."""

import re
from pathlib import Path

import pytest

from contract_tests.laws import load as load_laws
from contract_tests.mutants import APIS, Mutant, load
from contract_tests.mutants.hunts import hunt, own_laws

MUTANTS = [row for api in APIS for row in load(api)]
REPORT = Path(__file__).parents[2] / "docs" / "mutants.md"


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda row: row.id)
def test_mutant_is_found_by_its_law(mutant: Mutant) -> None:
    found = hunt(mutant, own_laws(mutant.law))
    assert mutant.law in {law for law, _, _ in found}, mutant.bug


def test_every_law_finds_a_mutant() -> None:
    idle = set(load_laws()) - {row.law for row in MUTANTS}
    assert {name for name in idle if not name.startswith("schemathesis.")} == set()


def test_report_names_the_law_of_every_mutant() -> None:
    rows = re.findall(
        r"^\| `([\w-]+)` \|.*\| `([\w.]+)` \| \d+ \|.*\|$", REPORT.read_text("utf-8"), re.MULTILINE
    )
    assert sorted(rows) == sorted((row.id.removeprefix(f"{row.api}-"), row.law) for row in MUTANTS)
