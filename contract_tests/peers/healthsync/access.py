"""Who may call, and how often (HS-04, HS-32, HS-35, HS-37)."""

import time

from flask import Response, g, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from contract_tests.peers.healthsync.context import Refusal, peer

ACCOUNTS = {"demo": "demo", "peer": "peer", "readonly": "demo", "limited": "demo"}
LIMITS = {"limited": 3}
LIMIT = 1_000_000
WINDOW = 3600
READS = ("GET", "HEAD")


def admit() -> None:
    """Runs before every endpoint: the credential, the rate, the permission, and only then the path."""
    if request.path == "/openapi.json":
        _count("")
        return
    token = _token()
    _count(token)
    unknown = request.routing_exception
    if token not in ACCOUNTS and not (peer().choices.unusual and unknown) and not _open():
        raise Refusal(401, "Invalid or missing API key")
    if g.remaining < 0:
        raise Refusal(429, f"Rate limit exceeded. Retry after {g.reset - int(time.time())} seconds")
    if peer().choices.unusual and request.method == "HEAD":
        raise MethodNotAllowed
    if token == "readonly" and request.method not in READS and unknown is None and not _leaky():
        raise Refusal(403, "This key may only read")
    g.account = ACCOUNTS.get(token, "demo")


def finish(response: Response) -> Response:
    """Adds the rate-limit headers (HS-37), and a Retry-After that the document does not ask for.

    Args:
        response: the answer so far.
    """
    here = peer()
    remaining = max(g.get("remaining", LIMIT), 0)
    if here.bug == "remaining_never_falls":
        remaining = g.limit - 1
    response.headers["X-RateLimit-Limit"] = str(g.get("limit", LIMIT))
    response.headers["X-RateLimit-Remaining"] = str(remaining)
    response.headers["X-RateLimit-Reset"] = str(g.get("reset", int(time.time()) + WINDOW))
    if here.choices.unusual:
        response.headers["X-Request-Id"] = f"{time.monotonic_ns():x}"
    elif response.status_code == 429:
        response.headers["Retry-After"] = str(max(g.reset - int(time.time()), 1))
    elif response.status_code == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def allow(response: Response, error: HTTPException) -> Response:
    """Adds the Allow header to a 405, which plain HTTP wants.

    Args:
        response: the answer so far.
        error: what went wrong.
    """
    if isinstance(error, MethodNotAllowed) and error.valid_methods and not peer().choices.unusual:
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return response


def _token() -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _count(token: str) -> None:
    """Counts a request in the token's window; strangers share one count."""
    here, now = peer(), int(time.time())
    name = token if token in ACCOUNTS else ""
    reset, used = here.used.get(name, (0, 0))
    if now >= reset:
        reset, used = now + WINDOW, 0
    here.used[name] = (reset, used + 1)
    g.limit = LIMITS.get(name, LIMIT)
    g.reset, g.remaining = reset, g.limit - used - 1


def _open() -> bool:
    return peer().bug == "family_detail_open" and request.endpoint == "family_member"


def _leaky() -> bool:
    return peer().bug == "readonly_may_upload" and (request.endpoint, request.method) == ("records", "POST")
