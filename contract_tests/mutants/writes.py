"""Faults of writes: not done but answered as if, done twice, or done by a request that only reads."""

from dataclasses import replace

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
