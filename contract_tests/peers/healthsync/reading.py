"""Reads request bodies; what cannot be read is 400, what is wrong is 422 (HS-30, HS-34)."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, NoReturn

from flask import request
from werkzeug.datastructures import FileStorage

from contract_tests.peers.healthsync.checks import Check
from contract_tests.peers.healthsync.context import Refusal, peer


def json_object() -> dict[str, Any]:
    """The JSON object in the request's body (HS-05)."""
    if not request.is_json:
        raise Refusal(peer().choices.media_type_error, "The body must be application/json")
    try:
        body = json.loads(request.get_data(), parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise Refusal(400, "The body is not valid JSON") from None
    if not isinstance(body, dict):
        raise Refusal(400, "The body must be a JSON object")
    return body


def form() -> tuple[dict[str, Any], FileStorage | None]:
    """The text parts and the file of a multipart upload (HS-10, HS-50)."""
    if request.mimetype != "multipart/form-data":
        raise Refusal(peer().choices.media_type_error, "The body must be multipart/form-data")
    boundary = request.mimetype_params.get("boundary", "")
    if not boundary or b"--" + boundary.encode() not in request.get_data():
        raise Refusal(400, "The multipart body cannot be read")
    file = request.files.get("file")
    # A browser sends an empty name when no file was chosen.
    return request.form.to_dict(), file if file is not None and file.filename else None


def checked(
    values: Mapping[str, Any], checks: Mapping[str, Check], required: Iterable[str] = ()
) -> dict[str, Any]:
    """The known fields among the values, each as it is kept, or a refusal that names every wrong one.

    Args:
        values: what was sent (HS-26: errors are told by field).
        checks: the check of each known field.
        required: the fields that must be there.
    """
    wrong = {name: "is required" for name in required if name not in values}
    kept: dict[str, Any] = {}
    for name, value in values.items():
        try:
            if name in checks:
                kept[name] = checks[name](value)
            elif peer().choices.unusual:
                wrong[name] = "is not a field that can be set"
        except ValueError as reason:
            wrong[name] = str(reason)
    if wrong:
        raise Refusal(422, "Some fields are not valid", wrong)
    return kept


def changes(checks: Mapping[str, Check]) -> dict[str, Any]:
    """The fields that a PATCH is to change.

    Args:
        checks: the check of each field that may change.
    """
    body = json_object()
    if not body and peer().choices.unusual:
        raise Refusal(422, "There is nothing to change")
    return checked(body, checks)


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
