"""Stock Schemathesis, all phases and checks, finds nothing in the sandbox; `.stock` runs it in full."""

import re
import tomllib
from typing import Any

import pytest
import yaml

from ..target import ROOT
from .stock import CONFIG, run_both, share

APIS = [path.stem for path in sorted((ROOT / "specs").glob("*.yaml"))]
MOST_EXCEPTIONS = 10


@pytest.mark.parametrize("api", APIS)
def test_stock_schemathesis_finds_nothing(server: dict[str, Any], api: str) -> None:
    without, with_token = run_both(api, server["apis"][api], seed=1, examples=3)
    assert not without.find_complaints(), without.output
    assert not with_token.find_complaints(), with_token.output
    refusing = {operation for operation, statuses in with_token.valid.items() if not share(statuses)}
    assert not refusing


def test_each_exception_is_for_a_documented_rule() -> None:
    lines = [line for line in CONFIG.read_text().splitlines() if line.startswith("include-")]
    rules = [found[1] for line in lines if (found := re.search(r" # ([A-Z]{2}-[FIC]?\d\d): \w", line))]
    registers = [yaml.safe_load(path.read_text()) for path in CONFIG.parent.glob("requirements/*.yaml")]
    known = {requirement["id"] for register in registers for requirement in register["requirements"]}
    assert len(lines) <= MOST_EXCEPTIONS
    assert set(rules) <= known
    assert len(rules) == len(lines) - 1  # but for the upload, which breaks no rule


def test_only_the_acceptance_of_valid_requests_is_switched_off() -> None:
    config = tomllib.loads(CONFIG.read_text())
    assert config.keys() == {"project"}
    operations = [operation for project in config["project"] for operation in project["operations"]]
    switched = [{name: part for name, part in each.items() if "include" not in name} for each in operations]
    acceptance = {"checks": {"positive_data_acceptance": {"enabled": False}}}
    assert [each for each in switched if each != acceptance] == [
        {"phases": {"stateful": {"checks": {"negative_data_rejection": {"enabled": False}}}}}
    ]
