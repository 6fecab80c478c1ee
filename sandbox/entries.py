"""Entries of the request log: raw while they are kept, formatted when they are read."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson

from .access import Caller
from .clock import write_instant
from .masks import mask_headers, mask_query
from .responses import Note
from .schemas import Json

LONGEST_BODY = 16 << 10  # bytes that are kept of a body, a path, a query
LONGEST_HEADERS = 64 << 10
LONGEST_HEADER, MOST_HEADERS = 1024, 100  # what is kept of headers that are longer
OVERHEAD, HEADER_OVERHEAD = 800, 150  # bytes of the objects around the texts

Headers = Sequence[tuple[bytes, bytes]]


@dataclass(slots=True)
class Received:
    """What arrived of a request's body: its start, and how long it was."""

    content: bytes = b""
    size: int = 0

    def add(self, chunk: bytes) -> None:
        """One more piece of it."""
        if self.size < LONGEST_BODY:
            self.content += chunk[: LONGEST_BODY - self.size]
        self.size += len(chunk)


@dataclass(slots=True)
class Entry:
    """One request and its response.

    at: Unix time; ms: milliseconds until the response was ready; answered: headers of the response;
    content: its body, and size what that had before it was cut; cost: bytes in memory.
    """

    number: int
    at: float
    ms: float
    method: str
    path: str
    query: bytes
    headers: Headers
    received: Received
    status: int
    answered: Mapping[str, str]
    note: Note
    content: bytes
    size: int = 0
    cost: int = 0

    def __post_init__(self) -> None:
        """Cut what is too long, and weigh the rest."""
        if len(self.path) + len(self.query) > LONGEST_BODY:
            self.path, self.query = self.path[:LONGEST_BODY], self.query[:LONGEST_BODY]
        weight = _weigh(self.headers)
        if weight > LONGEST_HEADERS:
            self.headers = [
                (name[:LONGEST_HEADER], value[:LONGEST_HEADER]) for name, value in self.headers[:MOST_HEADERS]
            ]
            weight = _weigh(self.headers)
        self.size = len(self.content)
        self.content = self.content[:LONGEST_BODY]
        self.cost = OVERHEAD + weight + len(self.path) + len(self.query)
        self.cost += len(self.received.content) + len(self.content) + len(self.note.problems)

    @property
    def caller(self) -> Caller | None:
        """Who asked, where that was found out."""
        return self.note.caller

    @property
    def verdict(self) -> str:
        """What became of the request: served, refused, warned, forced, chaos, unrouted or failed."""
        by_status = "served" if self.status < 400 else "refused" if self.status < 500 else "failed"
        return self.note.verdict or by_status


def _weigh(headers: Headers) -> int:
    return sum([len(name) + len(value) for name, value in headers]) + HEADER_OVERHEAD * len(headers)


def outline(entry: Entry) -> Json:
    """An entry in short: what a list of them shows."""
    note, caller = entry.note, entry.caller
    return {
        "id": entry.number,
        "at": write_instant(datetime.fromtimestamp(entry.at, UTC), "milliseconds"),
        "api": note.api or None,
        "operation": note.operation or None,
        "method": entry.method,
        "path": entry.path,
        "query": mask_query(entry.query, _name(caller)),
        "persona": _name(caller) or None,
        "world": caller.world if caller else None,
        "status": entry.status or None,
        "ms": round(entry.ms, 3),
        "verdict": entry.verdict,
        "reason": note.reason or None,
    }


def _name(caller: Caller | None) -> str:
    return caller.persona.name if caller else ""


def describe(entry: Entry) -> Json:
    """An entry in full: with headers and bodies of request and response, and what was wrong."""
    persona = _name(entry.caller)
    sent = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in entry.headers]
    return {
        **outline(entry),
        "request": {
            "headers": mask_headers(sent, persona),
            **_describe_body(entry.received.content, entry.received.size),
        },
        "response": {
            "headers": mask_headers(entry.answered.items(), persona),
            **_describe_body(entry.content, entry.size),
        },
        "problems": orjson.loads(entry.note.problems),
    }


def _describe_body(content: bytes, size: int) -> Json:
    truncated = size > len(content)
    text = _decode(content, truncated=truncated)
    body = base64.b64encode(content).decode() if text is None else text
    encoding = "base64" if text is None else "utf-8"
    return {"body": body, "encoding": encoding, "truncated": truncated, "size": size}


def _decode(content: bytes, *, truncated: bool) -> str | None:
    """The text, None if it is none; a cut may go through its last character."""
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        if truncated and error.start > len(content) - 4:
            return content[: error.start].decode()
        return None


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
    note = entry.note
    texts = (entry.path, entry.query.decode("latin-1"), note.reason)
    bodies = (entry.received.content, entry.content)
    sought = wanted.lower()
    return any(sought in text.lower() for text in texts) or any(
        sought in body.decode(errors="replace").lower() for body in bodies
    )


CHECKS: dict[str, Any] = {
    "api": lambda entry, value: entry.note.api == value,
    "operation": lambda entry, value: entry.note.operation == value,
    "world": lambda entry, value: entry.caller is not None and entry.caller.world == value,
    "method": lambda entry, value: entry.method == value.upper(),
    "persona": lambda entry, value: _name(entry.caller) == value,
    "verdict": lambda entry, value: entry.verdict == value,
    "status": _has_status,
    "text": _has_text,
}
