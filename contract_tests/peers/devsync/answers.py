"""The answers of the operations, and the id in their path."""

import json
import uuid
from http import HTTPStatus
from typing import Any

from flask import Response

from contract_tests.peers.devsync.choices import Choices
from contract_tests.peers.devsync.errors import Refusal


def json_answer(body: dict[str, Any], status: HTTPStatus) -> Response:
    """An answer with a body.

    Parameters: body, what to say; status, the status code.
    """
    return Response(json.dumps(body), status, content_type="application/json")


def empty_answer() -> Response:
    """The answer 204, without a body (DS-32)."""
    answer = Response(status=HTTPStatus.NO_CONTENT)
    del answer.headers["Content-Type"]
    return answer


def list_item(shown: dict[str, Any], bug: str | None) -> dict[str, Any]:
    """A record in a list: the same object as alone (DS-22).

    Parameters: shown, the object; bug, if any.
    """
    if bug == "list-empties-data":
        return shown | {"data": {}}
    if bug == "list-lacks-metadata":
        return {name: field for name, field in shown.items() if name != "metadata"}
    return shown


def readable_id(record_id: str, choices: Choices) -> str:
    """The id in a path, as the store knows it.

    Parameters: record_id, as given; choices, whether one that is no UUID is refused.
    """
    if not choices.problems:
        return record_id
    try:
        return str(uuid.UUID(record_id))
    except ValueError:
        raise Refusal(HTTPStatus.BAD_REQUEST, "The id is not a UUID.") from None
