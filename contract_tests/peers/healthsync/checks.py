"""Checks of single values: each returns the value as it is kept, or raises ValueError with the reason."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

Check = Callable[[Any], Any]
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def text(value: Any) -> str:
    """Any text, also empty.

    Args:
        value: what was sent.
    """
    if not isinstance(value, str):
        raise ValueError("must be text")
    return value


def filled(value: Any) -> str:
    """Text with something in it.

    Args:
        value: what was sent.
    """
    if not text(value).strip():
        raise ValueError("must not be empty")
    return text(value)


def day(value: Any) -> date:
    """A calendar day as in HS-45, YYYY-MM-DD.

    Args:
        value: what was sent.
    """
    if not DAY.fullmatch(text(value)):
        raise ValueError("must be a date, YYYY-MM-DD")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError("there is no such day") from None


def moment(value: Any) -> datetime:
    """A date and time in ISO 8601; without an offset it is UTC.

    Args:
        value: what was sent.
    """
    try:
        if len(text(value)) < len("2024-01-01T00:00"):
            raise ValueError
        when = datetime.fromisoformat(value)
        return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("must be a date and time") from None


def address(value: Any) -> str:
    """An e-mail address.

    Args:
        value: what was sent.
    """
    if not ADDRESS.fullmatch(text(value)):
        raise ValueError("must be an e-mail address")
    return text(value)


def one_of(*values: str) -> Check:
    """A check that only these values pass.

    Args:
        values: the values.
    """

    def check(value: Any) -> str:
        if text(value) not in values:
            raise ValueError("must be one of " + ", ".join(values))
        return text(value)

    return check


def optional(check: Check) -> Check:
    """A check that null passes too.

    Args:
        check: the check of any other value.
    """
    return lambda value: None if value is None else check(value)


def ids(value: Any) -> list[str]:
    """A list of at least one id.

    Args:
        value: what was sent.
    """
    if not isinstance(value, list) or not value:
        raise ValueError("must be a list of at least one id")
    return list(dict.fromkeys(filled(each) for each in value))
