"""Refusals and how they are told: the document shows no error body."""

import json
from collections.abc import Mapping
from http import HTTPStatus

from flask import Response
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from contract_tests.peers.devsync.choices import Choices


class Refusal(Exception):
    """A request that is answered with an error."""

    def __init__(self, status: HTTPStatus, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence


def error_answer(choices: Choices, status: int, sentence: str, headers: Mapping[str, str]) -> Response:
    """The answer of an error (DS-36 to DS-41).

    Parameters: choices, which body; status, the status code; sentence, why; headers, to add.
    """
    reason = HTTPStatus(status)
    if choices.problems:
        problem = {"type": "about:blank", "title": reason.phrase, "status": status, "detail": sentence}
        return Response(json.dumps(problem), status, headers, content_type="application/problem+json")
    code = reason.name if status != HTTPStatus.INTERNAL_SERVER_ERROR else "INTERNAL_SERVER_ERROR"
    body = json.dumps({"error": {"code": code, "message": sentence}})
    return Response(body, status, headers, content_type="application/json")


def refusal_answer(choices: Choices, refusal: Refusal) -> Response:
    """The answer of a refusal, with the challenge that HTTP asks for with 401.

    Parameters: choices, which body; refusal, what was refused.
    """
    challenged = refusal.status == HTTPStatus.UNAUTHORIZED and not choices.problems
    headers = {"WWW-Authenticate": "Bearer"} if challenged else {}
    return error_answer(choices, refusal.status, refusal.sentence, headers)


def http_answer(choices: Choices, error: HTTPException) -> Response:
    """The answer of an error that the framework found, such as an unknown path.

    Parameters: choices, which body; error, what the framework raised.
    """
    headers = {}
    if isinstance(error, MethodNotAllowed) and error.valid_methods and not choices.problems:
        headers["Allow"] = ", ".join(sorted(error.valid_methods))
    status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    return error_answer(choices, status, error.description or HTTPStatus(status).phrase, headers)
