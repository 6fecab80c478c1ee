"""Users and their tokens, where a document says how users register and log in."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from contract_tests.answers import read_answer
from contract_tests.contracts import Contract
from contract_tests.exchanges import Exchange
from contract_tests.makers import Maker
from contract_tests.operations import Operation, Resource
from contract_tests.problems import Unusable
from contract_tests.records import Record, Unmakeable
from contract_tests.sessions import Session
from contract_tests.transport import Unreachable

Json = Any
PASSWORD = "Sandbox-2026-Test"  # of users that we register; nothing is behind it


class Refused(Exception):
    """A log-in or a registration failed; the text says how."""


@dataclass(frozen=True)
class User:
    """A user who can log in, and what the server said when he registered."""

    login: str
    password: str
    record: Record | None = None


def words_of(contract: Contract) -> Mapping[str, Json]:
    """What the vocabulary says of users; empty where the document has none."""
    words: Mapping[str, Json] = contract.words.get("accounts", {})
    return words


def doing(contract: Contract, does: str) -> Operation | None:
    """The operation that registers, logs in or refreshes."""
    return next((row for row in contract.operations if row.does == does), None)


def users(contract: Contract) -> Resource:
    """The resource whose records are the users."""
    return contract.resources[words_of(contract)["resource"]]


def login_of(contract: Contract) -> Operation:
    """The operation that logs in. Raises Refused where there is none."""
    operation = doing(contract, "login")
    if operation is None:
        raise Refused("the document has no log-in")
    return operation


def ask_login(session: Session, user: User, **fields: Json) -> Exchange:
    """Send the log-in of a user. Parameters: fields of the body to set beside. Raises Refused."""
    words = words_of(session.contract)
    body = {words["login"]: user.login, words["password"]: user.password, **fields}
    return session.send(login_of(session.contract), body=body, role=None)


def token_in(operation: Operation, exchange: Exchange) -> str:
    """The token in an answer; empty where there is none."""
    token = read_answer(operation, exchange).values.get("token") if exchange.status < 300 else None
    return token if isinstance(token, str) else ""


def log_in(session: Session, user: User, **fields: Json) -> str:
    """The token of a user. Raises Refused."""
    exchange = ask_login(session, user, **fields)
    token = token_in(login_of(session.contract), exchange)
    if not token:
        raise Refused(f"{exchange}, without a token")
    return token


def enrol(maker: Maker, **values: Json) -> User:
    """Register a new user. Raises Unmakeable where the profile or the document does not permit it."""
    contract, words = maker.contract, words_of(maker.contract)
    operation = doing(contract, "register")
    if operation is None or operation.resource is None:
        raise Unmakeable("the document does not say how users register")
    maker.creation(operation.resource)
    body, _ = maker.drafts.body(operation, "owner", {words["password"]: PASSWORD, **values})
    record = maker.create(operation, {}, body, "owner", authorization="")
    if record.exchange.status >= 300:
        raise Unmakeable(f"{record.exchange}: a user could not be registered")
    return User(str(body[words["login"]]), str(body[words["password"]]), record)


def sign_in(session: Session) -> None:
    """Get the owner's token from the log-in of the target, where it has one. Raises Unusable."""
    if session.has("owner") or session.target.login is None:
        return
    user = User(*session.target.login)
    try:
        if not words_of(session.contract):
            raise Refused("the document does not say how users log in; give a --token")
        session.tokens["owner"] = log_in(session, user)
    except (Refused, Unreachable) as error:
        raise Unusable(f"--login {user.login}: {error}") from None


def credentials(session: Session) -> list[str]:
    """Get the tokens that are missing and that can be had; what is said of those that could not.

    The peer's comes from a user that we register, where that is documented and leftovers are permitted.
    """
    problems: list[str] = []
    if not words_of(session.contract):
        return problems
    try:
        if session.has("owner") and not session.has("peer") and session.leftovers and session.writes:
            session.tokens["peer"] = log_in(session, enrol(Maker(session)))
    except (Refused, Unmakeable) as error:
        problems.append(str(error))
    return problems


def bearer(session: Session, token: str, shown: str = "Bearer <token of a log-in>") -> str:
    """The Authorization header of a token that is no role's; a report shows the given text for it."""
    session.labels[f"Bearer {token}"] = shown
    return f"Bearer {token}"


def decode(token: str) -> dict[str, Json] | None:
    """The claims of a signed token (RFC 7519), unverified; None where it is none."""
    parts = token.split(".")
    try:
        claims = json.loads(_unpack(parts[1])) if len(parts) == 3 else None
    except ValueError:
        return None
    return claims if isinstance(claims, dict) else None


def forge(token: str, claims: Mapping[str, Json], header: Mapping[str, Json] | None = None) -> str:
    """The token with other claims and the old signature, or with another header and none."""
    head, _, signature = token.split(".")
    if header is not None:
        return f"{_pack(header)}.{_pack(claims)}."
    return f"{head}.{_pack(claims)}.{signature}"


def _unpack(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _pack(value: Mapping[str, Json]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")
