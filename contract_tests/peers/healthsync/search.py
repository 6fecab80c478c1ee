"""Filters and order of the list of documents (HS-44 .. HS-48)."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import request

from contract_tests.peers.healthsync.checks import Check, day, one_of, text
from contract_tests.peers.healthsync.context import Refusal, peer
from contract_tests.peers.healthsync.paging import asked_page, page_rows
from contract_tests.peers.healthsync.rows import Record
from contract_tests.peers.healthsync.seed import CATEGORIES

Filter = Callable[[Record], bool]


def matching(rows: Sequence[Record]) -> list[Record]:
    """The documents that pass the filters of the request, in the order that it asks for.

    Args:
        rows: the caller's documents.
    """
    field, descending, given = _order()
    filters = _filters(given)
    passes = any if peer().bug == "filters_or" and filters else all
    found = [record for record in rows if passes(each(record) for each in filters)]
    if peer().bug == "sorts_only_page" and given:
        return _sorted_within_page(found, field, descending)
    return _in_order(found, field, descending)


def query_value(name: str, check: Check) -> Any:
    """The checked value of a query parameter, or None if it is not given.

    Args:
        name: the parameter.
        check: what its value must pass.
    """
    value = request.args.get(name)
    try:
        return None if value is None else check(value)
    except ValueError as reason:
        raise Refusal(peer().choices.query_error, "The query is not valid", {name: str(reason)}) from None


def _order() -> tuple[str, bool, bool]:
    """The sort field, whether descending (HS-47), and whether the request gave it."""
    here = peer()
    choices = here.choices
    asked = request.args.get("sort")
    known = asked is not None and asked.removeprefix("-") in choices.sortable
    if asked is not None and not known and not choices.unusual:
        raise Refusal(
            422, "The query is not valid", {"sort": "must be one of " + ", ".join(choices.sortable)}
        )
    order = asked if asked is not None and known else choices.default_sort
    descending = order.startswith("-") and not (known and here.bug == "descending_ignored")
    return order.removeprefix("-"), descending, known


def _filters(sorted_by_request: bool) -> list[Filter]:
    category = query_value("category", text if peer().choices.unusual else one_of(*CATEGORIES))
    earliest, latest = query_value("date_from", day), query_value("date_to", day)
    filters: list[Filter] = []
    if category is not None and not (peer().bug == "category_lost_when_sorted" and sorted_by_request):
        filters.append(lambda record: record.category == category)
    if earliest is not None and peer().bug == "date_from_exclusive":
        filters.append(lambda record: record.date > earliest)
    elif earliest is not None:
        filters.append(lambda record: record.date >= earliest)
    if latest is not None:
        filters.append(lambda record: record.date <= latest)
    return filters


def _in_order(rows: Sequence[Record], field: str, descending: bool) -> list[Record]:
    # The running number breaks ties, so that pages neither repeat nor lose a row.
    turn = -1 if peer().bug == "unstable_ties" and asked_page() % 2 == 0 else 1
    return sorted(rows, key=lambda record: (getattr(record, field), turn * record.number), reverse=descending)


def _sorted_within_page(rows: Sequence[Record], field: str, descending: bool) -> list[Record]:
    default = peer().choices.default_sort
    whole = _in_order(rows, default.removeprefix("-"), default.startswith("-"))
    page = page_rows(whole)
    start = whole.index(page[0]) if page else 0
    whole[start : start + len(page)] = _in_order(page, field, descending)
    return whole
