"""Reading request bodies: every value is checked before it reaches a row (MS-25)."""

import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from flask import request
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import UnsupportedMediaType

from contract_tests.peers.medisync.answers import Problem, invalid, stamp
from contract_tests.peers.medisync.peer import peer

Check = Callable[[str, Any], Any]

_MADE_BY_SERVER = {"_id", "uid", "doctor_id", "appointment_id", "createdAt", "updatedAt"}
_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?", re.ASCII | re.IGNORECASE)
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


def json_body(checks: Mapping[str, Check], required: tuple[str, ...] = ()) -> dict[str, Any]:
    """The JSON object of a request, member by member checked; members without a check are not part of it.

    checks: the check of each member; required: members that must be there.
    """
    given = _json_object()
    for name in required:
        if name not in given:
            raise invalid(name, "is required")
    unknown = given.keys() - checks.keys() - _MADE_BY_SERVER
    if unknown and peer().choices.refuses_unknown:
        raise invalid(min(unknown), "is not known")
    return {name: check(name, given[name]) for name, check in checks.items() if name in given}


def _json_object() -> dict[str, Any]:
    try:
        given = request.get_json()
    except UnsupportedMediaType:
        if peer().choices.refuses_unknown:
            raise Problem("VALIDATION_ERROR", "The body must be JSON") from None
        raise
    if not isinstance(given, dict):
        raise Problem("VALIDATION_ERROR", "The body must be a JSON object")
    return given


def text(name: str, value: Any) -> str:
    """Any text that can be encoded."""
    if not isinstance(value, str):
        raise invalid(name, "must be a string")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise invalid(name, "must be valid Unicode") from None
    return value


def filled(name: str, value: Any) -> str:
    """A text that is not empty."""
    if not text(name, value):
        raise invalid(name, "must not be empty")
    return str(value)


def optional(check: Check) -> Check:
    """The same check, but null is allowed."""
    return lambda name, value: None if value is None else check(name, value)


def flag(name: str, value: Any) -> bool:
    """A boolean."""
    if not isinstance(value, bool):
        raise invalid(name, "must be a boolean")
    return value


def number(name: str, value: Any) -> int | float:
    """A finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise invalid(name, "must be a number")
    if isinstance(value, float) and not math.isfinite(value):
        raise invalid(name, "must be a number")
    return value


def minutes(name: str, value: Any) -> int:
    """A whole number of minutes, at least one (MS-I05)."""
    if number(name, value) != int(value) or value < 1:
        raise invalid(name, "must be a positive integer")
    return int(value)


def day(name: str, value: Any) -> str:
    """A date as YYYY-MM-DD (MS-F20)."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text(name, value), re.ASCII):
        raise invalid(name, "must be a date (YYYY-MM-DD)")
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        raise invalid(name, "must be a date that exists") from None


def instant(name: str, value: Any) -> str:
    """A date with time; kept as it came unless the server writes all times alike (MS-I05)."""
    lenient = peer().choices.microseconds
    match = _DATE_TIME.fullmatch(text(name, value))
    if not match or not (match[2] or lenient):
        raise invalid(name, "must be a date-time with offset")
    try:
        read = datetime.fromisoformat(value.upper())
        return stamp(read if read.tzinfo else read.replace(tzinfo=UTC)) if lenient else value
    except (ValueError, OverflowError):
        raise invalid(name, "must be a date-time that exists") from None


def email(name: str, value: Any) -> str:
    """An email address (MS-F12)."""
    if not _EMAIL.fullmatch(text(name, value)):
        raise invalid(name, "must be an email address")
    return str(value)


def password(name: str, value: Any) -> str:
    """At least 8 characters, upper and lower case, and a number (MS-F13)."""
    text(name, value)
    kinds = (str.isupper, str.islower, str.isdigit)
    if len(value) < 8 or not all(any(kind(sign) for sign in value) for kind in kinds):
        raise invalid(name, "must have 8 characters, upper and lower case letters and a number")
    return str(value)


def texts(*names: str) -> Check:
    """An object whose named members are texts or null (MS-F20)."""

    def check(name: str, value: Any) -> dict[str, str | None]:
        if not isinstance(value, dict):
            raise invalid(name, "must be an object")
        member = optional(text)
        return {inner: member(f"{name}.{inner}", value[inner]) for inner in names if inner in value}

    return check


def uploaded(field: str) -> FileStorage:
    """The uploaded file of a multipart field (MS-13)."""
    file = request.files.get(field)
    if file is None:
        raise invalid(field, "is required: no file uploaded")
    return file
