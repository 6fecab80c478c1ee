"""What the request log shows of credentials."""

import pytest

from sandbox.masks import mask_headers, mask_query


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("Authorization", "Bearer demo", "Bearer demo"),
        ("Authorization", "Bearer demo.job-17", "Bearer demo.job-17"),
        ("authorization", "Bearer sk_live_abcdefgh", "Bearer …efgh"),
        ("authorization", "sk_live_abcdefgh", "…efgh"),
        ("authorization", "Bearer short", "Bearer …"),
        ("authorization", "", ""),
        ("Cookie", "session=0123456789abcdef; theme=dark", "session=…cdef; theme=…"),
        ("X-API-Key", "abcdefghijklmnop==", "…op=="),
        ("Accept", "application/json", "application/json"),
    ],
)
def test_credential_in_a_header_is_masked_but_for_the_personas_token(
    name: str, value: str, shown: str
) -> None:
    assert mask_headers([(name, value)], "demo") == [[name, shown]]


def test_credential_in_the_query_is_masked_and_the_rest_stays() -> None:
    assert mask_query(b"a=1&api_key=0123456789abcdef&b=%20") == "a=1&api_key=%E2%80%A6cdef&b=+"
    assert mask_query(b"a=%zz&&b") == "a=%zz&&b"
