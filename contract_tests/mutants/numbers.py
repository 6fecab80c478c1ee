"""Faults of the numbers beside a list: totals, pages and sizes that do not say what was done."""

from dataclasses import replace

from .exchanges import Memory, Request, Response, Serve
from .items import find_items
from .pointers import MISSING, edit, put, read


async def echo_query(
    request: Request, serve: Serve, _memory: Memory, *, at: str, name: str, least: int = 0, most: int = 10**9
) -> Response:
    """A number of the answer is the one that the client asked for, whatever was done."""
    response, value = await serve(request), request.asked(name) or ""
    body = response.json()
    if not response.good or body is None or not value.isdigit() or not least <= int(value) <= most:
        return response
    return response.with_json(put(body, at, int(value)))


async def count_items(
    request: Request,
    serve: Serve,
    _memory: Memory,
    *,
    at: str = "",
    header: str = "",
    items: str | None = None,
) -> Response:
    """A total, at a pointer or in a header, counts the items of the page only."""
    response = await serve(request)
    body = response.json()
    pointer = find_items(body, items) if response.good else None
    if pointer is None:
        return response
    count = len(read(body, pointer))
    return response.with_header(header, str(count)) if header else response.with_json(put(body, at, count))


async def borrow_answer(
    request: Request, serve: Serve, _memory: Memory, *, drop: list[str], at: str = "", header: str = ""
) -> Response:
    """A part of the answer is that of the same request without some query parameters."""
    response = await serve(request)
    other = await serve(replace(request, query=[pair for pair in request.query if pair[0] not in drop]))
    if not response.good or not other.good:
        return response
    if header:
        return response.with_header(header, other.header(header))
    value = read(other.json(), at)
    return response if value is MISSING else response.with_json(edit(response.json(), at, lambda _: value))


async def shift_total(
    request: Request, serve: Serve, _memory: Memory, *, at: str, operation: str, by: int
) -> Response:
    """A total is moved by every success of another operation of the same caller."""
    response = await serve(request)
    done = _memory.count(request.world, [operation])
    body = response.json()
    if not response.good or body is None:
        return response
    return response.with_json(edit(body, at, lambda total: max(0, total + by * done)))


async def divide_total(
    request: Request, serve: Serve, _memory: Memory, *, at: str, total: str, size: str, more: int
) -> Response:
    """A number of pages is rounded down, and `more` is added: right for some totals only."""
    response = await serve(request)
    body = response.json()
    count, of = read(body, total), read(body, size)
    if not response.good or not isinstance(count, int) or not isinstance(of, int) or of < 1:
        return response
    return response.with_json(put(body, at, count // of + more))
