"""Heads of requests: their targets and headers. What clients send again and again is read once."""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import chain
from urllib.parse import quote, unquote

import httptools

from .entries import Headers

ONCE = {b"authorization", b"content-length", b"content-type", b"host"}
SAFE = "/:@!$&'()*+,;=~"  # what a path has as it is (RFC 3986 §3.3)
MOST, MOST_HEADERS = 1000, 100  # targets and heads that are remembered
LONGEST, LARGEST = 500, 2000  # bytes of one


def read_target(target: bytes) -> tuple[str, bytes, bytes]:
    """The path of a request target, decoded and as it is, and the query."""
    return _read_target(target) if len(target) <= LONGEST else _read_target.__wrapped__(target)


@lru_cache(MOST)
def _read_target(target: bytes) -> tuple[str, bytes, bytes]:
    url = httptools.parse_url(target)
    path = url.path.decode("ascii")
    return unquote(path) if "%" in path else path, url.path, url.query or b""


def read_headers(raw: Iterable[tuple[bytes, bytes]]) -> tuple[Headers, Mapping[str, str]]:
    """Headers as they came, and by lower-case name; the same objects for the same headers.

    Of several lines of a name the last one counts, but all Prefer (RFC 7240 §2).
    """
    fields = tuple(raw)
    is_small = sum(map(len, chain.from_iterable(fields))) <= LARGEST
    return _read_headers(fields) if is_small else _read_headers.__wrapped__(fields)


@lru_cache(MOST_HEADERS)
def _read_headers(fields: Headers) -> tuple[Headers, Mapping[str, str]]:
    headers: dict[str, str] = {}
    for name, value in fields:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        headers[key] = f"{headers[key]}, {text}" if key == "prefer" and key in headers else text
    return fields, headers


def join_repeated(headers: Headers) -> Iterator[tuple[bytes, bytes]]:
    """The headers, where one that may stand only once but is repeated has a NUL between its values.

    Raises ValueError for a second Host.
    """
    values: dict[bytes, list[bytes]] = {}
    for name, value in headers:
        values.setdefault(name, []).append(value)
    if len(values.get(b"host", ())) > 1:
        raise ValueError("Host stands twice")  # which the parser answers with a 400
    for name, value in headers:
        if name not in ONCE:
            yield name, value
        elif name in values:
            yield name, b"\0".join(values.pop(name))


def make_url(scheme: str, host: str, path: str) -> str:
    """The URL that a client called, without its query."""
    if len(host) + len(path) > LONGEST:
        return _make_url.__wrapped__(scheme, host, path)
    return _make_url(scheme, host, path)


@lru_cache(MOST)
def _make_url(scheme: str, host: str, path: str) -> str:
    return f"{scheme}://{host}{quote(path, safe=SAFE)}"
