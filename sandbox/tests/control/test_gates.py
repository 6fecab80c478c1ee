"""Whom the control plane lets in."""

import pytest

from sandbox.control import Gate
from sandbox.problems import Problem, Unusable


@pytest.mark.parametrize(
    ("client", "headers"),
    [
        ("127.0.0.1", {"host": "localhost:8080"}),
        ("::1", {"host": "[::1]:8080"}),
        ("127.0.0.1", {"host": "127.0.0.1"}),
        ("127.0.0.1", {"host": "LOCALHOST"}),
        ("127.0.0.1", {"host": "localhost:8080", "origin": "http://localhost:8080"}),
        ("127.0.0.1", {"host": "localhost", "sec-fetch-site": "same-origin"}),
        ("127.0.0.1", {"host": "localhost", "sec-fetch-site": "none"}),
        ("::ffff:127.0.0.1", {"host": "localhost"}),
    ],
)
def test_this_machine_is_let_in(client: str, headers: dict[str, str]) -> None:
    Gate().check(client, headers)


@pytest.mark.parametrize(
    ("client", "headers"),
    [
        ("192.0.2.1", {"host": "localhost"}),
        ("", {"host": "localhost"}),
        ("localhost", {"host": "localhost"}),
        ("::ffff:192.0.2.1", {"host": "localhost"}),
        ("127.0.0.1", {"host": "localhost", "sec-fetch-site": "cross-site"}),
        ("127.0.0.1", {}),
        ("127.0.0.1", {"host": "rebound.example"}),
        ("127.0.0.1", {"host": "localhost.example:8080"}),
        ("127.0.0.1", {"host": "["}),
        ("127.0.0.1", {"host": "[::1"}),
        ("127.0.0.1", {"host": "localhost:8080", "origin": "http://localhost:3000"}),
        ("127.0.0.1", {"host": "localhost", "origin": "https://app.example"}),
        ("127.0.0.1", {"host": "localhost", "origin": "null"}),
        ("127.0.0.1", {"host": "localhost", "origin": ""}),
        ("127.0.0.1", {"host": "localhost", "origin": "http://["}),
    ],
)
def test_others_and_pages_of_other_sites_are_not(client: str, headers: dict[str, str]) -> None:
    with pytest.raises(Problem) as caught:
        Gate().check(client, headers)
    assert caught.value.kind == "forbidden"


TOKEN = "s3cret"
BEARER = {"authorization": f"Bearer {TOKEN}"}
COOKIE = {"cookie": f"a=b; sandbox-control={Gate(TOKEN).cookie}"}


@pytest.mark.parametrize("client", ["127.0.0.1", "192.0.2.1"])
@pytest.mark.parametrize("headers", [BEARER, COOKIE, {"authorization": f"bearer  {TOKEN}"}])
def test_control_token_lets_in_from_everywhere(client: str, headers: dict[str, str]) -> None:
    Gate(TOKEN).check(client, {"host": "sandbox.example", **headers})


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": "Bearer demo"},
        {"authorization": f"Basic {TOKEN}"},
        {"authorization": f"Bearer {TOKEN}x"},
        {"authorization": "Bearer "},
        {"authorization": "Bearer \xe9"},
        {"cookie": f"sandbox-control={TOKEN}"},
        {"cookie": "sandbox-control="},
        {"cookie": f"sandbox-control={Gate('other').cookie}"},
    ],
)
def test_with_a_control_token_nothing_else_lets_in_not_even_from_this_machine(
    headers: dict[str, str],
) -> None:
    with pytest.raises(Problem) as caught:
        Gate(TOKEN).check("127.0.0.1", {"host": "localhost", **headers})
    assert (caught.value.kind, "WWW-Authenticate" in caught.value.headers) == ("unauthenticated", True)


@pytest.mark.parametrize(
    "page", [{"origin": "https://app.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}]
)
@pytest.mark.parametrize("headers", [BEARER, COOKIE])
def test_page_of_another_site_is_refused_with_the_token_too(
    page: dict[str, str], headers: dict[str, str]
) -> None:
    with pytest.raises(Problem) as caught:
        Gate(TOKEN).check("127.0.0.1", {"host": "localhost", **headers, **page})
    assert caught.value.kind == "forbidden"


@pytest.mark.parametrize("token", ["", " ", "a b", "é", "x" * 513, "a\n"])
def test_control_token_that_no_header_can_carry_is_refused(token: str) -> None:
    with pytest.raises(Unusable, match="--control-token"):
        Gate(token)


def test_cookie_does_not_tell_the_token() -> None:
    assert TOKEN not in Gate(TOKEN).cookie
    assert not Gate().admits({"cookie": f"sandbox-control={Gate().cookie}"})
