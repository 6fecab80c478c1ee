"""Requests to copy."""

from typing import Any

import pytest

from sandbox.curls import suggest_curl
from sandbox.tests.shop import make_api, read_shop

Json = dict[str, Any]

BEARER = "Authorization: Bearer demo"
NEEDED: Json = {"security": [{"s": []}]}
KEY = {"type": "apiKey", "in": "query", "name": "key"}


@pytest.mark.parametrize(
    ("operations", "scheme", "curl"),
    [
        ([{}], None, "curl http://x/tiny/0"),
        ([NEEDED], {"type": "http", "scheme": "bearer"}, f"curl -H '{BEARER}' http://x/tiny/0"),
        ([NEEDED], {**KEY, "in": "header"}, "curl -H 'key: demo' http://x/tiny/0"),
        ([NEEDED], KEY, "curl 'http://x/tiny/0?key=demo'"),
        ([], None, "curl http://x/tiny/openapi.json"),
    ],
)  # fmt: skip
def test_suggested_request_has_the_credential_of_its_scheme(
    operations: list[Json], scheme: Json | None, curl: str
) -> None:
    api = make_api(*operations, components={"securitySchemes": {"s": scheme}} if scheme else {})
    assert suggest_curl(api, "http://x") == curl


def test_suggested_request_prefers_a_list() -> None:
    assert suggest_curl(read_shop(), "http://x").endswith("http://x/shop/v1/shelves")


def test_suggested_request_is_made_by_the_given_token() -> None:
    assert "Bearer peer.job-17" in suggest_curl(read_shop(), "http://x", "peer.job-17")
