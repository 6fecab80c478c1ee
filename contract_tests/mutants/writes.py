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
    request: Request,
    serve: Serve,
    _memory: Memory,
    *,
    method: str,
    path: str,
    copy: str = "",
    source: str = "",
) -> Response:
    """After a success the server also does another operation.

    copy: a field of the answered record that is its body, as it is; empty: it has none.
    """
    response = await serve(request)
    if not response.good:
        return response
    other = replace(request.reading(path), method=method)
    record = read(response.json(), source)
    if not copy:
        await serve(other)
    elif isinstance(record, dict) and copy in record:
        body = other.with_json({copy: record[copy]})
        await serve(body.with_header("content-type", "application/json"))
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


async def store_refused(
    request: Request, serve: Serve, _memory: Memory, *, fill: dict[str, object]
) -> Response:
    """What is refused is stored all the same, with values for what was missing: nothing is rolled back."""
    response, sent = await serve(request), request.json()
    if 400 <= response.status < 500 and isinstance(sent, dict):
        await serve(request.with_json({**fill, **sent}))
    return response


async def remove_alike(
    request: Request, serve: Serve, _memory: Memory, *, path: str, field: str, key: str, source: str, at: str
) -> Response:
    """A removal takes along all records of the first page of a list that have the same value of a field.

    field, key: pointers in a record; source: of the record in the answer to its GET; at: of the items.
    """
    value = read((await serve(request.reading())).json(), f"{source}{field}")
    items = read((await serve(request.reading(path))).json(), at)
    response = await serve(request)
    for item in items if response.good and isinstance(items, list) else ():
        if read(item, field) == value:
            await serve(replace(request, path=f"{request.base}{path}/{read(item, key)}"))
    return response
