"""The `laws` column: every MUST has a law or a reason, every law is known, and every one has ground."""

from pathlib import Path

import pytest

from contract_tests.contracts import Contract
from contract_tests.laws import load
from contract_tests.registers import FOLDER, Register

SPECS = Path(__file__).parents[2] / "specs"
APIS = [file.stem for file in sorted(FOLDER.glob("*.yaml"))]
each_api = pytest.mark.parametrize("api", APIS)


@each_api
def test_every_must_is_verified_by_a_law_or_carries_a_reason(api: str) -> None:
    rows = Register.load(api).requirements.values()
    assert [row.id for row in rows if row.level == "MUST" and not row.laws and not row.why] == []


@each_api
def test_every_law_of_the_column_exists(api: str) -> None:
    laws = load()
    named = {
        (row.id, law)
        for row in Register.load(api).requirements.values()
        for law in (name.partition("[")[0] for name in row.laws)
    }
    assert {(key, law) for key, law in named if law not in laws} == set()


@each_api
def test_every_law_of_a_must_has_ground_for_it(api: str) -> None:
    contract = Contract.load(SPECS / f"{api}.yaml", api)
    grounded = {
        (law.name, key)
        for law in load().values()
        for ground in law.grounds(contract)
        for key in contract.register.blame(
            law.name, *ground.places, *ground.operation.places, subject=ground.subject
        )
    }
    wanted = {
        (law, row.id)
        for row in contract.register.requirements.values()
        for law in (name.partition("[")[0] for name in row.laws)
        if row.level == "MUST" and load()[law].check is not None
    }
    idle = {key for _, key in wanted} - {key for _, key in grounded}
    assert idle == set(), "none of the laws of these requirements has ground"
