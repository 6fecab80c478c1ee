"""Faults of query parameters: what the server understands of the question."""

from dataclasses import replace
from typing import Any

from .exchanges import Memory, Request, Response, Serve
from .pointers import MISSING
from .values import make_change


async def drop_query(request: Request, serve: Serve, _memory: Memory, *, name: str) -> Response:
    """The parameter is ignored."""
    return await serve(request.with_query(name, None))


async def set_query(request: Request, serve: Serve, _memory: Memory, *, name: str, value: str) -> Response:
    """The parameter has always the same value, given or not."""
    return await serve(request.with_query(name, value))


async def default_query(
    request: Request, serve: Serve, _memory: Memory, *, name: str, value: str
) -> Response:
    """The parameter has another value when it is not given."""
    return await serve(request if request.asked(name) is not None else request.with_query(name, value))


async def copy_query(request: Request, serve: Serve, _memory: Memory, *, name: str, source: str) -> Response:
    """The value of one parameter is taken for another one as well; the first is ignored."""
    value = request.asked(source)
    changed = request.with_query(source, None)
    return await serve(changed if value is None else changed.with_query(name, value))


async def swap_query(request: Request, serve: Serve, _memory: Memory, *, name: str, other: str) -> Response:
    """Two parameters are taken for each other."""
    first, second = request.asked(name), request.asked(other)
    return await serve(request.with_query(name, second).with_query(other, first))


async def change_query(
    request: Request, serve: Serve, _memory: Memory, *, name: str, change: str, **words: Any
) -> Response:
    """The parameter's value is understood as another one."""
    value = request.asked(name)
    if value is None:
        return await serve(request)
    changed = make_change(change, words)(value)
    return await serve(request.with_query(name, None if changed is MISSING else str(changed)))


async def cap_query(request: Request, serve: Serve, _memory: Memory, *, name: str, most: int) -> Response:
    """A number of the query is silently lowered to a maximum."""
    value = request.asked(name) or ""
    return await serve(
        request.with_query(name, str(most)) if value.isdigit() and int(value) > most else request
    )


async def change_path(
    request: Request, serve: Serve, _memory: Memory, *, name: str, change: str, **words: Any
) -> Response:
    """A parameter of the path is understood as another one."""
    value = request.parameters[name]
    changed = str(make_change(change, words)(value))
    return await serve(replace(request, path=request.path.replace(value, changed)))
