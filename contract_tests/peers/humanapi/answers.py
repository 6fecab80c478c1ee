"""How answers and errors are written, and who may ask."""

from __future__ import annotations

import json
from typing import Any

from flask import Response, abort, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from .choices import Choices

USERS = {"demo": "demo", "readonly": "demo", "peer": "peer"}
CROSS_ORIGIN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "OPTIONS,GET,HEAD",
    "Access-Control-Allow-Headers": "Content-Type, Authorization, Accept",
}


def answer(body: Any, choices: Choices, status: int = 200) -> Response:
    """Return a JSON answer (HA-04).

    :param body: what it says
    :param choices: the variant: UTF-8 text, or ASCII with escapes if unusual
    :param status: the HTTP status
    """
    text = json.dumps(body, ensure_ascii=choices.unusual)
    kind = "application/json" if choices.unusual else "application/json; charset=utf-8"
    headers = {"X-Served-By": "peer-1"} if choices.unusual else CROSS_ORIGIN
    return Response(text, status, headers, content_type=kind)


def error_answer(error: HTTPException, choices: Choices) -> Response:
    """Return an error as JSON; its shape is not documented.

    :param error: what happened
    :param choices: the variant and the bug
    """
    status = error.code or 500
    if choices.bug == "html_error" and status == 404 and request.endpoint == "medical.record":
        return Response(f"<!doctype html><h1>{error.name}</h1>", status, content_type="text/html")
    if choices.unusual:
        return answer(
            {"errors": [{"title": f"That went wrong: {error.name}", "status": str(status)}]}, choices, status
        )
    response = answer(
        {"code": status, "error": error.name, "message": error.description or error.name}, choices, status
    )
    if isinstance(error, MethodNotAllowed):
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def current_user(choices: Choices) -> str | None:
    """Return the user whose token the request has, None if it has none that is known (HA-01, HA-03).

    :param choices: the variant and the bug
    """
    scheme, _, token = request.headers.get("Authorization", "").strip().partition(" ")
    if scheme.lower() != "bearer":
        return None
    if choices.bug == "empty_token" and not token.strip():
        return "demo"
    return USERS.get(token.strip())


def check_request(choices: Choices) -> None:
    """Refuse a request without a known token, and one that wants no JSON.

    :param choices: the variant and the bug; the unusual server reads no Accept header and knows only GET
    """
    if request.method == "OPTIONS" and not choices.unusual:
        return
    unguarded = choices.bug == "token_not_checked_on_detail" and request.endpoint == "medical.record"
    if current_user(choices) is None and not unguarded:
        abort(401, "Cannot authenticate you with this token")
    if choices.unusual:
        if request.method != "GET":
            abort(405)
        return
    accepted = [kind.split(";")[0].strip() for kind, quality in request.accept_mimetypes if quality > 0]
    if "Accept" in request.headers and not {"application/json", "application/*", "*/*"} & set(accepted):
        abort(406, "Only application/json is served")
