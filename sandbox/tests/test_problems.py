"""What can be wrong with a request: problems, and the faults they name."""

import pytest

from sandbox.dialects import PLAIN_ERRORS
from sandbox.problems import Fault, Problem, refuse


@pytest.mark.parametrize(
    ("pointer", "field"),
    [
        ("/settings/visibility", "settings.visibility"),
        ("/tags/0", "tags.0"),
        ("/name", "name"),
        ("page", "page"),
        ("", ""),
        ("/a~1b/c~0d", "a/b.c~d"),
    ],
)
def test_field_of_a_fault_is_the_dotted_name_of_its_pointer(pointer: str, field: str) -> None:
    assert Fault("body", pointer, "is wrong").field == field


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        (Fault("body", "/name", "is required but missing"), "body name: is required but missing"),
        (Fault("query", "page", "must be an integer"), "query page: must be an integer"),
        (Fault("body", "", "is required"), "body: is required"),
    ],
)
def test_fault_reads_as_where_and_why(fault: Fault, text: str) -> None:
    assert str(fault) == text


def test_refusal_is_invalid_and_names_every_fault() -> None:
    faults = [Fault("query", "page", "must be an integer"), Fault("body", "/name", "is missing")]
    problem = refuse(faults)
    assert problem.kind == "invalid"
    assert problem.faults == faults
    assert str(problem) == "query page: must be an integer; body name: is missing"


def test_problem_carries_its_headers_and_reads_as_its_message() -> None:
    problem = Problem("rate_limited", "slow down", headers={"Retry-After": "3"})
    assert str(problem) == "slow down"
    assert problem.headers == {"Retry-After": "3"}
    assert problem.faults == ()


def test_every_kind_of_problem_has_a_plain_status_that_fits_its_meaning() -> None:
    statuses = {kind: status for kind, (status, _) in PLAIN_ERRORS["kinds"].items()}
    assert statuses == {
        "unreadable": 400,
        "invalid": 400,
        "unauthenticated": 401,
        "forbidden": 403,
        "foreign": 403,
        "missing": 404,
        "not_allowed": 405,
        "not_acceptable": 406,
        "conflict": 409,
        "too_large": 413,
        "unsupported": 415,
        "rate_limited": 429,
        "failed": 500,
        "unavailable": 503,
    }
