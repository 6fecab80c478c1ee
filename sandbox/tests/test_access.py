"""Credentials: which request is whose, in which world, and what it may do."""

import base64
from collections.abc import Mapping
from typing import Any

import pytest

from sandbox import access as access_module
from sandbox.access import ANONYMOUS, Access, Caller, Persona, read_personas
from sandbox.credentials import find_header, read_cookie, show_credential
from sandbox.problems import Problem

Json = dict[str, Any]

PERSONAS = read_personas(
    {
        "demo": {},
        "ann": {"user": "ann", "account": "acme", "quota": 5},
        "readonly": {"scopes": ["read"]},
        "expired": {"expired": True},
    }
)
BEARER = {"type": "http", "scheme": "bearer"}
SCHEMES: dict[str, Json] = {
    "bearer": BEARER,
    "upper": {"type": "http", "scheme": "Bearer"},
    "words": {**BEARER, "x-sandbox": {"prefixes": ["Bearer", "ApiKey", ""]}},
    "basic": {"type": "http", "scheme": "basic"},
    "header": {"type": "apiKey", "in": "header", "name": "X-Api-Key"},
    "query": {"type": "apiKey", "in": "query", "name": "api_key"},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "session"},
    "oauth": {"type": "oauth2", "flows": {}},
    "openid": {"type": "openIdConnect", "openIdConnectUrl": "https://example.com"},
}


def admit(
    *requirements: Json,
    headers: Mapping[str, str] | None = None,
    query: Mapping[str, str] | None = None,
) -> Caller:
    return Access(requirements, SCHEMES, frozenset(), PERSONAS).admit(headers or {}, query or {})


def refuse(*requirements: Json, **request: Any) -> Problem:
    with pytest.raises(Problem) as caught:
        admit(*requirements, **request)
    return caught.value


def need(name: str) -> dict[str, list[str]]:
    return {name: []}


def basic(text: str) -> str:
    return f"Basic {base64.b64encode(text.encode()).decode()}"


@pytest.mark.parametrize(
    ("scheme", "headers", "query"),
    [
        ("bearer", {"authorization": "Bearer demo"}, {}),
        ("bearer", {"authorization": "bearer demo"}, {}),
        ("bearer", {"authorization": "  BEARER   demo "}, {}),
        ("upper", {"authorization": "Bearer demo"}, {}),
        ("words", {"authorization": "ApiKey demo"}, {}),
        ("words", {"authorization": "Bearer demo"}, {}),
        ("words", {"authorization": "demo"}, {}),
        ("basic", {"authorization": basic("demo:secret")}, {}),
        ("basic", {"authorization": basic("demo:")}, {}),
        ("basic", {"authorization": basic("demo:a:b").replace("Basic", "basic")}, {}),
        ("header", {"x-api-key": "demo"}, {}),
        ("query", {}, {"api_key": "demo"}),
        ("cookie", {"cookie": "a=b; session=demo; c=d"}, {}),
        ("oauth", {"authorization": "Bearer demo"}, {}),
        ("openid", {"authorization": "Bearer demo"}, {}),
    ],
)
def test_credential_is_read_as_its_scheme_says(scheme: str, headers: Json, query: Json) -> None:
    assert admit(need(scheme), headers=headers, query=query) == Caller(PERSONAS["demo"], "")


@pytest.mark.parametrize(
    ("scheme", "headers", "query"),
    [
        ("bearer", {}, {}),
        ("bearer", {"authorization": ""}, {}),
        ("bearer", {"authorization": "Bearer"}, {}),
        ("bearer", {"authorization": "Bearer "}, {}),
        ("bearer", {"authorization": "demo"}, {}),
        ("bearer", {"authorization": "ApiKey demo"}, {}),
        ("bearer", {"authorization": "Bearer demo demo"}, {}),
        ("bearer", {"authorization": "Bearerdemo"}, {}),
        ("bearer", {"authorization": "Bearer nobody"}, {}),
        ("bearer", {"authorization": "Bearer Demo"}, {}),
        ("bearer", {"x-api-key": "demo"}, {"api_key": "demo"}),
        ("words", {"authorization": "Token demo"}, {}),
        ("basic", {"authorization": "Basic demo"}, {}),
        ("basic", {"authorization": "Basic ü"}, {}),
        ("basic", {"authorization": "Basic /w=="}, {}),
        ("basic", {"authorization": "Basic"}, {}),
        ("basic", {"authorization": f"Bearer {basic('demo:')[6:]}"}, {}),
        ("header", {"x-api-key": ""}, {}),
        ("query", {"api_key": "demo"}, {}),
        ("cookie", {"cookie": "sessions=demo"}, {}),
    ],
)
def test_request_without_a_known_credential_is_unauthenticated(
    scheme: str, headers: Json, query: Json
) -> None:
    problem = refuse(need(scheme), headers=headers, query=query)
    assert problem.kind in ("unauthenticated", "invalid_token")
    assert problem.message


