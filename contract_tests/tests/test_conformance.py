"""What single answers are accused of, and what they are not."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from contract_tests.conformance import SENTENCES, Conformance
from contract_tests.contracts import Contract
from contract_tests.exchanges import Exchange, Request, Response
from contract_tests.verdicts import FAILED

SPECS = Path(__file__).parents[2] / "specs"
MISSING = {"error": {"code": "NOT_FOUND", "message": "there is no such record"}}


def judge(api: str, name: str, status: int, body: Any, media_type: str) -> set[str]:
    """The laws that one answer breaks."""
    contract = Contract.load(SPECS / f"{api}.yaml", api)
    operation = contract.operation(name)
    conformance = Conformance(cast(Any, SimpleNamespace(contract=contract)))
    answer = Response(status, {"content-type": media_type}, json.dumps(body).encode())
    request = Request(operation.method, "http://localhost/")
    conformance.observe(operation, Exchange(request, answer))
    return {row.law for row in conformance.outcomes(list(SENTENCES)) if row.verdict == FAILED}


@pytest.mark.parametrize("media_type", ["application/json", "application/problem+json"])
def test_any_json_media_type_serves_for_an_error(media_type: str) -> None:
    found = judge("devsync", "getRecord", 404, MISSING, media_type)
    assert "answer.media_type" not in found


def test_an_error_as_html_is_accused() -> None:
    assert "answer.media_type" in judge("devsync", "getRecord", 404, MISSING, "text/html")


def test_a_success_has_the_documented_media_type_and_no_other() -> None:
    found = judge("humanapi", "listEncounters", 200, [], "application/problem+json")
    assert "answer.media_type" in found
