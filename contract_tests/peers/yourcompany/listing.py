"""Pages of projects: paging, order and links (YC-06 to YC-11, YC-48, YC-49)."""

import random
import re
from typing import Any, NamedTuple
from urllib.parse import urlencode

from flask import request

from contract_tests.peers.yourcompany.model import Project, World
from contract_tests.peers.yourcompany.problems import invalid

LARGEST_PAGE = 100
SORTS = ("created_at", "updated_at", "name")
ORDERS = ("asc", "desc")
INTEGER = re.compile(r"-?[0-9]{1,18}")


class Wish(NamedTuple):
    """What the query asks for."""

    page: int
    per_page: int
    sort: str
    order: str


def read_wish(here: World) -> Wish:
    """Read the query of a list request (YC-06 to YC-09)."""
    per_page = 10 if here.has_bug("default-per-page-ten") else 20
    most = None if here.has_bug("per-page-unbounded") else LARGEST_PAGE
    return Wish(
        page=_number(here, "page", 1, None),
        per_page=_number(here, "per_page", per_page, most),
        sort=_choice(here, "sort", SORTS, "created_at"),
        order=_choice(here, "order", ORDERS, "asc" if here.has_bug("order-default-asc") else "desc"),
    )


def cut(here: World, rows: list[Project], wish: Wish) -> list[Project]:
    """The rows of the page that is asked for.

    Parameters: rows, the whole collection in any order.
    """
    start = (wish.page - 1) * wish.per_page
    if here.has_bug("page-skips-row") and wish.page > 1:
        start += 1
    if here.has_bug("sort-within-page"):
        page = _sorted(here, rows, "created_at", "desc")[start : start + wish.per_page]
        return _sorted(here, page, wish.sort, wish.order)
    return _sorted(here, rows, wish.sort, wish.order)[start : start + wish.per_page]


def surroundings(here: World, wish: Wish, total: int, shown: int) -> dict[str, Any]:
    """The members `pagination` (YC-10, YC-11) and `links` (YC-49) of a list.

    Parameters: total, how many rows the collection has; shown, how many of them are on the page.
    """
    last = -(-total // wish.per_page)
    told = total // wish.per_page if here.has_bug("total-pages-rounded-down") else last
    more = wish.page <= last if here.has_bug("next-on-last-page") else wish.page < last
    links = {
        "next": _link(here, wish, wish.page + 1) if more else None,
        "prev": _link(here, wish, wish.page - 1) if wish.page > 1 else None,
    }
    if here.variant.unusual:
        links["first"] = _link(here, wish, 1)
    counted = shown if here.has_bug("total-is-page-length") else total
    pagination = {"total": counted, "page": wish.page, "per_page": wish.per_page, "total_pages": told}
    return {"pagination": pagination, "links": links}


def _number(here: World, name: str, default: int, most: int | None) -> int:
    words = request.args.get(name)
    if words is None:
        return default
    number = int(words) if INTEGER.fullmatch(words) else None
    if here.variant.unusual:
        # "max: 100" does not say whether more is refused or cut down.
        wanted = default if number is None else max(1, number)
        return wanted if most is None else min(wanted, most)
    if number is None or number < 1 or (most is not None and number > most):
        raise invalid(name, f"{name} must be an integer" + (f" from 1 to {most}" if most else " from 1 on"))
    return number


def _choice(here: World, name: str, known: tuple[str, ...], default: str) -> str:
    word = request.args.get(name, default)
    if word in known:
        return word
    if here.variant.unusual:
        return default
    raise invalid(name, f"{name} must be one of {', '.join(known)}")


def _sorted(here: World, rows: list[Project], sort: str, order: str) -> list[Project]:
    if here.variant.unusual:
        settled = sorted(rows, key=lambda row: row.number)
    elif here.has_bug("ties-shuffled"):
        settled = random.sample(rows, len(rows))
    else:
        settled = sorted(rows, key=lambda row: row.id)
    return sorted(settled, key=lambda row: _sort_value(here, row, sort), reverse=order == "desc")


def _sort_value(here: World, row: Project, sort: str) -> Any:
    if sort == "name":
        return row.name.casefold() if here.variant.unusual else row.name
    return row.updated_at if sort == "updated_at" else row.created_at


def _link(here: World, wish: Wish, page: int) -> str:
    if here.has_bug("next-loses-query"):
        return f"{request.path}?page={page}"
    others: dict[str, str | int] = {key: word for key, word in request.args.items() if key != "page"}
    if here.variant.unusual:
        others["per_page"] = wish.per_page
    query = urlencode({"page": page, **others})
    root = request.host_url.rstrip("/") if here.variant.unusual else ""
    return f"{root}{request.path}?{query}"
