"""Tokens of users: how long they live, whose they are, what is refused."""

import base64
import hashlib
import hmac
from dataclasses import replace
from typing import Any

import jwt
import orjson
import pytest

from sandbox.access import Persona, read_personas
from sandbox.clock import Clock, Clocks
from sandbox.problems import Problem
from sandbox.tests.shop import START
from sandbox.tokens import SECRET, Tokens

Json = dict[str, Any]

NOW = int(START.timestamp())
WORDS: Json = {"claim": "uid", "seconds": 60, "remembered": 600, "plan": "standard"}
PERSONAS = read_personas(
    {
        "demo": {"user": "ann", "quota": 9},
        "standard": {"user": "bob", "account": "ann", "quota": 100, "quotas": {"uploads": 5}},
        "twin": {"user": "bob", "quota": 7},
        "nobody": {},
        "expired": {"user": "eve", "expired": True},
    }
)


class Desk:
    """Tokens by a clock that stands still until `seconds` moves it."""

    def __init__(self, **words: Any) -> None:
        self.seconds = 0.0
        self.clocks = Clocks(Clock(START, ticks=lambda: self.seconds))
        self.tokens = Tokens({**WORDS, **words}, PERSONAS, self.clocks)

    def refuse(self, token: str) -> Problem:
        with pytest.raises(Problem) as caught:
            self.tokens.identify(token)
        assert caught.value.kind == "invalid_token"
        assert caught.value.headers["WWW-Authenticate"].startswith("Bearer ")
        return caught.value


def read(token: str) -> Json:
    claims: Json = jwt.decode(token, SECRET, ["HS256"], options={"verify_exp": False, "verify_iat": False})
    return claims


def sign(secret: str = SECRET, **claims: Any) -> str:
    return jwt.encode({"uid": "ann", "exp": NOW + 60, **claims}, secret, "HS256")


def sign_longer() -> str:
    """A token of the right key by HS512."""
    text = f"{encode({'alg': 'HS512', 'typ': 'JWT'})}.{CLAIMS}"
    return f"{text}.{shorten(hmac.new(SECRET.encode(), text.encode(), hashlib.sha512).digest())}"


@pytest.mark.parametrize(
    ("words", "remember", "life"),
    [({}, False, 60), ({}, True, 600), ({"seconds": 1}, False, 1), ({"remembered": 5}, True, 5)],
)
def test_token_says_who_since_when_and_until_when(words: Json, remember: bool, life: int) -> None:
    token = Desk(**words).tokens.make("ann", "", remember=remember)
    assert jwt.get_unverified_header(token) == {"alg": "HS256", "typ": "JWT"}
    assert read(token) == {"uid": "ann", "iat": NOW, "exp": NOW + life}


def test_api_without_a_longer_life_has_the_usual_one() -> None:
    desk = Desk()
    tokens = Tokens({"claim": "uid", "seconds": 60}, PERSONAS, desk.clocks)
    assert read(tokens.make("ann", "", remember=True))["exp"] == NOW + 60


@pytest.mark.parametrize(("remember", "life"), [(False, 60), (True, 600)])
def test_token_expires_by_the_clock(remember: bool, life: int) -> None:
    desk = Desk()
    token = desk.tokens.make("ann", "", remember=remember)
    desk.seconds = life - 0.1
    assert desk.tokens.identify(token).persona.user == "ann"
    desk.seconds = life
    assert "expired" in desk.refuse(token).message


def test_token_of_a_world_expires_by_the_clock_of_that_world() -> None:
    desk = Desk()
    here, there = desk.tokens.make("ann", ""), desk.tokens.make("ann", "mine")
    assert read(there)["world"] == "mine"
    assert desk.tokens.identify(there).world == "mine"
    desk.clocks.drive("mine", NOW + 61)
    assert desk.tokens.identify(here).world == ""
    desk.refuse(there)
    assert read(desk.tokens.make("ann", "mine"))["exp"] == NOW + 121


def test_token_made_in_a_future_world_is_valid_there() -> None:
    desk = Desk()
    desk.clocks.drive("late", NOW + 10**8)
    assert desk.tokens.identify(desk.tokens.make("ann", "late")).persona.user == "ann"


@pytest.mark.parametrize(
    ("user", "persona"),
    [
        ("ann", PERSONAS["demo"]),
        ("bob", PERSONAS["standard"]),
        ("new", Persona("new", user="new", quota=100, quotas={"uploads": 5})),
        ("eve", Persona("eve", user="eve", quota=100, quotas={"uploads": 5})),
        ("demo", Persona("demo", user="demo", quota=100, quotas={"uploads": 5})),
    ],
)
def test_user_is_the_first_persona_of_the_fixtures_else_one_of_its_own_with_the_quotas_of_the_plan(
    user: str, persona: Persona
) -> None:
    desk = Desk()
    assert desk.tokens.identify(desk.tokens.make(user, "")).persona == persona


@pytest.mark.parametrize("plan", ["", "nope"])
def test_user_without_a_plan_sees_only_its_own(plan: str) -> None:
    desk = Desk(plan=plan)
    persona = desk.tokens.identify(desk.tokens.make("new", "")).persona
    assert persona == replace(Persona("new"), user="new")
    assert persona.owners == ("new",)


def encode(value: Any) -> str:
    return shorten(orjson.dumps(value))


def shorten(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


CLAIMS = encode({"uid": "ann", "exp": NOW + 60})
HEAD, PAYLOAD, SIGNATURE = sign().split(".")


@pytest.mark.parametrize(
    "token",
    [
        sign("another secret that is long enough for this"),
        sign_longer(),
        f"{encode({'alg': 'none', 'typ': 'JWT'})}.{CLAIMS}.",
        f"{encode({'alg': 'none', 'typ': 'JWT'})}.{CLAIMS}.{SIGNATURE}",
        f"{encode({'alg': 'RS256', 'typ': 'JWT'})}.{PAYLOAD}.{SIGNATURE}",
        f"{HEAD}.{encode({'uid': 'bob', 'exp': NOW + 60})}.{SIGNATURE}",
        f"{HEAD}.{PAYLOAD}.",
        f"{HEAD}.{PAYLOAD}.{SIGNATURE[::-1]}",
        "a.b.c",
        "..",
        "",
        "é.é.é",
        jwt.encode({"uid": "ann"}, SECRET),
        jwt.encode({"exp": NOW + 60}, SECRET),
        jwt.encode({"sub": "ann", "exp": NOW + 60}, SECRET),
    ],
)
def test_token_of_another_key_algorithm_or_form_is_refused(token: str) -> None:
    assert "not valid" in Desk().refuse(token).message


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": "soon"},
        {"exp": None},
        {"exp": [1]},
        {"uid": None},
        {"uid": 5},
        {"uid": ["ann"]},
        {"uid": {}},
        {"world": 5},
        {"world": ["a"]},
        {"world": "a b"},
    ],
)
def test_claim_of_another_type_is_refused(claims: Json) -> None:
    assert "not valid" in Desk().refuse(sign(**claims)).message


def test_expiry_may_be_a_fraction() -> None:
    desk = Desk()
    token = sign(exp=NOW + 0.5)
    assert desk.tokens.identify(token).persona.user == "ann"
    desk.seconds = 0.6
    desk.refuse(token)