@pytest.mark.parametrize(
    ("scheme", "challenge"), [("bearer", "Bearer"), ("basic", "Basic"), ("oauth", "Bearer")]
)
def test_refusal_says_how_to_authenticate(scheme: str, challenge: str) -> None:
    """RFC 9110 §15.5.2: a 401 has a challenge."""
    assert refuse(need(scheme)).headers["WWW-Authenticate"].startswith(f"{challenge} ")


@pytest.mark.parametrize(
    ("scheme", "shown"),
    [
        ("bearer", "Authorization: Bearer demo"),
        ("basic", f"Authorization: {basic('demo:')}"),
        ("header", "X-Api-Key: demo"),
        ("query", "?api_key=demo"),
        ("cookie", "Cookie: session=demo"),
        ("oauth", "Authorization: Bearer demo"),
    ],
)
def test_refusal_shows_a_credential_that_works(scheme: str, shown: str) -> None:
    assert show_credential(SCHEMES[scheme], "demo") == shown
    assert shown in refuse(need(scheme)).message


def test_expired_credential_is_unauthenticated_and_told_so() -> None:
    problem = refuse(need("bearer"), headers={"authorization": "Bearer expired"})
    assert problem.kind == "invalid_token"
    assert "expired" in problem.message


@pytest.mark.parametrize(
    ("headers", "query", "admitted"),
    [
        ({"authorization": "Bearer demo"}, {}, True),
        ({}, {"api_key": "demo"}, True),
        ({"authorization": "Bearer nobody"}, {"api_key": "demo"}, True),
        ({}, {}, False),
    ],
)
def test_any_of_the_alternatives_suffices(headers: Json, query: Json, admitted: bool) -> None:
    alternatives = need("bearer"), need("query")
    if admitted:
        assert admit(*alternatives, headers=headers, query=query).persona.name == "demo"
    else:
        assert refuse(*alternatives, headers=headers, query=query).kind in (
            "unauthenticated",
            "invalid_token",
        )


@pytest.mark.parametrize(
    ("query", "admitted"), [({"api_key": "demo"}, True), ({}, False), ({"api_key": "no"}, False)]
)
def test_schemes_of_one_alternative_are_needed_together(query: Json, admitted: bool) -> None:
    both = need("bearer") | need("query")
    headers = {"authorization": "Bearer demo"}
    if admitted:
        assert admit(both, headers=headers, query=query).persona.name == "demo"
    else:
        assert refuse(both, headers=headers, query=query).kind in ("unauthenticated", "invalid_token")


@pytest.mark.parametrize("requirements", [(), ({},), (need("bearer"), {}), ({}, need("bearer"))])
def test_operation_that_asks_for_no_credential_is_open(requirements: tuple[Json, ...]) -> None:
    assert admit(*requirements).persona.name == "anonymous"


@pytest.mark.parametrize("requirements", [(need("bearer"), {}), ({}, need("bearer"))])
def test_credential_that_is_optional_counts_when_it_is_there(requirements: tuple[Json, ...]) -> None:
    assert admit(*requirements, headers={"authorization": "Bearer ann"}).persona.name == "ann"


@pytest.mark.parametrize(
    ("token", "header", "world"),
    [
        ("demo", None, ""),
        ("demo.job-1", None, "job-1"),
        ("ann.A_z", None, "A_z"),
        ("demo", "job-2", "job-2"),
        ("demo.job-1", "job-2", "job-1"),
        ("demo." + "a" * 64, None, "a" * 64),
    ],
)
def test_world_is_the_suffix_of_the_token_else_the_header(token: str, header: str | None, world: str) -> None:
    headers = {"authorization": f"Bearer {token}"} | ({"sandbox-world": header} if header else {})
    assert admit(need("bearer"), headers=headers) == Caller(PERSONAS[token.partition(".")[0]], world)


