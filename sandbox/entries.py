"""Entries of the request log: packed while they are kept, formatted when they are read."""

import base64
import marshal
import time
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
SHARED = 3  # the first version of the format that writes an object once, such as headers of many requests
UNNOTED = Note()
NOBODY = "", None
MUCH = 20 << 10  # bytes of an entry, beyond which it is looked at what of it is too long

Headers = Sequence[tuple[bytes, bytes]]
Sent = tuple[bytes, int]  # the start of a request's body, and how long that was
# What an entry is made of: number, start and end by `perf_counter()`, request, its body, response.
Noted = tuple[int, float, float, Mapping[str, Any], Sent, Response]
Written = tuple[Any, ...]  # an entry without the objects of the sandbox


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


def pack(noted: list[Noted]) -> bytes:
    """Some entries as they are kept, cut where they are too long."""
    epoch = time.time() - time.perf_counter()
    written = _write(noted)
    packed = marshal.dumps((epoch, written), SHARED)
    if len(packed) > len(written) * MUCH:
        packed = marshal.dumps((epoch, list(map(_cut, written))), SHARED)
    return packed


def _write(noted: list[Noted]) -> list[Written]:
    written = []
    for number, started, ended, scope, sent, response in noted:
        content, note = response.body, response.note or UNNOTED
        length, caller = len(content), note.caller
        if length > LONGEST_BODY:
            content = content[:LONGEST_BODY]
        written.append(
            (
                number,
                started,
                ended,
                scope["method"],
                scope["path"],
                scope["query_string"],
                scope["headers"],
                sent,
                response.status,
                response.headers,
                content,
                length,
                note.names,
                caller.names if caller else NOBODY,
                note.finding,
            )
        )
    return written


def _cut(written: Written) -> Written:
    number, started, ended, method, path, query, headers, *rest = written
    path, query, headers = path[:LONGEST_BODY], query[:LONGEST_BODY], _cut_headers(headers)
    return number, started, ended, method, path, query, headers, *rest


def unpack(packed: bytes) -> list[Entry]:
    """The entries that were packed, newest first."""
    epoch, entries = marshal.loads(packed)
    return [_unpack(each, epoch, len(packed) // len(entries)) for each in reversed(entries)]


def _unpack(written: Written, epoch: float, cost: int) -> Entry:
    number, started, ended, method, *wire, content, length, names, who, finding = written
    if method == "HEAD":
        content, length = b"", 0
    *request, sent, status, answered = wire
    taken = number, epoch + started, (ended - started) * 1000, method
    answer = status, answered, content, length
    return Entry._make((*taken, *request, *sent, *answer, *names, *who, *finding, cost))


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
