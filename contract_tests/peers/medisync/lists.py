"""Lists: order and pages (MS-16, MS-I02)."""

import re
from random import shuffle
from typing import Any

from flask import Response, request

from contract_tests.peers.medisync.answers import invalid, success
from contract_tests.peers.medisync.peer import bug, peer
from contract_tests.peers.medisync.world import Row, newest_last

_LARGEST = 2147483647


def in_order(rows: list[Row]) -> list[Row]:
    """Rows in the server's default order."""
    if bug("unstable_ties"):
        shuffled = list(rows)
        shuffle(shuffled)
        return sorted(shuffled, key=lambda row: row["createdAt"], reverse=True)
    ordered = newest_last(rows)
    return ordered[::-1] if peer().choices.newest_first else ordered


def paged(items: list[Any]) -> Response:
    """One page of ordered items, with the pagination block (MS-16)."""
    page, limit = _asked("page", 1, _LARGEST), _asked("limit", peer().choices.default_limit, _max_limit())
    total = len(items)
    pages = -(-total // limit)
    start = (page - 1) * limit
    if bug("page_overlap") and page > 1:
        start -= 1
    if bug("last_page_lost"):
        pages = max(1, total // limit)
        items = items[: pages * limit]
    return success(items[start : start + limit], pagination=_block(page, limit, total, pages))


def _max_limit() -> int:
    return _LARGEST if bug("limit_unbounded") else peer().choices.max_limit


def _asked(name: str, default: int, highest: int) -> int:
    given = request.args.get(name)
    if given is None:
        return default
    number = int(given) if re.fullmatch(r"-?\d{1,10}", given, re.ASCII) else None
    if peer().choices.corrects_paging:
        return default if number is None else min(max(number, 1), highest)
    if number is None or not 1 <= number <= highest:
        raise invalid(name, f"must be an integer from 1 to {highest}")
    return number


def _block(page: int, limit: int, total: int, pages: int) -> dict[str, int]:
    if peer().choices.corrects_paging:
        return {"totalItems": total, "totalPages": pages, "currentPage": page, "perPage": limit}
    return {"page": page, "limit": limit, "total": total, "pages": pages}
