"""Faults of response headers, and of the links in headers and bodies."""

import re
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from .exchanges import Memory, Pairs, Request, Response, Serve
from .pointers import MISSING, edit
from .values import make_change

LINK = re.compile(r'<([^>]*)>; *rel="?([a-z]+)"?')
Links = dict[str, str | None]


async def change_header(
    request: Request, serve: Serve, _memory: Memory, *, name: str, change: str, **words: Any
) -> Response:
    """A header of the answer is changed or lost."""
    response = await serve(request)
    value = response.header(name)
    if value is None:
        return response
    changed = make_change(change, words)(value)
    return response.with_header(name, None if changed is MISSING else str(changed))


async def scale_header(request: Request, serve: Serve, _memory: Memory, *, name: str, by: float) -> Response:
    """A header that holds a number is in another unit."""
    response = await serve(request)
    value = response.header(name)
    return response if value is None else response.with_header(name, str(int(float(value) * by)))


async def add_header(request: Request, serve: Serve, _memory: Memory, *, name: str, value: str) -> Response:
    """A header of the answer has always the same value."""
    return (await serve(request)).with_header(name, value)


async def move_header(request: Request, serve: Serve, _memory: Memory, *, name: str, to: str) -> Response:
    """A header comes under another name."""
    response = await serve(request)
    return response.with_header(name, None).with_header(to, response.header(name))


async def swap_headers(request: Request, serve: Serve, _memory: Memory, *, name: str, other: str) -> Response:
    """Two headers are taken for each other."""
    response = await serve(request)
    first, second = response.header(name), response.header(other)
    return response if second is None else response.with_header(name, second).with_header(other, first)


async def share_header(request: Request, serve: Serve, memory: Memory, *, name: str) -> Response:
    """A header that counts down the requests of each caller counts down those of all callers."""
    asked = memory.values
    asked[request.world] = asked.get(request.world, 0) + 1
    response = await serve(request)
    value = response.header(name)
    others = sum(asked.values()) - asked[request.world]
    return response if value is None else response.with_header(name, str(max(0, int(value) - others)))


async def slide_header(
    request: Request, serve: Serve, _memory: Memory, *, name: str, seconds: int
) -> Response:
    """A header that holds a Unix time is always so many seconds ahead."""
    response = await serve(request)
    there = response.header(name) is not None
    return response.with_header(name, str(int(time.time()) + seconds)) if there else response


def change_links(response: Response, at: str, change: Callable[[Links], Links]) -> Response:
    """The answer with other links: those of its Link header, or of an object of its body."""
    if not response.good:
        return response
    if at == "Link":
        links = {rel: url for url, rel in LINK.findall(response.header("Link") or "")}
        changed = change(dict(links))
        text = ", ".join(f'<{url}>; rel="{rel}"' for rel, url in changed.items() if url)
        return response.with_header("Link", text or None)
    body = response.json()
    return response if body is None else response.with_json(edit(body, at, change))


def _edit_query(url: str, change: Callable[[Pairs], Pairs]) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(query=urlencode(change(parse_qsl(parts.query, keep_blank_values=True)))))


async def change_link(
    request: Request,
    serve: Serve,
    _memory: Memory,
    *,
    at: str,
    rel: str,
    name: str,
    change: str,
    **words: Any,
) -> Response:
    """A link has another value of a query parameter, or lacks it; rel '*': every link."""
    one = make_change(change, words)

    def pairs(query: Pairs) -> Pairs:
        new = [(key, one(value) if key == name else value) for key, value in query]
        return [(key, str(value)) for key, value in new if value is not MISSING]

    def links(known: Links) -> Links:
        return {
            key: _edit_query(url, pairs) if url and rel in (key, "*") else url for key, url in known.items()
        }

    return change_links(await serve(request), at, links)


async def drop_link(request: Request, serve: Serve, _memory: Memory, *, at: str, rel: str) -> Response:
    """A link is not told: null in a body, absent in a header."""
    return change_links(
        await serve(request), at, lambda links: {**links, rel: None} if rel in links else links
    )


async def copy_link(
    request: Request, serve: Serve, _memory: Memory, *, at: str, rel: str, source: str
) -> Response:
    """A link leads where another one leads."""
    return change_links(
        await serve(request), at, lambda links: {**links, rel: links.get(source)} if rel in links else links
    )


async def swap_links(
    request: Request, serve: Serve, _memory: Memory, *, at: str, rel: str, other: str
) -> Response:
    """Two links are taken for each other."""

    def swap(links: Links) -> Links:
        return {**links, rel: links.get(other), other: links.get(rel)}

    return change_links(await serve(request), at, swap)


async def own_link(
    request: Request, serve: Serve, _memory: Memory, *, at: str, rel: str, name: str, by: int, first: int = 1
) -> Response:
    """A link that should not be there is told: this request with a query parameter moved by some number."""
    now = request.asked(name) or ""
    start = int(now) if now.isdigit() else first
    query = urlencode(request.with_query(name, str(start + by)).query)

    def links(known: Links) -> Links:
        return {**known, rel: known.get(rel) or f"{request.path}?{query}"}

    return change_links(await serve(request), at, links)
