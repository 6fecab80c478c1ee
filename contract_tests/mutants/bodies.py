"""Faults of request bodies: what the server understands of what it is told to keep."""

import re
from dataclasses import replace
from typing import Any

from .exchanges import Memory, Request, Response, Serve
from .pointers import MISSING, edit, edit_leaves, put, read
from .values import make_change


async def change_body(
    request: Request,
    serve: Serve,
    _memory: Memory,
    *,
    at: str = "",
    change: str,
    leaves: bool = False,
    **words: Any,
) -> Response:
    """A value of the body is understood as another one; leaves: all texts and numbers below it."""
    body = request.json()
    if body is None:
        return await serve(request)
    one = make_change(change, words)
    return await serve(
        request.with_json(edit(body, at, (lambda part: edit_leaves(part, one)) if leaves else one))
    )


async def add_body(request: Request, serve: Serve, _memory: Memory, *, at: str, value: Any) -> Response:
    """A field has another value than the one that the client gave or left out."""
    body = request.json()
    return await serve(request if not isinstance(body, dict) else request.with_json(put(body, at, value)))


async def merge_body(
    request: Request, serve: Serve, _memory: Memory, *, field: str, source: str = "", path: str | None = None
) -> Response:
    """An object that should be replaced is merged into the old one, found at `source` of the record's GET."""
    body = request.json()
    if not isinstance(body, dict) or not isinstance(body.get(field), dict):
        return await serve(request)
    old = read((await serve(request.reading(path))).json(), f"{source}/{field}")
    merged = {**old, **body[field]} if isinstance(old, dict) else body[field]
    return await serve(request.with_json({**body, field: merged}))


async def wipe_body(request: Request, serve: Serve, _memory: Memory, *, values: dict[str, Any]) -> Response:
    """Fields that the body does not give are set back, as if it were the whole record."""
    body = request.json()
    return await serve(request if not isinstance(body, dict) else request.with_json({**values, **body}))


async def keep_old(
    request: Request, serve: Serve, _memory: Memory, *, field: str, source: str = "", path: str | None = None
) -> Response:
    """A field that is empty or null in the body keeps its old value."""
    body = request.json()
    if not isinstance(body, dict) or field not in body or body[field]:
        return await serve(request)
    old = read((await serve(request.reading(path))).json(), f"{source}/{field}")
    return await serve(request if old is MISSING else request.with_json({**body, field: old}))


async def echo_bytes(request: Request, serve: Serve, _memory: Memory, *, at: str, pattern: str) -> Response:
    """A value of successful answers is the text that a pattern finds in the raw body of the request."""
    response = await serve(request)
    body, found = response.json(), re.search(pattern.encode(), request.body)
    if not response.good or body is None or found is None:
        return response
    return response.with_json(put(body, at, found[1].decode("utf-8", "replace")))


async def change_bytes(request: Request, serve: Serve, _memory: Memory, *, pattern: str, by: str) -> Response:
    """The raw body, of a multipart form too, is changed where a pattern matches."""
    text = re.sub(pattern.encode(), by.encode(), request.body, flags=re.DOTALL)
    return await serve(replace(request, body=text))


async def ignore_media_type(request: Request, serve: Serve, _memory: Memory) -> Response:
    """A body is read as JSON, whatever its media type."""
    return await serve(request.with_header("content-type", "application/json"))
