"""Pages of a list, and the Link header that leads through them (HA-26 to HA-31)."""

from __future__ import annotations

from random import shuffle
from typing import NamedTuple
from urllib.parse import urlencode

from flask import Request

from .choices import Choices
from .query import Query
from .records import Record


class Page(NamedTuple):
    """The records of one page, how many match the query, and how many there are without its filters."""

    records: list[Record]
    total: int
    unfiltered: int


def ordered(records: list[Record], choices: Choices) -> list[Record]:
    """Sort records: latest event first, those without a date last; if unusual by creation, oldest first.

    :param records: the records of a list
    :param choices: the variant and the bug
    """
    if choices.unusual:
        return sorted(records, key=lambda record: (record.created, record.id))
    records = sorted(records, key=lambda record: record.id)
    if choices.bug == "unstable_order":
        shuffle(records)
    return sorted(records, key=lambda record: -record.dates[0].timestamp() if record.dates else 1.0)


def sliced(records: list[Record], query: Query, bug: str | None) -> list[Record]:
    """Cut one page out of a list (HA-07, HA-09).

    :param records: the sorted list
    :param query: limit and offset
    :param bug: the bug that the server was started with
    """
    start = query.offset
    if bug == "offset_off_by_one":
        start = max(0, start - 1)
    if bug == "last_page_lost" and start and start + query.limit > len(records):
        return []
    return records[start : start + query.limit]


def paged(records: list[Record], query: Query, choices: Choices) -> Page:
    """Filter, sort and cut a list.

    :param records: all records of the user and the type
    :param query: the options
    :param choices: the variant and the bug
    """
    combine = any if choices.bug == "filters_or" and query.filters else all
    everything = ordered(records, choices)
    matching = [record for record in everything if combine(keep(record) for keep in query.filters)]
    page = sliced(matching, query, choices.bug)
    if choices.bug == "filter_after_paging":
        page = [record for record in sliced(everything, query, None) if record in matching]
    return Page(page, len(matching), len(records))


def last_offset(total: int, limit: int, choices: Choices) -> int:
    """Return the offset of the last page, which the unusual server lets be empty if the total is a multiple.

    :param total: how many records match
    :param limit: how many are on a page
    :param choices: the variant that is served
    """
    return (total if choices.unusual else max(0, total - 1)) // limit * limit


def offsets(page: Page, query: Query, choices: Choices) -> dict[str, int]:
    """Return the offset that each link of a page has, by its relation.

    :param page: the page that is answered
    :param query: its limit and offset
    :param choices: the variant and the bug
    """
    here, limit, bug = query.offset, query.limit, choices.bug
    total = page.unfiltered if bug == "last_unfiltered" else page.total
    found = {"first": 0}
    if here > 0:
        found["prev"] = max(0, here - limit)
    more = here + limit < page.total
    if bug == "next_missing":
        more = here + 2 * limit <= page.total
    if more or bug == "next_on_last_page":
        found["next"] = here + limit
    return {**found, "last": last_offset(total, limit, choices)}


def target(request: Request, offset: int, query: Query, choices: Choices) -> str:
    """Return the address of another page: the same query with another offset (HA-29, HA-30).

    :param request: the request for this page
    :param offset: the first record of the other page
    :param query: the options of this page
    :param choices: the variant and the bug
    """
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != "offset"]
    if choices.bug == "link_loses_filters":
        kept = [(name, value) for name, value in kept if name == "limit"]
    if choices.unusual:
        kept = [("limit", str(query.limit)), *((name, value) for name, value in kept if name != "limit")]
        return f"{request.base_url}?{urlencode([('offset', str(offset)), *kept])}"
    base = request.path if choices.bug == "link_relative" else request.base_url
    return f"{base}?{urlencode([*kept, ('offset', str(offset))])}"


def links(request: Request, page: Page, query: Query, choices: Choices) -> list[str]:
    """Return the Link headers of a page: one for all links, or one for each if unusual (HA-26, HA-27).

    :param request: the request for this page
    :param page: the page that is answered
    :param query: its options
    :param choices: the variant and the bug
    """
    written = []
    for relation, offset in offsets(page, query, choices).items():
        address = target(request, offset, query, choices)
        if choices.unusual:
            written.append(f'<{address}>; title="{relation} page"; rel={relation}')
        elif choices.bug == "link_no_brackets":
            written.append(f'{address}; rel="{relation}"')
        else:
            written.append(f'<{address}>; rel="{relation}"')
    return written if choices.unusual else [", ".join(written)]
