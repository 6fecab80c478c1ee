"""The list of records: filters, order, pages, counts (section 2.1 A of the document)."""

import random
import re
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, NamedTuple

from contract_tests.peers.devsync.choices import Choices
from contract_tests.peers.devsync.errors import Refusal
from contract_tests.peers.devsync.record import Record

FILTERS: dict[str, Callable[[Record], str | None]] = {
    "developerId": lambda record: record.developer_id,
    "resourceType": lambda record: record.resource_type,
    "status": lambda record: record.status,
}
PARAMETERS = (*FILTERS, "limit", "page")
DEFAULT_LIMIT = 50
MAX_LIMIT = 100

Comparison = Callable[[str, str], bool]
# The filters that compare otherwise than by equality, by the name of the bug.
LOOSE_FILTERS: dict[str, tuple[str, Comparison]] = {
    "filter-developer-prefix": ("developerId", lambda value, wanted: value.startswith(wanted)),
    "filter-developer-any-case": ("developerId", lambda value, wanted: value.casefold() == wanted.casefold()),
    "filter-developer-ascii": ("developerId", lambda value, wanted: wanted.isascii() and value == wanted),
    "filter-type-ignored": ("resourceType", lambda _value, _wanted: True),
    "filter-type-part": ("resourceType", lambda value, wanted: wanted in value),
    "filter-status-ignored": ("status", lambda _value, _wanted: True),
    "filter-status-two-way": ("status", lambda value, wanted: (value == "ACTIVE") == (wanted == "ACTIVE")),
}


class Query(NamedTuple):
    """What a list request asks for; `numbered` tells whether it names a page."""

    filters: dict[str, str]
    limit: int
    page: int
    numbered: bool


def read_query(given: Mapping[str, str], choices: Choices, bug: str | None) -> Query:
    """Read the query parameters (DS-14 to DS-18).

    Parameters: given, the first value of each; choices, refuse or clamp; bug, if any.
    """
    unknown = [name for name in given if name not in PARAMETERS]
    if unknown and choices.extras:
        raise Refusal(HTTPStatus.BAD_REQUEST, f"no such query parameter: {unknown[0]}")
    # A form sends the filters that were left empty too.
    filters = {
        name: given[name] for name in FILTERS if name in given and (given[name] or not choices.lenient)
    }
    default = 20 if bug == "default-limit-20" else DEFAULT_LIMIT
    most = {"max-not-enforced": None, "max-refused": MAX_LIMIT - 1}.get(bug or "", MAX_LIMIT)
    limit = _number(given, "limit", default, most, choices)
    return Query(filters, limit, _number(given, "page", 1, None, choices), "page" in given)


def _number(given: Mapping[str, str], name: str, default: int, most: int | None, choices: Choices) -> int:
    text = given.get(name)
    if text is None:
        return default
    readable = re.fullmatch(r"-?[0-9]{1,18}", text) is not None
    number = int(text) if readable else default
    inside = max(1, number if most is None else min(number, most))
    if choices.clamps or (readable and number == inside):
        return inside
    raise Refusal(
        HTTPStatus.BAD_REQUEST, f"{name} must be a whole number from 1" + (f" to {most}" if most else "")
    )


def page_of(
    records: list[Record], everyone: list[Record], query: Query, choices: Choices, bug: str | None
) -> dict[str, Any]:
    """One page and its counts, the records not yet shown (DS-13, DS-19, DS-20).

    Parameters: records, those that the caller may see; everyone, all there are;
    query, what is asked for; choices, the order; bug, if any.
    """
    matching = [record for record in records if _matches(record, query.filters, bug)]
    source = records if bug == "filter-after-paging" else matching
    page = _window(_ordered(source, choices, bug), query, bug)
    if bug == "filter-after-paging":
        page = [record for record in page if _matches(record, query.filters, bug)]
    totals = {
        "total-unfiltered": len(records),
        "total-of-page": len(page),
        "total-of-everyone": sum(_matches(record, query.filters, bug) for record in everyone),
    }
    body: dict[str, Any] = {
        "total": totals.get(bug or "", len(matching)),
        "page": 1 if bug == "page-echo-constant" else query.page,
        "limit": DEFAULT_LIMIT if bug == "limit-echo-constant" else query.limit,
        "data": page,
    }
    if choices.extras:
        body["totalPages"] = -(-len(matching) // query.limit)
    return body


def _matches(record: Record, filters: Mapping[str, str], bug: str | None) -> bool:
    compared = list(filters.items())
    if bug == "filters-first-only":
        compared = compared[:1]
    found = [_equals(record, name, wanted, bug) for name, wanted in compared]
    if bug == "filters-any" and found:
        return any(found)
    return all(found)


def _equals(record: Record, name: str, wanted: str, bug: str | None) -> bool:
    value = FILTERS[name](record)
    loose_name, compare = LOOSE_FILTERS.get(bug or "", ("", None))
    if compare is not None and loose_name == name and value is not None:
        return compare(value, wanted)
    return value == wanted


def _ordered(records: list[Record], choices: Choices, bug: str | None) -> list[Record]:
    if choices.owned_by_account:
        return sorted(records, key=lambda record: record.triple)
    if bug == "unstable-paging":
        return sorted(records, key=lambda record: (record.created_at, random.random()), reverse=True)
    by_id = sorted(records, key=lambda record: record.id)
    return sorted(by_id, key=lambda record: record.created_at, reverse=True)


def _window(records: list[Record], query: Query, bug: str | None) -> list[Record]:
    limit, page = query.limit, query.page
    if bug == "limit-ignored-with-filter" and query.filters:
        return records
    if bug == "past-the-end-repeats":
        page = min(page, max(1, -(-len(records) // limit)))
    if bug == "last-page-lost" and page > max(1, len(records) // limit):
        return []
    start = limit * (page - 1)
    if bug == "page-from-zero" and query.numbered:
        start = limit * page
    if bug == "pages-overlap":
        start = max(0, start - 1)
    if bug == "pages-leave-gaps" and page > 1:
        start += 1
    return records[start : start + limit + (bug == "one-too-many")]
