"""Accounts: users register, log in, and renew their token."""

from .calls import Answer, Call
from .filters import Condition
from .pages import Window
from .passwords import is_password
from .problems import ROOT, Fault, Problem
from .resources import Resource
from .schemas import Json
from .store import Row
from .store.rows import fit_column
from .values import load
from .writes import create

CHALLENGE = {"WWW-Authenticate": 'Bearer realm="sandbox"'}


def register(call: Call) -> Answer:
    """A new user; the password is kept as a hash only."""
    return create(call)


def login(call: Call) -> Answer:
    """A token for the user whose password it is (MS-F10). Raises Problem unauthenticated."""
    words, given = call.api.dialect["accounts"], call.body.value
    resource = call.api.resources[words["resource"]]
    user = _find_user(call, resource, words["login"], given.get(words["login"]))
    if user is None or not _has_password(resource, user, given.get(words["password"])):
        message = f"{words['login']} or {words['password']} is wrong"
        rule, name = (ROOT, "x-sandbox", "accounts"), words["login"]
        clue = Fault("body", f"/{name}", "", rule, given.get(name), None, "a registered user, its password")
        raise Problem("unauthenticated", message, headers=CHALLENGE, clues=[clue])
    key = user[resource.key]
    remember = given.get(words.get("remember")) is True
    token = _make_token(call, key, remember=remember)
    row = call.store.get(resource, call.world, key)
    assert row is not None
    return Answer("one", {"item": row.document, "token": token})


def _has_password(resource: Resource, user: Json, password: object) -> bool:
    hashed = user.get(resource.secret or "")
    return (
        isinstance(password, str) and bool(hashed) and is_password(password, user[resource.key], str(hashed))
    )


def _find_user(call: Call, resource: Resource, field: str, value: object) -> Json | None:
    conditions = [Condition((field,), "eq", fit_column(resource, field, value))]
    found = call.store.page(resource, call.world, (), conditions, (), Window(0, 1))
    return load(found[0]) if found else None


def refresh(call: Call) -> Answer:
    """A new token for the caller (MS-I11)."""
    row = find_caller(call)
    return Answer("one", {"item": row.document, "token": _make_token(call, row.key)})


def _make_token(call: Call, user: str, *, remember: bool = False) -> str:
    assert call.service.tokens is not None
    return call.service.tokens.make(user, call.world, remember=remember)


def find_caller(call: Call) -> Row:
    """The caller's own record. Raises Problem missing."""
    resource = call.api.resources[call.api.dialect["accounts"]["resource"]]
    row = call.store.get(resource, call.world, call.caller.persona.user or "")
    if row is None:
        raise Problem("missing", f"there is no {resource.name} {call.caller.persona.user}")
    return row


def check_subscription(call: Call) -> None:
    """Raises Problem unsubscribed for a user whose account is not."""
    if not call.operation.words.get("subscribed"):
        return
    field = call.api.dialect.get("accounts", {}).get("subscribed")
    if field and not find_caller(call).read().get(field):
        user = str(call.caller.persona.user)
        rule = (ROOT, "x-sandbox", "accounts", "subscribed")
        clue = Fault("credential", "", "", rule, user, None, f"a user whose {field} is true")
        raise Problem("unsubscribed", "this needs a subscription, which the account has not", clues=[clue])
