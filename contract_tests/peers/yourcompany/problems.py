"""Errors, in the one format of the document (YC-35)."""

from typing import Any

from flask import Response, g, jsonify, request
from werkzeug.exceptions import HTTPException

from contract_tests.peers.yourcompany.model import world

CODES = {
    400: "VALIDATION_ERROR",
    401: "INVALID_API_KEY",
    403: "INSUFFICIENT_PERMISSIONS",
    404: "RESOURCE_NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    410: "RESOURCE_GONE",
    415: "UNSUPPORTED_MEDIA_TYPE",
    429: "RATE_LIMIT_EXCEEDED",
    500: "INTERNAL_ERROR",
}
OTHER_TEXTS = {
    400: "Please check your request",
    401: "We do not know this key",
    403: "This is not yours to do",
    404: "Nothing is here",
    429: "Slow down",
}


class Problem(Exception):
    """A request that is refused; rendered by `answer_problem`."""

    def __init__(self, status: int, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.field = field


def invalid(field: str | None, message: str) -> Problem:
    """The refusal of a value (YC-40).

    Parameters: field, the member or parameter that is wrong; None when no single one is.
    """
    return Problem(400, message, field)


def missing(what: str) -> Problem:
    """The refusal for something that does not exist (YC-39)."""
    return Problem(404, f"{what} not found")


def answer_problem(problem: Problem) -> Response:
    """Render a refusal (YC-35 to YC-42)."""
    if world().has_bug("upload-error-shape") and request.endpoint == "uploads.upload":
        return _with_status(jsonify(error=problem.message), problem.status)
    status = problem.status
    if world().has_bug("validation-is-422") and status == 400:
        status = 422
    return _with_status(jsonify(error=_members(problem)), status)


def answer_http_exception(refusal: HTTPException) -> Response:
    """Render what the framework refuses, such as an unknown path, in the format of the document."""
    status = refusal.code or 500
    if status not in CODES:
        status = 500 if status >= 500 else 400
    answer = answer_problem(Problem(status, refusal.name))
    allowed = getattr(refusal, "valid_methods", None)
    if allowed and not world().variant.unusual:
        answer.headers["Allow"] = ", ".join(sorted(allowed))
    return answer


def answer_exception(_: Exception) -> Response:
    """Render a fault of the server itself (YC-42)."""
    return answer_problem(Problem(500, "Internal server error"))


def _members(problem: Problem) -> dict[str, Any]:
    code = CODES[problem.status]
    if world().variant.unusual:
        text = OTHER_TEXTS.get(problem.status, problem.message)
        return {
            "code": "UNSUPPORTED_METHOD" if problem.status == 405 else code,
            "message": text,
            "field": problem.field,
            "request_id": g.request_id,
            "documentation": f"/docs/errors/{code.lower()}",
        }
    found = {"code": code, "message": problem.message}
    if problem.field is not None:
        found["field"] = problem.field
    return {**found, "request_id": g.request_id}


def _with_status(answer: Response, status: int) -> Response:
    answer.status_code = status
    return answer
