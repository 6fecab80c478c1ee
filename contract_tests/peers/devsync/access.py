"""Who calls, and what the caller may see (section 3 of the document)."""

from http import HTTPStatus
from typing import NamedTuple

from contract_tests.peers.devsync.choices import Choices
from contract_tests.peers.devsync.errors import Refusal
from contract_tests.peers.devsync.record import Record

PEER_DEVELOPER = "dev-900"


class Caller(NamedTuple):
    """The holder of a token: its account, the one developer that it is bound to, whether it may write."""

    account: str
    developer: str | None
    writes: bool


CALLERS = {
    "demo": Caller("demo", None, True),
    "peer": Caller("peer", PEER_DEVELOPER, True),
    "readonly": Caller("demo", None, False),
}


def identified(header: str | None, action: str, choices: Choices, bug: str | None) -> Caller:
    """The caller of a request (DS-33, DS-34, DS-37).

    Parameters: header, Authorization; action, what is asked for; choices, which schemes; bug, if any.
    """
    if header is None and bug == f"open-{action}":
        return CALLERS["demo"]
    token = _token(header or "", choices)
    if bug == "empty-token" and header is not None and not token:
        return CALLERS["demo"]
    if bug == "token-prefix":
        token = next((known for known in CALLERS if token.startswith(known)), token)
    if token in CALLERS:
        return CALLERS[token]
    if header is None and bug == "missing-token-403":
        raise Refusal(HTTPStatus.FORBIDDEN, "Not allowed.")
    raise Refusal(HTTPStatus.UNAUTHORIZED, "A valid API key or bearer token is required.")


def _token(header: str, choices: Choices) -> str:
    scheme, _, token = header.strip().partition(" ")
    if scheme.lower() in ("bearer", "api-key" if choices.extras else "apikey"):
        return token.strip()
    bare = not token and not choices.extras
    return scheme if bare else "?"


def demand_write(caller: Caller, action: str, bug: str | None) -> None:
    """Refuse a caller that may only read (DS-35, DS-38).

    Parameters: caller, who; action, what is asked for; bug, if any.
    """
    if not caller.writes and bug != f"readonly-{action}":
        raise Refusal(HTTPStatus.FORBIDDEN, "The scope sync:write is required.")


def may_reach(caller: Caller, record: Record, choices: Choices) -> bool:
    """Whether a record is the caller's to see and to change (DS-38).

    Parameters: caller, who; record, which; choices, what a record belongs to.
    """
    if choices.owned_by_account:
        return record.owner == caller.account
    return caller.developer in (None, record.developer_id)
