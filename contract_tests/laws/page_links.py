"""Links between pages: they lead to the neighbours, keep the query, and end at the ends."""

from math import ceil
from urllib.parse import parse_qsl, urljoin, urlsplit

from contract_tests.answers import Page
from contract_tests.filters import companions, values_of
from contract_tests.laws import law, such
from contract_tests.links import read_link
from contract_tests.lists import Listing, NoList
from contract_tests.operations import Operation
from contract_tests.orders import fields_of, query_of, values
from contract_tests.pagings import counted, rows
from contract_tests.trials import Ground, Trial, Violated


@law(
    "paging.links",
    "links lead to the neighbouring pages, keep the query, and end at the ends",
    counted,
    shared=True,
)
def check_links(trial: Trial) -> None:
    """Follows `next` from the first page to the last, and `prev` back; first and last where they are."""
    listing, keys = rows(trial)
    size = listing.step(len(keys))
    page = listing.fetch(listing.at(0, size))
    if not _links(trial, page):
        trial.skip("the document names no links")
    trial.expect(
        _link(trial, page, "prev") is None,
        "the first page links to one before it",
        None,
        _link(trial, page, "prev"),
    )
    met, previous = listing.keys(page.items), page
    for number in range(1, ceil(len(keys) / size)):
        page = _follow(trial, listing, previous, "next")
        expected = keys[number * size : (number + 1) * size]
        trial.expect(
            listing.keys(page.items) == expected,
            f"next of page {number} leads to another page",
            expected,
            listing.keys(page.items),
        )
        back = _follow(trial, listing, page, "prev")
        trial.expect(
            listing.keys(back.items) == listing.keys(previous.items),
            f"prev of page {number + 1} leads elsewhere",
            listing.keys(previous.items),
            listing.keys(back.items),
        )
        met += listing.keys(page.items)
        previous = page
    trial.expect(
        _link(trial, page, "next") is None,
        "the last page links to a next one",
        None,
        _link(trial, page, "next"),
    )
    for name, expected in (("first", keys[:size]), ("last", keys[(len(keys) - 1) // size * size :])):
        if _link(trial, page, name) is not None:
            there = listing.keys(_follow(trial, listing, page, name).items)
            trial.expect(there == expected, f"the link {name} leads to another page", expected, there)


def _links(trial: Trial, page: Page) -> bool:
    return bool({"next", "prev", "link"} & _names(trial.operation)) or "link" in page.values


def _names(operation: Operation) -> set[str]:
    words = operation.contract.words
    text = str(words.get("envelopes", {}).get("many")) + str(words.get("page", {}).get("headers", {}))
    return {name for name in ("next", "prev", "first", "last", "link") if f"${name}" in text}


def _link(trial: Trial, page: Page, name: str) -> str | None:
    if "link" in _names(trial.operation):
        return read_link(str(page.values.get("link", ""))).get(name)
    value = page.values.get(name)
    if value is not None and not isinstance(value, str):
        raise Violated(f"the link {name} is no text", "a URL or null", value)
    return value or None


def _follow(trial: Trial, listing: Listing, page: Page, name: str) -> Page:
    link = _link(trial, page, name)
    trial.expect(link is not None, f"{page.exchange} without a link {name}", f"a link {name}", None)
    target = urlsplit(urljoin(page.exchange.request.url, link or ""))
    path = urlsplit(page.exchange.request.url).path
    own = target.path.endswith(trial.operation.path) or target.path == path
    trial.expect(own, f"the link {name} leads to another path", path, target.path)
    query = dict(parse_qsl(target.query, keep_blank_values=True))
    try:
        return Listing(trial.session, trial.operation, listing.role, listing.path).fetch(query)
    except NoList:
        raise Violated(f"the link {name} ({link}) does not lead to a page", "a page", None) from None


def is_choosable(ground: Ground) -> bool:
    """Whether the list can be filtered by equality, or sorted."""
    rows = ground.operation.within("query")
    equal = any(row.fields and not row.required and row.relation == "eq" for row in rows)
    return equal or bool(fields_of(ground.operation))


@law(
    "paging.links_query",
    "links keep the filters and the order that were asked for",
    such(counted, is_choosable),
    shared=True,
)
def check_links_query(trial: Trial) -> None:
    """The next page of a filtered list has only records that match, and those that come next;
    so have both neighbours in a list that is sorted.
    """
    listing, _ = rows(trial)
    if not _names(trial.operation):
        trial.skip("the document names no links")
    _expect_order_kept(trial, listing)
    for parameter in trial.operation.within("query"):
        if not parameter.fields or parameter.required or parameter.relation != "eq":
            continue
        records = listing.everything()
        for value in values_of(trial, parameter, records):
            query = companions(trial, parameter, value)
            expected = listing.keys(listing.everything(query))
            if not 1 < len(expected) < len(records):
                continue
            first = listing.fetch({**query, **listing.at(0, 1)})
            met = listing.keys(_follow(trial, listing, first, "next").items)
            trial.expect(met == expected[1:2], f"next of {query} leads elsewhere", expected[1:2], met)


def _expect_order_kept(trial: Trial, listing: Listing) -> None:
    """Cases: in each order that differs from the plain one, next and prev lead to the neighbours."""
    plain = listing.everything()
    size = listing.step(len(plain))
    for name in fields_of(trial.operation):
        for descending in (False, True):
            query = query_of(trial.operation, name, descending)
            expected = values(trial, listing.everything(query), name)
            if values(trial, plain, name) == expected:
                continue
            page = listing.fetch({**query, **listing.at(0, size)})
            for number, rel in ((1, "next"), (0, "prev")):
                page = _follow(trial, listing, page, rel)
                met, wanted = values(trial, page.items, name), expected[number * size : (number + 1) * size]
                trial.expect(met == wanted, f"{rel} of {query} leads elsewhere", wanted, met)
