"""Answers on demand: a documented status, or a named example, whatever was asked."""

import difflib
from http import HTTPStatus

from .chaos import Fate
from .declared import Api, Operation
from .examples import example_headers, find_examples
from .preferences import Preferences
from .problems import ROOT, Fault, Problem
from .responses import Response, answer_example, answer_problem

# What each status says of itself (RFC 9110), where the document lists no header for it.
WAIT = {"Retry-After": "60"}
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="sandbox"'}
HEADERS: dict[int, dict[str, str]] = {
    HTTPStatus.UNAUTHORIZED: CHALLENGE,
    HTTPStatus.TOO_MANY_REQUESTS: WAIT,
    HTTPStatus.SERVICE_UNAVAILABLE: WAIT,
}


def answer_forced(api: Api, operation: Operation, wanted: Preferences) -> Response:
    """The documented response that a client asked for. Raises Problem invalid for one there is not."""
    status = operation.success if wanted.code is None else wanted.code
    if wanted.example is not None:
        status = _find_example(operation, wanted)
    response = operation.response(status)
    if response is None or not 200 <= status <= 599:
        known = sorted(operation.responses)
        raise _refuse(operation, wanted, f"this operation documents no {status}", known)
    forced = _render(api, operation, status, f"forced by Prefer: {wanted}", wanted.example)
    forced.headers["Preference-Applied"] = str(wanted)
    return forced


def answer_fate(api: Api, operation: Operation, fate: Fate) -> Response:
    """The documented response of the status that a chaos rule has in store, or none at all (status 0)."""
    return _render(api, operation, fate.status, fate.reason) if fate.status else Response(0, {}, b"")


def _render(api: Api, operation: Operation, status: int, reason: str, example: str | None = None) -> Response:
    """The documented response of a status with its headers, which says why it is given."""
    forced = _render_body(api, operation, status, reason, example)
    standard = (
        _list_allowed(api, operation) if status == HTTPStatus.METHOD_NOT_ALLOWED else HEADERS.get(status, {})
    )
    forced.headers = standard | example_headers(operation.response(status) or {}) | forced.headers
    return forced


def _render_body(api: Api, operation: Operation, status: int, reason: str, example: str | None) -> Response:
    kinds = api.dialect["errors"]["kinds"]
    kind = next((name for name, (known, _) in kinds.items() if known == status), None)
    if kind is None or example is not None:
        return answer_example(operation, status, example)
    return answer_problem(api, Problem(kind, reason), operation)


def _list_allowed(api: Api, operation: Operation) -> dict[str, str]:
    methods = {each.method.upper() for each in api.operations if each.path == operation.path}
    return {"Allow": ", ".join(sorted(methods | {"OPTIONS"}))}


def _find_example(operation: Operation, wanted: Preferences) -> int:
    """The status whose response has the example: the one asked for, else a success before others."""
    named: dict[int, list[str]] = {
        int(code): list(find_examples(response))
        for code, response in operation.responses.items()
        if code.isdigit()
    }
    places = sorted(named, key=lambda status: (status != operation.success, status))
    found = [status for status in places if wanted.example in named[status]]
    if wanted.code is not None:
        found = [status for status in found if status == wanted.code]
    if not found:
        known = sorted({name for names in named.values() for name in names})
        raise _refuse(operation, wanted, f"this operation has no example {wanted.example!r}", known)
    return found[0]


def _refuse(operation: Operation, wanted: Preferences, message: str, known: list[str]) -> Problem:
    listed = ", ".join(known)
    rule = (ROOT, "paths", operation.path, operation.method, "responses")
    near = difflib.get_close_matches(str(wanted.example or wanted.code), known, 1, 0)
    expected, rest = (f"one of {listed}", f"only {listed}") if known else ("none", "nor any other")
    clue = Fault("header", "Prefer", "", rule, str(wanted), near or None, expected)
    return Problem("invalid", f"Prefer: {message}, {rest}", clues=[clue])
