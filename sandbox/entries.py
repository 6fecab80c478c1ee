"""Entries of the request log: packed while they are kept, formatted when they are read."""

import base64
import marshal
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple

import orjson

from .clock import write_time
from .masks import mask_headers, mask_query
from .responses import Note, Response
from .schemas import Json

LONGEST_BODY = 8 << 10  # bytes that are kept of a body, a path, a query
LONGEST_HEADERS = 64 << 10
LONGEST_HEADER, MOST_HEADERS = 1024, 100  # what is kept of headers that are longer
PLAIN = 2  # the last version of the format that does not look for objects that are the same
MUCH = 20 << 10  # bytes of an entry, beyond which it is looked at what of it is too long
UNNOTED = Note()

Headers = Sequence[tuple[bytes, bytes]]
Noted = tuple[Any, ...]  # all of an entry but its cost


class Entry(NamedTuple):
    """One request and its response.

    at: Unix time; ms: milliseconds until the response was ready; sent: the start of the request's body, and
    size how long that was; answered: headers of the response; content: the start of its body, and length
    how long that was; ruling: the verdict, where the status does not tell it; cost: bytes in memory, a share
    of those of the entries that were packed together.
    """

    number: int
    at: float
    ms: float
    method: str
    path: str
    query: bytes
    headers: Headers
    sent: bytes
    size: int
    status: int
    answered: Mapping[str, str]
    content: bytes
    length: int
    api: str
    operation: str
    persona: str
    world: str | None
    ruling: str
    reason: str
    problems: bytes
    cost: int

    @property
    def verdict(self) -> str:
        """What became of the request: served, refused, warned, forced, chaos, unrouted or failed."""
        by_status = "served" if self.status < 400 else "refused" if self.status < 500 else "failed"
        return self.ruling or by_status


def note(
    number: int,
    at: float,
    seconds: float,
    scope: Mapping[str, Any],
    sent: bytes,
    size: int,
    response: Response,
) -> Noted:
    """What an entry tells, from a request and its response.

    at: Unix time of the request; seconds: until the response was ready; sent: the start of the request's
    body, and size how long that was.
    """
    told, method, content = response.note or UNNOTED, scope["method"], response.body
    caller, length = told.caller, len(content)
    if length > LONGEST_BODY:
        content = content[:LONGEST_BODY]
    if method == "HEAD":
        content, length = b"", 0
    return (
        number,
        at,
        seconds * 1000,
        method,
        scope["path"],
        scope["query_string"],
        scope["headers"],
        sent,
        size,
        response.status,
        response.headers,
        content,
        length,
        told.api,
        told.operation,
        caller.persona.name if caller else "",
        caller.world if caller else None,
        told.verdict,
        told.reason,
        told.problems,
    )


def pack(noted: list[Noted]) -> bytes:
    """Some entries as they are kept, cut where they are too long."""
    packed = marshal.dumps(noted, PLAIN)
    return packed if len(packed) <= len(noted) * MUCH else marshal.dumps(list(map(_cut, noted)), PLAIN)


def _cut(noted: Noted) -> Noted:
    number, at, ms, method, path, query, headers, *rest = noted
    path, query, headers = path[:LONGEST_BODY], query[:LONGEST_BODY], _cut_headers(headers)
    return number, at, ms, method, path, query, headers, *rest


def unpack(packed: bytes) -> list[Entry]:
    """The entries that were packed, newest first."""
    noted = marshal.loads(packed)
    return [Entry._make((*each, len(packed) // len(noted))) for each in reversed(noted)]


def _cut_headers(headers: Headers) -> Headers:
    if sum(map(len, chain.from_iterable(headers))) <= LONGEST_HEADERS:
        return headers
    return [(name[:LONGEST_HEADER], value[:LONGEST_HEADER]) for name, value in headers[:MOST_HEADERS]]


def outline(entry: Entry) -> Json:
    """An entry in short: what a list of them shows."""
    return {
        "id": entry.number,
        "at": write_time(entry.at, "milliseconds"),
        "api": entry.api or None,
        "operation": entry.operation or None,
        "method": entry.method,
        "path": entry.path,
        "query": mask_query(entry.query, entry.persona),
        "persona": entry.persona or None,
        "world": entry.world,
        "status": entry.status or None,
        "ms": round(entry.ms, 3),
        "verdict": entry.verdict,
        "reason": entry.reason or None,
    }


def describe(entry: Entry) -> Json:
    """An entry in full: with headers and bodies of request and response, and what was wrong."""
    persona = entry.persona
    sent = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in entry.headers]
    return {
        **outline(entry),
        "request": {
            "headers": mask_headers(sent, persona),
            **_describe_body(entry.sent, entry.size),
        },
        "response": {
            "headers": mask_headers(entry.answered.items(), persona),
            **_describe_body(entry.content, entry.length),
        },
        "problems": orjson.loads(entry.problems),
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
