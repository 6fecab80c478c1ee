"""Accounts: users register, log in, renew their token, and need a subscription."""

from typing import Any

import orjson
import pytest

from sandbox.problems import Problem
from sandbox.tests.clinic import VISIT, Clinic

Json = dict[str, Any]

NEW: Json = {"email": "new@example.com", "password": "secret-9", "name": "New"}
ANN: Json = {"email": "ann@example.com", "password": "secret-1"}


@pytest.fixture
def clinic() -> Any:
    made = Clinic()
    yield made
    made.store.close()


def refuse(clinic: Clinic, operation: str, body: Any = None, **options: Any) -> Problem:
    with pytest.raises(Problem) as caught:
        clinic.act(operation, body, **options)
    return caught.value


def test_new_user_logs_in_and_finds_itself(clinic: Clinic) -> None:
    made = clinic.one("register", NEW)
    login = clinic.act("login", {"email": NEW["email"], "password": NEW["password"]})
    caller = clinic.tokens.identify(login.values["token"])
    assert caller.persona.user == made["id"]
    assert clinic.one("showMe", persona=caller.persona)["email"] == NEW["email"]
    assert orjson.loads(login.values["item"])["id"] == made["id"]


@pytest.mark.parametrize("password", ["secret-9", "pbkdf2$", "pbkdf2$secret", "é€😀", " "])
def test_only_the_hash_of_a_password_is_kept(clinic: Clinic, password: str) -> None:
    made = clinic.one("register", {**NEW, "password": password})
    row = clinic.store.get(clinic.api.resources["User"], "", made["id"])
    assert row
    assert row.read()["password"] != password
    assert row.owner == made["id"]
    clinic.act("login", {**NEW, "password": password})
    assert refuse(clinic, "login", {**NEW, "password": row.read()["password"]}).kind == "unauthenticated"


def test_second_user_of_the_same_address_is_a_conflict(clinic: Clinic) -> None:
    assert refuse(clinic, "register", {**NEW, "email": ANN["email"]}).kind == "conflict"
    assert clinic.act("login", ANN)


@pytest.mark.parametrize(
    "given",
    [
        {"password": "secret-2"},
        {"password": "Secret-1"},
        {"password": ""},
        {"password": None},
        {"password": 5},
        {"password": ["secret-1"]},
        {"email": "nobody@example.com"},
        {"email": "ANN@example.com"},
        {"email": ""},
        {"email": None},
    ],
)
def test_wrong_password_and_unknown_user_are_refused_alike(clinic: Clinic, given: Json) -> None:
    problem = refuse(clinic, "login", {**ANN, **given})
    assert (problem.kind, problem.message) == ("unauthenticated", "email or password is wrong")


def test_user_without_a_password_cannot_log_in(clinic: Clinic) -> None:
    made = clinic.one("register", {"email": "bare@example.com"})
    assert "password" not in made
    for password in ("", "None", None):
        assert refuse(clinic, "login", {"email": "bare@example.com", "password": password})


@pytest.mark.parametrize(
    ("remember", "life"), [({}, 60), ({"remember": True}, 600), ({"remember": False}, 60)]
)
def test_client_may_ask_for_the_longer_life(clinic: Clinic, remember: Json, life: int) -> None:
    token = clinic.act("login", {**ANN, **remember}).values["token"]
    clinic.seconds = life - 1
    assert clinic.tokens.identify(token).persona.name == "demo"
    clinic.seconds = life
    with pytest.raises(Problem):
        clinic.tokens.identify(token)


def test_users_of_a_world_are_known_there_only(clinic: Clinic) -> None:
    clinic.one("register", NEW, world="mine")
    assert refuse(clinic, "login", NEW).kind == "unauthenticated"
    token = clinic.act("login", NEW, world="mine").values["token"]
    assert clinic.tokens.identify(token).world == "mine"


def test_refreshed_token_lives_on_from_now_and_the_old_one_does_not(clinic: Clinic) -> None:
    old = clinic.act("login", ANN).values["token"]
    clinic.seconds = 59
    new = clinic.act("refresh").values["token"]
    clinic.seconds = 118
    assert clinic.tokens.identify(new).persona.user == "user_1"
    with pytest.raises(Problem):
        clinic.tokens.identify(old)


@pytest.mark.parametrize("persona", ["standard", "peer"])
def test_caller_who_is_no_user_has_no_token_to_renew(clinic: Clinic, persona: str) -> None:
    assert refuse(clinic, "refresh", persona=persona).kind == "missing"


@pytest.mark.parametrize(
    ("persona", "kind"), [("demo", None), ("idle", "unsubscribed"), ("standard", "missing")]
)
def test_operation_may_need_a_subscription(clinic: Clinic, persona: str, kind: str | None) -> None:
    if kind is None:
        assert clinic.one("amendVisit", {"reason": "x"}, id=VISIT, persona=persona)["reason"] == "x"
    else:
        assert refuse(clinic, "amendVisit", {"reason": "x"}, id=VISIT, persona=persona).kind == kind
        assert clinic.visit()["reason"] == "Pain"


def test_other_operations_need_none(clinic: Clinic) -> None:
    assert clinic.one("showVisit", id=VISIT, persona="idle")["reason"] == "Pain"


def test_endpoints_pass_the_token_on_and_never_answer_the_password(clinic: Clinic) -> None:
    made = clinic.ask("register", body=NEW)
    assert made.status == 201
    login = clinic.ask("login", body={"email": NEW["email"], "password": NEW["password"]})
    assert login.status == 200
    me = clinic.ask("showMe", orjson.loads(login.body)["token"])
    assert orjson.loads(me.body)["data"]["email"] == NEW["email"]
    renewed = clinic.ask("refresh", orjson.loads(login.body)["token"])
    assert clinic.tokens.identify(orjson.loads(renewed.body)["token"]).persona.user
    for response in (made, login, me):
        assert b"password" not in response.body


@pytest.mark.parametrize("token", [None, "nope", "a.b.c", "expired"])
def test_endpoint_refuses_who_has_no_valid_token(clinic: Clinic, token: str | None) -> None:
    response = clinic.ask("showMe", token)
    assert response.status == 401
    assert "WWW-Authenticate" in response.headers


def test_refused_login_names_the_scheme() -> None:
    clinic = Clinic()
    response = clinic.ask("login", body={**ANN, "password": "wrong"})
    assert response.status == 401
    assert "WWW-Authenticate" in response.headers  # RFC 9110 §15.5.2
    clinic.store.close()
