"""What each request passes first: the key, its rate limit, its permissions (YC-02, YC-38, YC-43)."""

import time

from flask import Response, g, request
from werkzeug.exceptions import MethodNotAllowed

from contract_tests.peers.yourcompany.model import Key, Window, World, world
from contract_tests.peers.yourcompany.problems import Problem

HOUR = 3600
WRITES = {"POST", "PUT", "DELETE", "PATCH"}


def admit() -> None:
    """Check key, rate limit and permission of a request, in this order."""
    here = world()
    with here.lock:
        g.request_id = here.new_id("req")
        name = _bearer_token()
        key = _identify(here, name)
        g.account = key.account
        _count(here, name, key)
        if here.variant.unusual:
            here.traffic_at(key.account, here.now()).calls += 1
    _permit(here, key)


def stamp_answer(answer: Response) -> Response:
    """Add the rate limit headers (YC-47) and the id of the request to an answer."""
    unusual = world().variant.unusual
    answer.headers["X-Trace-Id" if unusual else "X-Request-Id"] = g.request_id
    if unusual and answer.mimetype == "application/json":
        answer.headers["Content-Type"] = "application/json; charset=utf-8"
    if answer.status_code == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    window: Window | None = g.get("window")
    if window is None:
        return answer
    limit: int = g.limit
    answer.headers["X-RateLimit-Limit"] = str(limit)
    answer.headers["X-RateLimit-Remaining"] = str(g.remaining)
    answer.headers["X-RateLimit-Reset"] = str(window.ends)
    if answer.status_code == 429 and not unusual:
        answer.headers["Retry-After"] = str(max(1, window.ends - int(time.time())))
    return answer


def _bearer_token() -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _identify(here: World, token: str) -> Key:
    key = here.keys.get(token)
    if key is not None:
        return key
    if here.has_bug("usage-without-key") and request.endpoint == "usage.show" and not token:
        return here.keys["demo"]
    raise Problem(401, "The API key is invalid or expired")


def _count(here: World, token: str, key: Key) -> None:
    now = int(time.time())
    window = here.windows.get(token)
    if window is None or window.ends <= now:
        # The document only says "per hour": from the first request on, or by the clock, is open.
        ends = (now // HOUR + 1) * HOUR if here.variant.unusual else now + HOUR
        window = here.windows[token] = Window(ends)
    window.used += 1
    g.window, g.limit = window, key.limit
    g.remaining = max(0, key.limit - window.used)
    if here.has_bug("remaining-never-falls"):
        g.remaining = key.limit
    if window.used > key.limit:
        raise Problem(429, "Rate limit exceeded")


def _permit(here: World, key: Key) -> None:
    if request.routing_exception is not None:
        return
    if here.variant.unusual and request.method in {"HEAD", "OPTIONS"}:
        raise MethodNotAllowed
    if request.method not in WRITES or key.may_write:
        return
    if here.has_bug("readonly-may-delete") and request.method == "DELETE":
        return
    raise Problem(403, "This key may only read")
