"""Who may send what, and how often (MS-09, MS-10, MS-26, MS-27, MS-30)."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import jwt
from flask import Response, g, request
from werkzeug.exceptions import MethodNotAllowed

from contract_tests.peers.medisync.answers import Problem
from contract_tests.peers.medisync.peer import Caller, bug, caller, peer
from contract_tests.peers.medisync.transcribing import transcribe_due
from contract_tests.peers.medisync.world import Row

_SECRET = "medisync-peer-signs-its-own-tokens-only"
_OPEN = {"system.health", "accounts.login", "accounts.register"}
_READS = {"GET", "HEAD", "OPTIONS"}
_HOUR = 3600
_PLENTY = 1_000_000
PLANS = {"standard": (1000, 50), "premium": (5000, 200), "unlimited": (_PLENTY, _PLENTY)}


def new_token(user_id: str, remember: bool = False) -> str:
    """A signed JWT for a user: for a day, or for 30 days to be remembered (MS-F10, MS-F14)."""
    issued = datetime.now(UTC)
    lasts = timedelta(days=30 if remember else 1)
    return jwt.encode({"userId": user_id, "iat": issued, "exp": issued + lasts}, _SECRET, algorithm="HS256")


def admit() -> None:
    """Stop a request whose sender is unknown, too frequent or not permitted; run before every handler."""
    transcribe_due()
    if request.method == "HEAD" and peer().choices.bare_405:
        raise MethodNotAllowed()
    if request.url_rule is None or request.endpoint in _OPEN:
        return
    g.caller = _identify()
    _spend(g.caller.bucket, g.caller.requests)
    if request.method not in _READS and not g.caller.writes and not _slips_through():
        raise Problem("FORBIDDEN")


def _slips_through() -> bool:
    return bug("readonly_deletes") and request.method == "DELETE"


def _identify() -> Caller:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if not token and bug("notes_without_token") and request.endpoint == "notes.of_appointment":
        return _owner_of_path()
    if scheme.lower() != "bearer" or not token.strip():
        raise Problem("AUTH_REQUIRED")
    token = token.strip()
    tokens = peer().world.tokens
    if token in tokens:
        return _fixed_caller(token, tokens[token])
    return _caller_of(_user_of(token))


def _fixed_caller(token: str, user_id: str) -> Caller:
    usual = _caller_of(peer().world["users"][user_id])
    if token == "limited":
        return usual._replace(bucket=token, requests=3)
    if token == "readonly":
        return usual._replace(bucket=token, writes=False)
    return usual


def _user_of(token: str) -> Row:
    checks: Any = {"require": ["userId", "exp"]}
    if bug("signature_unchecked"):
        checks |= {"verify_signature": False, "verify_exp": True}
    try:
        user_id = jwt.decode(token, _SECRET, algorithms=["HS256"], options=checks)["userId"]
    except jwt.InvalidTokenError:
        raise Problem("INVALID_TOKEN") from None
    user = peer().world["users"].get(user_id) if isinstance(user_id, str) else None
    if user is None:
        raise Problem("INVALID_TOKEN")
    return user


def _caller_of(user: Row) -> Caller:
    requests, uploads = PLANS[user["plan"]]
    return Caller(user["_id"], user["_id"], requests, uploads, writes=True)


def _owner_of_path() -> Caller:
    key = (request.view_args or {}).get("appointment_id")
    appointment = peer().world["appointments"].get(str(key))
    if appointment is None:
        raise Problem("NOT_FOUND")
    return _caller_of(peer().world["users"][appointment["doctor_id"]])


def spend_upload() -> None:
    """Count an upload of the caller; uploads have a limit of their own (MS-34)."""
    _spend(f"{caller().bucket} uploads", caller().uploads)


def require_subscription() -> None:
    """Stop a caller without a subscription (MS-27, MS-F05)."""
    if not peer().world["users"][caller().user_id]["subscriptionActive"]:
        raise Problem("SUBSCRIPTION_REQUIRED")


def _spend(bucket: str, allowed: int) -> None:
    ends, used = _window(bucket)
    peer().windows[bucket] = (ends, used + 1)
    if used >= allowed and not bug("limit_never_reached"):
        raise Problem("RATE_LIMIT_EXCEEDED")


def _window(bucket: str) -> tuple[int, int]:
    current = int(time.time())
    ends, used = peer().windows.get(bucket, (0, 0))
    return (ends, used) if current < ends else (current + _HOUR, 0)


def add_rate_headers(answer: Response) -> Response:
    """Tell the caller what is left of the hour (MS-I13); run after every handler."""
    if peer().choices.extra_members:
        answer.headers["X-Request-Id"] = str(uuid4())
    sender: Caller | None = g.get("caller")
    if sender is None:
        return answer
    ends, used = _window(sender.bucket)
    standard = peer().choices.standard_rate_headers
    name = "RateLimit" if standard else "X-RateLimit"
    seconds_left = max(1, ends - int(time.time()))
    answer.headers[f"{name}-Limit"] = str(sender.requests)
    answer.headers[f"{name}-Remaining"] = str(max(0, sender.requests - used))
    answer.headers[f"{name}-Reset"] = str(seconds_left if standard else ends)
    if answer.status_code == 429 and not standard:
        answer.headers["Retry-After"] = str(seconds_left)
    return answer
