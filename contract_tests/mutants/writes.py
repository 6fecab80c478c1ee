"""Faults of writes: not done but answered as if, done twice, or done by a request that only reads."""

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
    request: Request, serve: Serve, _memory: Memory, *, method: str, path: str, copy: str, source: str = ""
) -> Response:
    """After a success the server also writes a field of the answered record back to it, as it is."""
    response = await serve(request)
    record = read(response.json(), source)
    if response.good and isinstance(record, dict) and copy in record:
        other = replace(request.reading(path), method=method).with_json({copy: record[copy]})
        await serve(other.with_header("content-type", "application/json"))
    return response


async def spread_update(
    request: Request, serve: Serve, memory: Memory, *, path: str, key: str = "id"
) -> Response:
    """An update is done to every record that the caller has made, as by an UPDATE without its WHERE."""
    response, sent = await serve(request), request.json()
    made: dict[str, None] = memory.values.setdefault(request.world, {})
    record = response.json()
    if response.good and request.method == "POST" and isinstance(record, dict) and key in record:
        made[path.format_map({"key": record[key]})] = None
    elif response.good and sent is not None:
        for other in made:
            await serve(replace(request, path=request.base + other))
    return response


async def touch_refused(
    request: Request, serve: Serve, _memory: Memory, *, copy: str, source: str = ""
) -> Response:
    """A refused update has touched the record: a field of it is written again as it is."""
    response = await serve(request)
    if response.status == 400:
        record = read((await serve(request.reading())).json(), source)
        if isinstance(record, dict) and copy in record:
            await serve(request.with_json({copy: record[copy]}))
    return response


async def undo_refused(
    request: Request, serve: Serve, _memory: Memory, *, body: dict[str, Any], path: str, key: str = "id"
) -> Response:
    """A refused creation was made before it was judged, and is then taken back."""
    response = await serve(request)
    if response.status == 400:
        made = (await serve(request.with_json(body))).json()
        there = request.reading(path.replace("{key}", str(made[key])))
        await serve(replace(there, method="DELETE"))
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
