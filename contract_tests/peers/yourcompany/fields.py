"""Reading and checking of JSON bodies."""

import json
import re
from typing import Any, NoReturn

from flask import request

from contract_tests.peers.yourcompany.model import world
from contract_tests.peers.yourcompany.problems import Problem, invalid

LONGEST_NAME = 255
VISIBILITIES = ("private", "team", "public")
EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
READ_ONLY = {"id", "created_at", "updated_at", "plan"}


def json_object(known: set[str]) -> dict[str, Any]:
    """The body of a request, which must be a JSON object.

    Parameters: known, the members that the document lists; the others are left out of the result.
    """
    unusual = world().variant.unusual
    if request.mimetype != "application/json":
        raise Problem(415 if unusual else 400, "The body must be application/json")
    try:
        body = json.loads(request.get_data(), parse_constant=_refuse, parse_float=_finite)
    except (ValueError, RecursionError):
        raise invalid(None, "The body is not JSON") from None
    if not isinstance(body, dict):
        raise invalid(None, "The body must be an object")
    strangers = sorted(body.keys() - known - READ_ONLY)
    if strangers and unusual:
        raise invalid(strangers[0], "unknown member")
    return {name: value for name, value in body.items() if name in known}


def text(value: object, field: str) -> str:
    """A string that the document puts no bound on.

    Parameters: value, what was sent; field, its name for the refusal.
    """
    if not isinstance(value, str):
        raise invalid(field, f"{field} must be a string")
    return value


def name(value: object) -> str:
    """A name (YC-15, YC-29; bounds YC-I04)."""
    read = text(value, "name")
    if not world().variant.unusual and not (read.strip() and len(read) <= LONGEST_NAME):
        raise invalid("name", f"name must have 1 to {LONGEST_NAME} characters")
    return read


def email(value: object) -> str:
    """An e-mail address (YC-29, YC-I09)."""
    read = text(value, "email")
    if not world().variant.unusual and not EMAIL.fullmatch(read):
        raise invalid("email", "email must be an e-mail address")
    return read


def description(value: object) -> str | None:
    """The description of a project (YC-16); null is open (YC-I04)."""
    if value is None and not world().variant.unusual:
        return None
    read = text(value, "description")
    if world().has_bug("unicode-mangled"):
        return read.encode("ascii", "replace").decode()
    return read


def settings(value: object) -> dict[str, Any]:
    """The settings of a project (YC-17; known values of visibility YC-I04)."""
    if not isinstance(value, dict):
        raise invalid("settings", "settings must be an object")
    if not world().variant.unusual and value.get("visibility", "private") not in VISIBILITIES:
        raise invalid("settings.visibility", f"visibility must be one of {', '.join(VISIBILITIES)}")
    if world().has_bug("settings-nulls-dropped"):
        return {member: content for member, content in value.items() if content is not None}
    return value


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _finite(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise ValueError(digits)
    return number
