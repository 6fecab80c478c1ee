"""Request bodies: reading them and refusing what the document does not allow (sections 2.2 and 2.3)."""

import json
import math
import re
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Any, NoReturn
from uuid import UUID

from contract_tests.peers.devsync.choices import Choices
from contract_tests.peers.devsync.errors import Refusal
from contract_tests.peers.devsync.record import IDENTITY_FIELDS, KNOWN_STATUSES

CHANGEABLE_FIELDS = ("data", "status", "metadata")
MAX_NAME = 255
MAX_DEPTH = 200

# Fields that a body may name though it may not, by the name of the bug.
OPENED_FIELDS = {
    "create-takes-id": "id",
    "create-takes-created-at": "createdAt",
    "patch-moves-developer": "developerId",
    "patch-moves-type": "resourceType",
    "patch-moves-key": "resourceKey",
}
# The field of a new record that need not be there, by the name of the bug.
FORGOTTEN_FIELDS = {
    "create-without-developer": "developerId",
    "create-without-type": "resourceType",
    "create-without-key": "resourceKey",
    "create-without-data": "data",
}


def refuse(sentence: str) -> NoReturn:
    """Refuse a body with 400 (DS-36).

    Parameters: sentence, why.
    """
    raise Refusal(HTTPStatus.BAD_REQUEST, sentence)


def read_object(content: bytes, action: str, bug: str | None) -> dict[str, Any]:
    """The JSON object in a body.

    Parameters: content, the body; action, what is asked for; bug, if any.
    """
    try:
        body = json.loads(content.decode(), parse_constant=refuse, parse_float=_finite)
    except (ValueError, RecursionError):
        if bug == "bad-json-as-empty" and action == "patch":
            return {}
        if bug == "bad-json-500":
            raise Refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "Unexpected end of input.") from None
        refuse("The body is not valid JSON.")
    if not isinstance(body, dict):
        refuse("The body is not a JSON object.")
    _refuse_deep(body, MAX_DEPTH)
    return body


def _finite(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else refuse("The body has a number that is too large.")


def _refuse_deep(value: Any, levels: int) -> None:
    if levels == 0:
        refuse("The body is nested too deeply.")
    for member in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _refuse_deep(member, levels - 1)


def checked_create(body: dict[str, Any], choices: Choices, bug: str | None) -> dict[str, Any]:
    """The fields of a new record (DS-24 to DS-26).

    Parameters: body, what was sent; choices, how strict; bug, if any.
    """
    opened = OPENED_FIELDS.get(bug or "", "") if bug and bug.startswith("create-takes") else ""
    fields = _known(body, (*IDENTITY_FIELDS, *CHANGEABLE_FIELDS, opened), choices)
    missing = [name for name in (*IDENTITY_FIELDS, "data") if name not in fields]
    if bug == "create-refuses-empty-data" and not fields.get("data"):
        missing.append("data")
    if bug in FORGOTTEN_FIELDS and FORGOTTEN_FIELDS[bug] in missing:
        missing.remove(FORGOTTEN_FIELDS[bug])
    if missing:
        refuse(f"{missing[0]} is required.")
    _check(fields, "create", choices, bug)
    return fields


def checked_patch(body: dict[str, Any], choices: Choices, bug: str | None) -> dict[str, Any]:
    """The fields to change in a record (DS-28 to DS-31).

    Parameters: body, what was sent; choices, how strict; bug, if any.
    """
    opened = OPENED_FIELDS.get(bug or "", "") if bug and bug.startswith("patch-moves") else ""
    fields = _known(body, (*CHANGEABLE_FIELDS, opened), choices)
    if bug == "patch-requires-data" and "data" not in fields:
        refuse("data is required.")
    _check(fields, "patch", choices, bug)
    return fields


def _known(body: dict[str, Any], names: tuple[str, ...], choices: Choices) -> dict[str, Any]:
    strangers = [name for name in body if name not in names]
    if strangers and not choices.lenient:
        refuse(f"{strangers[0]} cannot be set.")
    fields = {name: member for name, member in body.items() if name in names}
    if not choices.lenient:
        return fields
    return {
        name: field
        for name, field in fields.items()
        if field is not None or name not in ("status", "metadata")
    }


def _check(fields: dict[str, Any], action: str, choices: Choices, bug: str | None) -> None:
    for name, field in fields.items():
        if name in IDENTITY_FIELDS:
            _check_name(name, field, choices, bug)
        elif name == "data":
            _check_data(field, bug)
        elif name == "metadata":
            _check_metadata(field, _metadata_bytes(action, choices, bug))
        elif name in CHECKS:
            CHECKS[name](field, choices, bug)


def _check_name(name: str, field: Any, choices: Choices, bug: str | None) -> None:
    if bug == "create-takes-numbers" and isinstance(field, int):
        return
    if not isinstance(field, str):
        refuse(f"{name} must be a string.")
    if not choices.lenient and not 1 <= len(field) <= MAX_NAME:
        refuse(f"{name} must have 1 to {MAX_NAME} characters.")


def _check_data(field: Any, bug: str | None) -> None:
    if bug == "data-of-any-type" and isinstance(field, list | str):
        return
    if not isinstance(field, dict):
        refuse("data must be an object.")


def _metadata_bytes(action: str, choices: Choices, bug: str | None) -> int | None:
    if bug in ("metadata-unmeasured", f"metadata-unmeasured-{action}"):
        return None
    return 255 if bug == "metadata-255-bytes" else choices.metadata_bytes


def _check_metadata(field: Any, most: int | None) -> None:
    if not isinstance(field, dict):
        refuse("metadata must be an object.")
    compact = json.dumps(field, ensure_ascii=False, separators=(",", ":"))
    if most is not None and len(compact.encode("utf-8", "surrogatepass")) > most:
        refuse(f"metadata must not take more than {most} bytes.")


def _check_status(field: Any, choices: Choices, bug: str | None) -> None:
    known = KNOWN_STATUSES[:3] if bug == "status-example-refused" else KNOWN_STATUSES
    if isinstance(field, str) and (
        field in known or (choices.open_status and re.fullmatch(r"[A-Z_]+", field))
    ):
        return
    refuse(f"status must be one of {', '.join(known)}.")


def _check_id(field: Any, _choices: Choices, _bug: str | None) -> None:
    try:
        UUID(field)
    except (AttributeError, TypeError, ValueError):
        refuse("id must be a UUID.")


def _check_created_at(field: Any, _choices: Choices, _bug: str | None) -> None:
    try:
        zone = datetime.fromisoformat(field).tzinfo
    except (TypeError, ValueError):
        zone = None
    if zone is None:
        refuse("createdAt must be a time.")


CHECKS: dict[str, Callable[[Any, Choices, str | None], None]] = {
    "status": _check_status,
    "id": _check_id,
    "createdAt": _check_created_at,
}
