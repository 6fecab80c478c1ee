"""Which entries of the request log a filter selects."""

from collections.abc import Mapping
from typing import Any

from .entries import Entry


def matches(entry: Entry, wanted: Mapping[str, str]) -> bool:
    """Whether an entry is one of those that a filter asks for.

    wanted: api, operation, world, method, persona and verdict as they are, status as `404` or `4xx`,
    text anywhere in path, query, reason or bodies.
    """
    return all(CHECKS[name](entry, value) for name, value in wanted.items())


def _has_status(entry: Entry, wanted: str) -> bool:
    status = str(entry.status)
    return status == wanted or (wanted[1:].lower() == "xx" and status[0] == wanted[0])


def _has_text(entry: Entry, wanted: str) -> bool:
    texts = (entry.path, entry.query.decode("latin-1"), entry.reason)
    bodies = (entry.sent, entry.content)
    sought = wanted.lower()
    return any(sought in text.lower() for text in texts) or any(
        sought in body.decode(errors="replace").lower() for body in bodies
    )


CHECKS: dict[str, Any] = {
    "api": lambda entry, value: entry.api == value,
    "operation": lambda entry, value: entry.operation == value,
    "world": lambda entry, value: entry.world == value,
    "method": lambda entry, value: entry.method == value.upper(),
    "persona": lambda entry, value: entry.persona == value,
    "verdict": lambda entry, value: entry.verdict == value,
    "status": _has_status,
    "text": _has_text,
}