@pytest.mark.parametrize(
    ("authorization", "world"),
    [
        ("Bearer demo.mine", "mine"),
        ("Bearer readonly.mine", "mine"),
        ("Bearer demo", "job"),
        ("Bearer nobody.mine", "job"),
        ("Bearer expired.mine", "job"),
        ("Bearer demo.", "job"),
        ("Bearer a.b.c", "job"),
        ("nonsense", "job"),
    ],
)
def test_open_operation_keeps_to_the_world_of_a_good_token(authorization: str, world: str) -> None:
    caller = admit(headers={"authorization": authorization, "sandbox-world": "job"})
    assert (caller.persona, caller.world) == (ANONYMOUS, world)


def test_open_operation_takes_the_world_of_the_header() -> None:
    assert admit(headers={"sandbox-world": "job"}).world == "job"


@pytest.mark.parametrize(
    "token",
    ["demo.", "demo.a b", "demo.a/b", "demo.ü", "demo." + "a" * 65, "demo.a.b", ".job", "expired.job"],
)
def test_token_with_a_world_that_has_no_name_is_unauthenticated(token: str) -> None:
    found = refuse(need("bearer"), headers={"authorization": f"Bearer {token}"}).kind
    assert found in ("unauthenticated", "invalid_token")


@pytest.mark.parametrize("world", ["a b", "../x", "ü", "a" * 65])
def test_header_with_a_world_that_cannot_be_is_invalid(world: str) -> None:
    problem = refuse(need("bearer"), headers={"authorization": "Bearer demo", "sandbox-world": world})
    assert problem.kind == "invalid"
    assert "Sandbox-World" in problem.message


@pytest.mark.parametrize(
    ("persona", "needs", "lacking"),
    [
        ("demo", {"read", "write"}, ""),
        ("readonly", {"read"}, ""),
        ("readonly", set(), ""),
        ("readonly", {"read", "write"}, "write"),
        ("readonly", {"b", "a"}, "a, b"),
    ],
)
def test_scopes_that_are_lacking_are_forbidden_and_named(persona: str, needs: set[str], lacking: str) -> None:
    access = Access([], {}, frozenset(needs), PERSONAS)
    if not lacking:
        access.permit(Caller(PERSONAS[persona]))
        return
    with pytest.raises(Problem, match=f" {lacking}$") as caught:
        access.permit(Caller(PERSONAS[persona]))
    assert caught.value.kind == "forbidden"


@pytest.mark.parametrize(
    ("persona", "owners", "owner"),
    [
        (Persona("p"), (), None),
        (Persona("p", user="u"), ("u",), "u"),
        (Persona("p", account="a"), ("a",), "a"),
        (Persona("p", user="u", account="a"), ("u", "a"), "a"),
        (Persona("p", user="u", account="u"), ("u",), "u"),
    ],
)
def test_persona_sees_what_user_and_account_own_and_creates_for_the_account(
    persona: Persona, owners: tuple[str, ...], owner: str | None
) -> None:
    assert (persona.owners, persona.owner) == (owners, owner)


@pytest.mark.parametrize(
    ("header", "value"),
    [("a=1; b=2", "2"), ("b=", ""), ("b=x=y", "x=y"), ("ab=1", None), ("", None), ("b=1; b=2", "1")],
)
def test_cookie_is_found_by_its_whole_name(header: str, value: str | None) -> None:
    assert read_cookie(header, "b") == value


@pytest.mark.parametrize(
    ("scheme", "header"),
    [
        ("bearer", "authorization"),
        ("basic", "authorization"),
        ("oauth", "authorization"),
        ("openid", "authorization"),
        ("header", "x-api-key"),
        ("cookie", "cookie"),
    ],
)
def test_token_is_in_the_header_of_its_scheme(scheme: str, header: str) -> None:
    assert find_header(SCHEMES[scheme]) == header


def test_callers_are_remembered_by_what_tells_them_and_no_more_than_some(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(access_module, "MOST", 3)
    access = Access([need("bearer")], SCHEMES, frozenset(), PERSONAS)
    token = {"authorization": "Bearer demo"}
    for number in range(10):
        assert access.admit({**token, "cookie": str(number)}, {}) == Caller(PERSONAS["demo"])
    assert len(access._known) == 1
    assert access.admit({"authorization": "Bearer" + " " * 1000 + "demo"}, {}) == Caller(PERSONAS["demo"])
    assert len(access._known) == 1
    for number in range(10):
        assert access.admit({"authorization": f"Bearer demo.w{number}"}, {}).world == f"w{number}"
        assert len(access._known) <= 3
