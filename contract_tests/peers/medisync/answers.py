"""Success and error answers: one common structure each (MS-14, MS-15)."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from flask import Response, jsonify, make_response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from contract_tests.peers.medisync.peer import bug, peer
from contract_tests.peers.medisync.world import Row

NOTHING = object()

PROBLEMS = {
    "VALIDATION_ERROR": (400, "Invalid request data"),
    "AUTH_REQUIRED": (401, "Authentication required"),
    "INVALID_TOKEN": (401, "Invalid or expired token"),
    "INVALID_CREDENTIALS": (401, "Invalid email or password"),
    "FORBIDDEN": (403, "Insufficient permissions"),
    "SUBSCRIPTION_REQUIRED": (403, "An active subscription is required"),
    "NOT_FOUND": (404, "Resource not found"),
    "CONFLICT": (409, "Resource already exists"),
    "EMAIL_EXISTS": (409, "A user with this email already exists"),
    "RATE_LIMIT_EXCEEDED": (429, "Rate limit exceeded"),
    "INTERNAL_ERROR": (500, "Internal server error"),
}


class Problem(Exception):
    """A request that is answered with an error of one of the codes (MS-I12)."""

    def __init__(self, code: str, text: str | None = None, field: str | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.status, usual = PROBLEMS[code]
        self.text = text or usual
        self.field = field


def invalid(field: str, text: str) -> Problem:
    """The problem of a value that is refused (MS-25)."""
    return Problem("VALIDATION_ERROR", f"{field} {text}", field)


def success(data: Any = NOTHING, status: int = 200, **members: Any) -> Response:
    """Answer `{"success": true, "data": ...}` with further members at the top level (MS-14)."""
    body = {"success": True, **members}
    if data is not NOTHING:
        body["data"] = data
    if peer().choices.extra_members:
        body["requestId"] = str(uuid4())
    return make_response(jsonify(body), status)


def removed(data: Any = NOTHING) -> Response:
    """Answer a DELETE: 200 with a body, or 204 without (MS-22, MS-24)."""
    if peer().choices.empty_deletes:
        return empty()
    return success(data)


def empty() -> Response:
    """Answer 204, which has no body and so no type (MS-24)."""
    answer = Response(status=204)
    del answer.headers["Content-Type"]
    return answer


def show(row: Row, **members: Any) -> Row:
    """Render a row with its times as text; members are added or replaced."""
    shown = {name: _text(value) for name, value in {**row, **members}.items()}
    if not peer().choices.extra_members:
        return shown
    known = {name: shown[name] for name in sorted(shown, reverse=True) if shown[name] is not None}
    return {"__v": 0, **known}


def stamp(instant: datetime) -> str:
    """An instant as the server writes it: UTC, with milliseconds and `Z` (MS-F15)."""
    if peer().choices.microseconds:
        return instant.astimezone(UTC).isoformat(timespec="microseconds")
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _text(value: Any) -> Any:
    return stamp(value) if isinstance(value, datetime) else value


def refuse(problem: Problem) -> Response:
    """Answer a problem in the error structure (MS-15)."""
    answer = _error(problem.status, problem.code, problem.text, problem.field)
    if problem.status == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def refuse_http(error: HTTPException) -> Response:
    """Answer an error of the framework in the same structure."""
    codes = {400: "VALIDATION_ERROR", 404: "NOT_FOUND", 405: "METHOD_NOT_ALLOWED"}
    status = error.code or 500
    answer = _error(status, codes.get(status, error.name.upper().replace(" ", "_")), error.name, None)
    if isinstance(error, MethodNotAllowed) and not peer().choices.bare_405:
        answer.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
    return answer


def refuse_crash(error: Exception) -> Response:
    """Answer what nobody expected with 500, and leave the trace in the log (MS-31)."""
    peer().logger.error("unexpected", exc_info=error)
    return refuse(Problem("INTERNAL_ERROR"))


def _error(status: int, code: str, text: str, field: str | None) -> Response:
    if bug("document_error_shape") and status == 404 and request.path.startswith("/api/documents/"):
        return make_response(jsonify({"message": text}), status)
    nested = peer().choices.nested_errors
    fields = {"fields" if nested else "details": [{"field": field, "message": text}]} if field else {}
    if nested:
        error = {"type": code.lower().replace("_", "-"), "message": f"{text}.", **fields}
        return make_response(jsonify({"success": False, "error": error, "requestId": str(uuid4())}), status)
    return make_response(jsonify({"success": False, "error": text, "code": code, **fields}), status)
