"""Every mutant is well-formed: it names what exists, its patch fits, and the engine serves its document."""

import inspect
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from contract_tests.mutants import APIS, Mutant, Unfit, check_start, load, read_base
from contract_tests.mutants.faults import FAULTS
from contract_tests.mutants.guards import read_guard
from contract_tests.mutants.routing import UNKNOWN
from contract_tests.mutants.values import CHANGES

FOLDER = Path(__file__).parents[1] / "requirements"
UNSEEN = yaml.safe_load((Path(__file__).parents[1] / "mutants" / "unseen.yaml").read_text("utf-8"))
LEAST = {"devsync": 30, "yourcompany": 30, "healthsync": 30, "medisync": 30, "humanapi": 24}
MUTANTS = {api: load(api) for api in APIS}
ALL = [mutant for mutants in MUTANTS.values() for mutant in mutants]
CHANGING = {
    "change_answer",
    "change_body",
    "change_query",
    "change_path",
    "change_header",
    "change_error",
    "change_link",
    "change_claim",
}


def ids(mutant: Mutant) -> str:
    return mutant.id


def find_operations(api: str) -> set[str]:
    paths = read_base(api)["paths"].values()
    return {
        operation["operationId"] for path in paths for key, operation in path.items() if key != "parameters"
    }


def test_every_api_has_mutants() -> None:
    assert {api: len(mutants) >= LEAST[api] for api, mutants in MUTANTS.items()} == dict.fromkeys(LEAST, True)


def test_ids_are_unique() -> None:
    assert len({mutant.id for mutant in ALL}) == len(ALL)


def test_no_two_rows_are_the_same_bug() -> None:
    bugs = {json.dumps([mutant.api, mutant.given, mutant.patch, mutant.wire]) for mutant in ALL}
    assert len(bugs) == len(ALL)


def test_half_of_the_answers_are_valid() -> None:
    assert sum(mutant.valid for mutant in ALL) * 2 >= len(ALL)


@pytest.mark.parametrize("api", APIS)
def test_requirements_are_registered(api: str) -> None:
    register = yaml.safe_load((FOLDER / f"{api}.yaml").read_text())["requirements"]
    known = {requirement["id"] for requirement in register}
    assert [mutant.id for mutant in MUTANTS[api] if mutant.requirement not in known] == []


def test_bugs_that_cannot_be_seen_say_why_and_are_no_mutants() -> None:
    known = {
        row["id"]
        for file in FOLDER.glob("*.yaml")
        for row in yaml.safe_load(file.read_text())["requirements"]
    }
    assert {row["id"] for row in UNSEEN}.isdisjoint(mutant.id for mutant in ALL)
    assert [row["id"] for row in UNSEEN if row["requirement"] not in known] == []
    assert all(row["bug"].endswith(".") and row["why"].endswith(".") for row in UNSEEN)


@pytest.mark.parametrize("mutant", ALL, ids=ids)
def test_row_is_complete(mutant: Mutant) -> None:
    assert mutant.id.startswith(f"{mutant.api}-")
    assert mutant.bug.endswith(".")
    assert mutant.origin in ("rules", "law")
    assert len(set(mutant.laws)) == len(mutant.laws)
    assert isinstance(mutant.valid, bool)
    assert mutant.patch or mutant.wire


@pytest.mark.parametrize("mutant", [mutant for mutant in ALL if mutant.wire], ids=ids)
def test_faults_and_operations_exist(mutant: Mutant) -> None:
    for entry in mutant.wire:
        check_entry(entry, find_operations(mutant.api))


def check_entry(entry: dict[str, Any], operations: set[str]) -> None:
    on = [entry["on"]] if isinstance(entry["on"], str) else entry["on"]
    assert set(on) <= operations | {"*", "list*", UNKNOWN}
    _, words = read_guard({key: value for key, value in entry.items() if key not in ("fault", "on")})
    if entry["fault"] in CHANGING:
        inspect.signature(CHANGES[words["change"]]).bind(None, **find_change_words(entry["fault"], words))
    inspect.signature(FAULTS[entry["fault"]]).bind(None, None, None, **words)


def find_change_words(fault: str, words: dict[str, Any]) -> dict[str, Any]:
    """The words that a fault passes on to its change."""
    own = set(inspect.signature(FAULTS[fault]).parameters)
    return {name: value for name, value in words.items() if name not in own}


@pytest.mark.parametrize("mutant", [mutant for mutant in ALL if mutant.patch], ids=ids)
def test_patch_fits(mutant: Mutant) -> None:
    base = mutant.base()
    before = json.dumps(base)
    assert mutant.document(base) != base
    assert json.dumps(base) == before


@pytest.mark.parametrize("api", APIS)
def test_engine_takes_the_patched_documents(
    api: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As JSON a document is read ten times as fast.
    monkeypatch.setattr("sandbox.documents.read_yaml", lambda path: json.loads(path.read_bytes()))
    for mutant in MUTANTS[api]:
        if mutant.patch:
            check_start(mutant, tmp_path)


def test_patch_that_does_not_fit_names_its_row() -> None:
    mutant = Mutant(
        "devsync", "devsync-x", "X.", "DS-01", True, "rules", patch=({"op": "remove", "path": "/nowhere"},)
    )
    with pytest.raises(Unfit, match="devsync-x"):
        mutant.document(read_base("devsync"))
