"""Pages of a list with meta and links (HS-38 .. HS-43)."""

import re
from collections.abc import Callable, Sequence
from typing import TypeVar
from urllib.parse import urlencode

from flask import Response, request

from contract_tests.peers.healthsync.answers import Json, answer, extra
from contract_tests.peers.healthsync.context import Refusal, peer
from contract_tests.peers.healthsync.rows import Row

T = TypeVar("T")
R = TypeVar("R", bound=Row)
DEFAULT_SIZE = 20
FILTERS = ("category", "date_from", "date_to")
NUMBER = re.compile(r"[+-]?[0-9]{1,18}", re.ASCII)


def listed(rows: Sequence[T], show: Callable[[T], Json], total: int | None = None) -> Response:
    """One page of the rows in the list envelope (HS-40).

    Args:
        rows: all rows that match, in order.
        show: makes the resource object of a row.
        total: how many to report; None for all of them.
    """
    here = peer()
    page, size = _number("page", 1), _number("per_page", DEFAULT_SIZE)
    count = len(rows) if total is None else total
    pages = count // size if here.bug == "last_page_lost" else -(-count // size)
    if here.choices.unusual and page > max(pages, 1):
        raise Refusal(404, "There is no such page")
    shown = _cut(rows, page, size)
    if here.bug == "total_counts_page":
        count = len(shown)
    meta: Json = {"total": count, "page": page, "per_page": size, "total_pages": pages}
    if here.choices.unusual:
        meta |= {"count": len(shown)} | extra()
    return answer({"data": [show(row) for row in shown], "meta": meta, "links": _links(page, size, pages)})


def by_age(rows: Sequence[R]) -> list[R]:
    """The rows of a list without sort parameter: newest first, or oldest first in the unusual server.

    Args:
        rows: all rows.
    """
    return sorted(rows, key=lambda row: (row.created_at, row.number), reverse=not peer().choices.unusual)


def asked_page() -> int:
    """The page that the request asks for (HS-38)."""
    return _number("page", 1)


def page_rows(rows: Sequence[T]) -> Sequence[T]:
    """The rows of the page that the request asks for.

    Args:
        rows: all rows in order.
    """
    return _cut(rows, _number("page", 1), _number("per_page", DEFAULT_SIZE))


def _cut(rows: Sequence[T], page: int, size: int) -> Sequence[T]:
    bug = peer().bug
    if bug == "family_not_paged" and request.endpoint == "family_members":
        return rows
    start = (page - 1) * size
    if bug == "page_skips_row" and page > 1:
        start += 1
    return rows[start : start + size]


def _number(name: str, default: int) -> int:
    choices = peer().choices
    text = request.args.get(name)
    if text is None:
        return default
    value = int(text) if NUMBER.fullmatch(text) else None
    most = choices.largest_page if name == "per_page" else 10**18
    if choices.unusual and value is not None:
        return min(max(value, 1), most)
    if value is None or not 1 <= value <= most:
        limit = f" to {most}" if name == "per_page" else ""
        reason = {name: f"must be a whole number from 1{limit}"}
        raise Refusal(choices.query_error, "The query is not valid", reason)
    return value


def _links(page: int, size: int, pages: int) -> Json:
    last = max(pages, 1)
    more = page < pages or (peer().bug == "next_on_last_page" and page == pages)
    links = {
        "first": _link(1, size),
        "last": _link(last, size),
        "prev": _link(min(page - 1, last), size) if page > 1 else None,
        "next": _link(page + 1, size) if more else None,
    }
    if peer().choices.unusual:
        links["self"] = _link(page, size)
    return links


def _link(page: int, size: int) -> str:
    """A relative link (HS-43) that keeps the rest of the query, so that it stays in the same list."""
    rest = {name: value for name, value in request.args.items() if name != "page"}
    if peer().bug == "links_lose_filter":
        rest = {name: value for name, value in rest.items() if name not in FILTERS}
    if not peer().choices.unusual:
        return f"{request.path}?{urlencode({'page': page} | rest)}"
    rest.pop("per_page", None)
    sized = {} if size == DEFAULT_SIZE else {"per_page": size}
    return f"{request.path}?{urlencode(rest | sized | {'page': page})}"
