"""Styles of paging: from parameters to a window of records, and back to links."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from .problems import Fault, refuse
from .schemas import Json

UNPAGED = 1_000_000_000


@dataclass(slots=True)
class Window:
    """Which records of a list: `size` of them from index `offset` on."""

    offset: int
    size: int


@dataclass(frozen=True, slots=True)
class Style:
    """How the start parameter counts: to an index, and from an index."""

    to_offset: Callable[[int, int], int]
    to_start: Callable[[int, int], int]
    first: int


STYLES = {
    "page": Style(lambda start, size: (start - 1) * size, lambda offset, size: offset // size + 1, 1),
    "offset": Style(lambda start, _size: start, lambda offset, _size: offset, 0),
}


def open_window(page: Json | None, parameters: Mapping[str, Any]) -> Window:
    """The window that the parameters ask for; everything for an API without paging.

    Raises Problem invalid for a window that cannot be.
    """
    if not page or page["size"] not in parameters:
        return Window(0, UNPAGED)
    style, size = STYLES[page["style"]], parameters[page["size"]]
    start = parameters.get(page["start"], style.first)
    for name, value, least in ((page["size"], size, 1), (page["start"], start, style.first)):
        if value < least:
            wanted = f"at least {least}"
            fault = Fault("query", name, f"must be {wanted}, got {value}", (), value, least, wanted)
            raise refuse([fault])
    return Window(style.to_offset(start, size), size)


LINKS = frozenset(("first", "prev", "next", "last", "link"))


def describe_page(
    page: Json | None,
    window: Window,
    total: int,
    url: str,
    query: list[tuple[str, str]],
    wanted: frozenset[str] = LINKS,
) -> dict[str, Any]:
    """The `$names` of a page.

    url: the request's URL or path without its query; query: its pairs, kept in the links; wanted: the
    names that the dialect uses, since links cost more than all the rest.
    Rules: `last` is the last page that has a record, `prev` never starts before 0 (HA-I09, YC-49).
    """
    if not page or window.size == UNPAGED:
        return {
            "total": total,
            "page": 1,
            "size": total,
            "pages": 1,
            "offset": 0,
            "link": None,
        } | dict.fromkeys(("next", "prev", "first", "last"))
    style, size, offset = STYLES[page["style"]], window.size, window.offset
    names = {
        "total": total,
        "page": style.to_start(offset, size) if page["style"] == "page" else offset // size + 1,
        "size": size,
        "pages": -(-total // size),
        "offset": offset,
    }
    return names | _describe_links(page, window, total, url, query) if wanted & LINKS else names


def _describe_links(
    page: Json, window: Window, total: int, url: str, query: list[tuple[str, str]]
) -> dict[str, str | None]:
    style, size, offset = STYLES[page["style"]], window.size, window.offset

    def link(first: int) -> str:
        start = str(style.to_start(first, size))
        at = next((index for index, (name, _) in enumerate(query) if name == page["start"]), len(query))
        others = [pair for pair in query[at:] if pair[0] != page["start"]]
        return f"{url}?{urlencode([*query[:at], (page['start'], start), *others])}"

    last = (total - 1) // size * size if total else 0
    links = {
        "first": link(0),
        "prev": link(max(0, min(offset - size, last))) if offset > 0 else None,
        "next": link(offset + size) if offset + size < total else None,
        "last": link(last),
    }
    header = ", ".join(f'<{target}>; rel="{rel}"' for rel, target in links.items() if target)
    return {"link": header, **links}
