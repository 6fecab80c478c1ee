"""Faults of lists: items that are lost, come twice or stand in another order."""

from collections.abc import Callable
from typing import Any

from .exchanges import Memory, Request, Response, Serve
from .pointers import MISSING, edit, read

Items = list[Any]


def find_items(body: Any, at: str | None = None) -> str | None:
    """The pointer of the items of a list answer: the body itself, or its data."""
    for pointer in [at] if at is not None else ["", "/data"]:
        if isinstance(read(body, pointer), list):
            return pointer
    return None


def change_items(response: Response, change: Callable[[Items], Items], at: str | None = None) -> Response:
    """The answer with other items; one without a list as it is."""
    body = response.json()
    pointer = find_items(body, at) if response.good else None
    return response if pointer is None else response.with_json(edit(body, pointer, change))


async def drop_item(
    request: Request,
    serve: Serve,
    _memory: Memory,
    *,
    index: int = -1,
    short_of: str | None = None,
    at: str | None = None,
) -> Response:
    """An item is lost, by its index. short_of: pointer of the page size; only pages that are not full."""
    response = await serve(request)
    size = read(response.json(), short_of) if short_of else None

    def change(items: Items) -> Items:
        full = isinstance(size, int) and len(items) >= size
        if full or not -len(items) <= index < len(items):
            return items
        return [item for place, item in enumerate(items) if place != index % len(items)]

    return change_items(response, change, at)


async def repeat_item(
    request: Request, serve: Serve, _memory: Memory, *, index: int = 0, at: str | None = None
) -> Response:
    """An item comes twice, in the place of its neighbour; the number of items stays."""

    def change(items: Items) -> Items:
        if len(items) < 2:
            return items
        return [*items[:-1], items[index]] if index != -1 else [items[-1], *items[1:]]

    return change_items(await serve(request), change, at)


async def overlap_pages(
    request: Request, serve: Serve, _memory: Memory, *, name: str = "page", at: str | None = None
) -> Response:
    """A page but the first starts with the last item of the page before, and lacks its own last one."""
    start = request.asked(name) or "1"
    response = await serve(request)
    if not start.isdigit() or int(start) < 2:
        return response
    before = await serve(request.with_query(name, str(int(start) - 1)))
    pointer = find_items(before.json(), at)
    last = read(before.json(), pointer)[-1:] if pointer is not None else []
    return change_items(response, lambda items: [*last, *items[:-1]] if items else items, at)


async def reverse_items(
    request: Request, serve: Serve, _memory: Memory, *, at: str | None = None
) -> Response:
    """The items of each page stand in the reverse order."""
    return change_items(await serve(request), lambda items: items[::-1], at)


async def sort_items(
    request: Request,
    serve: Serve,
    _memory: Memory,
    *,
    by: str,
    descending: bool = False,
    at: str | None = None,
) -> Response:
    """Each page is sorted by itself, by a pointer into the item."""

    def key(item: Any) -> tuple[str, Any]:
        value = read(item, by)
        return ("", "") if value is MISSING or value is None else (type(value).__name__, value)

    return change_items(await serve(request), lambda items: sorted(items, key=key, reverse=descending), at)


async def hide_items(
    request: Request, serve: Serve, _memory: Memory, *, where: str, equals: Any, at: str | None = None
) -> Response:
    """Items with some value are not told, though they count."""
    return change_items(
        await serve(request), lambda items: [item for item in items if read(item, where) != equals], at
    )


async def turn_items(request: Request, serve: Serve, memory: Memory, *, at: str | None = None) -> Response:
    """The order changes from request to request: each answer is turned by one more item."""
    turns = memory.values[request.world] = memory.values.get(request.world, -1) + 1

    def change(items: Items) -> Items:
        by = turns % len(items) if items else 0
        return items[by:] + items[:by]

    return change_items(await serve(request), change, at)


async def swap_neighbours(
    request: Request, serve: Serve, _memory: Memory, *, index: int = 0, at: str | None = None
) -> Response:
    """Two neighbours stand in the wrong order."""

    def change(items: Items) -> Items:
        if len(items) < index + 2:
            return items
        return [*items[:index], items[index + 1], items[index], *items[index + 2 :]]

    return change_items(await serve(request), change, at)


async def stay_inside(
    request: Request, serve: Serve, _memory: Memory, *, name: str, pages: str, at: str | None = None
) -> Response:
    """A page past the end is the last one. pages: pointer of the number of pages."""
    response = await serve(request)
    body = response.json()
    last, pointer = read(body, pages), find_items(body, at)
    past = isinstance(last, int) and last > 0 and pointer is not None and not read(body, pointer)
    return await serve(request.with_query(name, str(last))) if past else response
