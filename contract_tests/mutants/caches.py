"""Faults of time: answers that were right once."""

import time
from typing import Any

from .exchanges import Memory, Request, Response, Serve
from .items import find_items
from .pointers import MISSING, edit, read


async def cache_answer(
    request: Request,
    serve: Serve,
    memory: Memory,
    *,
    seconds: float = 1e9,
    until: list[str] | None = None,
    ignore: list[str] | None = None,
    anyone: bool = False,
) -> Response:
    """A successful answer is given again for some seconds, or until the caller does one of some operations.

    ignore: query parameters that the cache forgets to tell apart; anyone: it forgets who asked, too.
    """
    query = tuple(pair for pair in request.query if pair[0] not in (ignore or []))
    caller = None if anyone else request.world
    key = caller, request.path, query, memory.count(request.world, until or [])
    since, known = memory.values.get(key, (0.0, None))
    if known is not None and time.monotonic() < since + seconds:
        kept: Response = known
        return kept
    response = await serve(request)
    if response.good:
        memory.values[key] = time.monotonic(), response
    return response


async def keep_first(
    request: Request,
    serve: Serve,
    memory: Memory,
    *,
    key: str,
    source: str = "",
    field: str = "",
    at: str | None = None,
) -> Response:
    """Lists show a record, or one field of it, as it was first seen, in the answer to its creation or a list.

    key: pointer of the id in a record; source: pointer of the record in an answer that is no list.
    """
    response = await serve(request)
    body = response.json()
    if not response.good or body is None:
        return response
    pointer = find_items(body, at)
    known: dict[Any, Any] = memory.values.setdefault(request.world, {})
    if pointer is None:
        record = read(body, source)
        known.setdefault(read(record, key), record)
        return response

    def show(item: Any) -> Any:
        first = known.setdefault(read(item, key), item)
        value = read(first, field)
        # A list item may have fewer fields than the record.
        return item if value is MISSING else edit(item, field, lambda _: value)

    return response.with_json(edit(body, pointer, lambda items: [show(item) for item in items]))


async def accept_field(
    request: Request, serve: Serve, memory: Memory, *, field: str, key: str = "/id", source: str = ""
) -> Response:
    """A field that only the server may write is taken from the client: every later answer shows it so.

    field, key: pointers in a record; source: pointer of the record in an answer that is no list.
    """
    sent = request.json() if request.method != "GET" else None
    value = read(sent, field) if isinstance(sent, dict) else MISSING
    if value is not MISSING:
        request = request.with_json(edit(sent, field, lambda _: MISSING))
    response = await serve(request)
    body = response.json()
    if not response.good or body is None:
        return response
    known: dict[Any, Any] = memory.values.setdefault(request.world, {})
    pointer = find_items(body)
    if value is not MISSING and pointer is None:
        known[read(body, f"{source}{key}")] = value

    def show(record: Any) -> Any:
        name = read(record, key)
        return edit(record, field, lambda _: known[name]) if name in known else record

    if pointer is None:
        return response.with_json(edit(body, source, show))
    return response.with_json(edit(body, pointer, lambda items: [show(item) for item in items]))


async def keep_first_sent(request: Request, serve: Serve, memory: Memory, *, field: str) -> Response:
    """What a client sends for a field is kept the first time only, though the answer repeats it."""
    sent = request.json()
    response = await serve(request)
    if not response.good or not isinstance(sent, dict) or field not in sent:
        return response
    first = memory.values.setdefault((request.world, request.path), sent[field])
    await serve(request.with_json({**sent, field: first}))
    return response


async def step_value(
    request: Request, serve: Serve, memory: Memory, *, at: str, values: list[Any]
) -> Response:
    """Each answer for a path shows the next of some values, whatever is stored; the last one stays."""
    response = await serve(request)
    body = response.json()
    if not response.good or body is None:
        return response
    turn = memory.values[request.path] = memory.values.get(request.path, -1) + 1
    return response.with_json(edit(body, at, lambda _: values[min(turn, len(values) - 1)]))


async def freeze_header(request: Request, serve: Serve, memory: Memory, *, name: str) -> Response:
    """A header never changes from what it first was for the caller."""
    response = await serve(request)
    value = response.header(name)
    if value is None:
        return response
    return response.with_header(name, memory.values.setdefault((request.world, name), value))
