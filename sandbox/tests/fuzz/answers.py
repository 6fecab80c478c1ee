"""What comes back, and whether it may."""

import json
import re
from dataclasses import dataclass
from http import HTTPStatus

from .inputs import Input

STATUS_LINE = re.compile(rb"HTTP/1\.1 ([1-5][0-9][0-9]) [\t\x20-\x7e\x80-\xff]*")
FIELD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\t\x20-\x7e\x80-\xff]*)")
CHUNK = re.compile(rb"([0-9a-fA-F]+)\r\n")
BODILESS = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)
# What the server says of bytes that are no request, or that come too slowly.
REFUSALS = (b"Invalid HTTP request received.", b"The request came too slowly.")
DETAILS = re.compile(r"\d+|['\"].*?['\"]")


class Malformed(Exception):
    """Bytes that are no response of HTTP/1.1."""


@dataclass(frozen=True)
class Response:
    """One response. whole: all of it is there."""

    status: int
    headers: dict[bytes, bytes]
    body: bytes
    whole: bool = True


@dataclass(frozen=True)
class Answer:
    """All that a connection answered. closed: by the sandbox; seconds: until then, or until nothing came."""

    data: bytes
    closed: bool
    seconds: float


def read_responses(data: bytes, *, bodiless: bool = False) -> list[Response]:
    """The responses (RFC 9112). bodiless: some may be answers to HEAD. Raises Malformed."""
    found: list[Response] = []
    while data:
        head, mark, rest = data.partition(b"\r\n\r\n")
        if not mark:
            return [*found, Response(0, {}, data, whole=False)]
        status, headers = _read_head(head)
        response, data = _read_body(status, headers, rest, bodiless=bodiless)
        found.append(response)
    return found


def _read_head(head: bytes) -> tuple[int, dict[bytes, bytes]]:
    first, *lines = head.split(b"\r\n")
    line, fields = STATUS_LINE.fullmatch(first), [FIELD.fullmatch(each) for each in lines]
    if not line or not all(fields):
        raise Malformed(repr(head[:200]))
    return int(line[1]), {each[1].lower(): each[2] for each in fields if each}


def _read_body(
    status: int, headers: dict[bytes, bytes], rest: bytes, *, bodiless: bool
) -> tuple[Response, bytes]:
    if status < 200 or status in BODILESS or (bodiless and (not rest or rest.startswith(b"HTTP/1.1 "))):
        return Response(status, headers, b""), rest
    if headers.get(b"transfer-encoding") == b"chunked":
        return _read_chunks(status, headers, rest)
    if not headers.get(b"content-length", b"").isdigit():
        raise Malformed(f"{status} without a length")
    size = int(headers[b"content-length"])
    return Response(status, headers, rest[:size], len(rest) >= size), rest[size:]


def _read_chunks(status: int, headers: dict[bytes, bytes], rest: bytes) -> tuple[Response, bytes]:
    body = b""
    while size := CHUNK.match(rest):
        end = size.end() + int(size[1], 16)
        body, rest, last = body + rest[size.end() : end], rest[end + 2 :], int(size[1], 16) == 0
        if last:
            return Response(status, headers, body), rest
    return Response(status, headers, body, whole=False), b""


def judge(given: Input, answer: Answer) -> str | None:
    """What is wrong about an answer, if anything."""
    if given.leave:
        return None
    try:
        responses = read_responses(answer.data, bodiless=b"HEAD" in given.data)
    except Malformed as error:
        return f"no HTTP: {error}"
    for response in responses:
        fault = judge_response(response)
        if fault:
            return fault
    if any(is_refusal(each) for each in responses) and not answer.closed:
        return "the connection is open after the request was refused"
    if answer.closed and responses and not responses[-1].whole:
        return "the answer was broken off"
    waits = b"wait" in given.data.lower() or any(is_endless(each) for each in responses)
    if given.whole and not answer.closed and not waits:
        return f"no answer, or an open connection, after {answer.seconds:.1f} s"
    return None


def judge_response(response: Response) -> str | None:
    """What is wrong about one response."""
    if not response.whole:
        return None
    if response.status >= 500 and b"preference-applied" not in response.headers:
        return f"{response.status}: {response.body[:300]!r}"
    if 400 <= response.status < 500 and response.body and not is_refusal(response):
        return judge_error(response)
    return None


def judge_error(response: Response) -> str | None:
    """An error is an object of JSON; a page of the console is one in a browser."""
    media = response.headers.get(b"content-type", b"")
    if media.startswith(b"text/html"):
        return None
    try:
        good = "json" in media.decode() and bool(json.loads(response.body)) and response.body[:1] == b"{"
    except ValueError:
        good = False
    return None if good else f"{response.status} of {media!r}: {response.body[:300]!r}"


def is_refusal(response: Response) -> bool:
    """Whether the server refused what is no request."""
    return response.body in REFUSALS and response.headers.get(b"connection") == b"close"


def is_endless(response: Response) -> bool:
    """Whether it is a stream of events."""
    return response.headers.get(b"content-type", b"").startswith(b"text/event-stream")


def describe(answer: Answer) -> object:
    """What is the same of answers of one kind: statuses and the start of messages without their details."""
    try:
        responses = read_responses(answer.data, bodiless=True)
    except Malformed:
        return "malformed"
    return tuple(
        (each.status, DETAILS.sub("", each.body[:300].decode("latin-1"))[:80] if each.status >= 400 else "")
        for each in responses
    )
