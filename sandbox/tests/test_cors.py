"""Cross-origin access: what a browser asks and what a page may read."""

import pytest

from sandbox.cors import EXPOSED, add_cors, answer_preflight, is_preflight

ASKED = {"origin": "https://app.example", "access-control-request-method": "PATCH"}


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (ASKED, True),
        ({"origin": "https://app.example"}, False),
        ({"access-control-request-method": "PATCH"}, False),
        ({}, False),
    ],
)
def test_preflight_has_an_origin_and_the_method_it_asks_for(headers: dict[str, str], expected: bool) -> None:
    assert is_preflight(headers) is expected


def test_preflight_is_answered_with_the_methods_of_the_path() -> None:
    response = answer_preflight(ASKED, ["GET", "OPTIONS"])
    assert (response.status, response.body) == (204, b"")
    assert response.headers["Access-Control-Allow-Methods"] == response.headers["Allow"] == "GET, OPTIONS"
    assert int(response.headers["Access-Control-Max-Age"]) > 0
    assert "Access-Control-Allow-Headers" not in response.headers


def test_preflight_allows_the_headers_it_asks_for() -> None:
    asked = {**ASKED, "access-control-request-headers": "authorization, sandbox-world"}
    assert (
        answer_preflight(asked, ["GET"]).headers["Access-Control-Allow-Headers"]
        == "authorization, sandbox-world"
    )


def test_page_of_the_origin_may_read_the_response() -> None:
    headers = {"Content-Type": "application/json"}
    add_cors(headers, "https://app.example")
    assert headers["Access-Control-Allow-Origin"] == "https://app.example"
    assert headers["Vary"] == "Origin"
    assert headers["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    "header",
    [
        "Link",
        "Location",
        "Retry-After",
        "Sandbox-Reason",
        "Sandbox-World",
        "X-RateLimit-Reset",
        "X-Total-Count",
        "Allow",
    ],
)
def test_headers_of_paging_rate_limits_and_our_own_are_exposed(header: str) -> None:
    assert header in EXPOSED.split(", ")
