"""Faults of writes: not done but answered as if, done twice, or done by a request that only reads."""

import json
from dataclasses import replace
from typing import Any

from .exchanges import Memory, Request, Response, Serve
from .items import Items, change_items
from .pointers import MISSING, read


async def skip_update(
    request: Request,
    serve: Serve,
    _memory: Memory,
    *,
    source: str = "",
    path: str | None = None,
    fields: list[str] | None = None,
) -> Response:
    """An update is answered as if it were done, but the old values stay: all, or those of some fields.

    source: pointer of the record in the answer to its GET, at `path` or at the path of the update.
    """
    old = read((await serve(request.reading(path))).json(), source)
    response = await serve(request)
    sent = request.json()
    if response.good and isinstance(sent, dict) and isinstance(old, dict):
        kept = {name: old[name] for name in fields or sent if name in sent and name in old}
        await serve(request.with_json(kept))
    return response


async def write_twice(request: Request, serve: Serve, _memory: Memory) -> Response:
    """The write is done twice; the first answer counts."""
    response = await serve(request)
    if response.good:
        await serve(request)
    return response


async def also_send(
    request: Request, serve: Serve, _memory: Memory, *, method: str, path: str, body: Any = None
) -> Response:
    """After a success the server also does another request by the same caller, below the base."""
    response = await serve(request)
    if response.good:
        other = replace(request.reading(path), method=method)
        if body is not None:
            other = replace(other, body=json.dumps(body).encode())
            other = other.with_header("content-type", "application/json")
        await serve(other)
    return response


async def ghost_item(
    request: Request, serve: Serve, memory: Memory, *, source: str = "", at: str | None = None
) -> Response:
    """A deleted record stays at the end of the lists."""
    if request.method == "DELETE":
        record = read((await serve(request.reading())).json(), source)
        response = await serve(request)
        if response.good and record is not MISSING:
            memory.values.setdefault(request.world, []).append(record)
        return response
    ghosts: Items = memory.values.get(request.world, [])
    return change_items(await serve(request), lambda items: [*items, *ghosts], at)


async def ghost_record(request: Request, serve: Serve, memory: Memory) -> Response:
    """A deleted record can still be read by its id."""
    key = request.world, request.path
    if request.method == "DELETE":
        before = await serve(request.reading())
        response = await serve(request)
        if response.good:
            memory.values[key] = before
        return response
    response = await serve(request)
    return response if response.good else memory.values.get(key, response)
