"""Paging: pages are slices of one sequence, and what the envelope says of it is true."""

from collections.abc import Iterable
from math import ceil
from urllib.parse import parse_qsl, urljoin, urlsplit

from contract_tests.answers import Page, read_page
from contract_tests.contracts import Contract, Operation
from contract_tests.laws import law
from contract_tests.lists import Listing
from contract_tests.links import read_link
from contract_tests.trials import Ground, Trial, Violated

ENOUGH = 3  # records that make paging worth a look


def paged(contract: Contract) -> Iterable[Ground]:
    """Every list with pages; the subject is the parameter of the page's size."""
    return _by_parameter(contract, "size")


def started(contract: Contract) -> Iterable[Ground]:
    """Every list with pages; the subject is the parameter of the page's start."""
    return _by_parameter(contract, "start")


def _by_parameter(contract: Contract, word: str) -> Iterable[Ground]:
    words = contract.words.get("page", {})
    for operation in contract.operations:
        parameter = operation.parameter(words.get(word, ""))
        if operation.does == "list" and parameter is not None:
            yield Ground(operation, parameter.name, (parameter.ids, operation.ids))


def counted(contract: Contract) -> Iterable[Ground]:
    """Every list whose envelope or headers say how many records or pages there are."""
    for operation in contract.operations:
        if operation.does == "list" and operation.parameter(contract.words.get("page", {}).get("size", "")):
            yield Ground(operation)


def rows(trial: Trial, count: int = 7) -> tuple[Listing, list[str]]:
    """The list and the keys of all its records in order. Skips where there are too few or too many."""
    listing = trial.listing(count)
    keys = listing.keys(listing.everything())
    if len(keys) < ENOUGH:
        trial.skip(f"only {len(keys)} records: too few to page")
    return listing, keys


@law("paging.complete", "walking all pages meets each record exactly once", paged, shared=True)
def check_complete(trial: Trial) -> None:
    """Walks with a small page and compares with the largest ones."""
    listing, keys = rows(trial)
    met = [key for page in listing.walk(listing.step(len(keys))) for key in listing.keys(page.items)]
    twice = sorted({key for key in met if met.count(key) > 1})
    trial.expect(not twice, f"records are on two pages: {twice[:3]}", "each once", met)
    missing = [key for key in keys if key not in met]
    trial.expect(not missing, f"records are on no page: {missing[:3]}", sorted(keys), sorted(met))
    more = [key for key in met if key not in keys]
    trial.expect(not more, f"records are on small pages but not on large ones: {more[:3]}", sorted(keys), sorted(met))


@law("paging.slices", "a page is the same slice of the list whatever its size", started, shared=True)
def check_slices(trial: Trial) -> None:
    """Pages of two sizes beside the sequence of all records."""
    listing, keys = rows(trial)
    for size in sorted({2, listing.step(len(keys))}):
        for number in sorted({0, 1, (len(keys) - 1) // size}):
            page = listing.fetch(listing.at(number, size))
            expected = keys[number * size : (number + 1) * size]
            met = listing.keys(page.items)
            trial.expect(met == expected, f"page {number + 1} of size {size} is another slice", expected, met)


@law("paging.size", "a page holds as many records as were asked for, or all that there are", paged, shared=True)
def check_size(trial: Trial) -> None:
    """Sizes 1, 2, one below and at the number of records, and the maximum."""
    listing, keys = rows(trial)
    size = trial.subject
    for asked in sorted({1, 2, min(len(keys) - 1, listing.maximum), min(len(keys), listing.maximum), listing.maximum}):
        met = len(listing.fetch({size: asked}).items)
        expected = min(asked, len(keys))
        trial.expect(met == expected, f"{size}={asked} gives a page of {met} records", expected, met)


@law("paging.default_size", "without a size a page has the documented default", paged, shared=True)
def check_default_size(trial: Trial) -> None:
    """Needs more records than the default; makes them where it may."""
    parameter = trial.operation.parameter(trial.subject)
    default = parameter.schema.get("default") if parameter else None
    if default is None:
        trial.skip("the document names no default")
    listing = trial.listing(default + 1)
    page = listing.fetch()
    if len(page.items) <= default and len(listing.fetch({trial.subject: min(default + 1, listing.maximum)}).items) <= default:
        if "size" in page.values and len(page.items) < default:
            trial.expect(page.values["size"] == default, "the envelope names another size", default, page.values["size"])
            return
        trial.skip(f"no more than {default} records: the default cannot be seen")
    trial.expect(len(page.items) == default, f"a page without {trial.subject} has {len(page.items)} records", default, len(page.items))
    if "size" in page.values:
        trial.expect(page.values["size"] == default, "the envelope names another size", default, page.values["size"])


@law("paging.maximum", "a page is never larger than the documented maximum", paged, shared=True)
def check_maximum(trial: Trial) -> None:
    """A larger size may be refused or cut; a page of more records may not come."""
    listing = trial.listing()
    for asked in (listing.maximum + 1, listing.maximum * 10):
        exchange = trial.send(trial.operation, dict(listing.path), query={**listing.fence, trial.subject: asked})
        if 400 <= exchange.status < 500:
            trial.expect(True, "refused")
            continue
        full = trial.listing(listing.maximum + 1) if trial.session.writes else listing
        page = full.fetch({trial.subject: asked})
        if len(page.items) < listing.maximum and page.values.get("size", 0) <= listing.maximum:
            trial.skip(f"no more than {listing.maximum} records: the maximum cannot be seen")
        trial.expect(
            len(page.items) <= listing.maximum and page.values.get("size", 0) <= listing.maximum,
            f"{trial.subject}={asked} gives a page of {len(page.items)} records", listing.maximum, len(page.items),
        )  # fmt: skip


@law("paging.maximum_allowed", "the documented maximum itself is allowed", paged, shared=True)
def check_maximum_allowed(trial: Trial) -> None:
    """One request with the greatest documented size."""
    listing = trial.listing()
    exchange = trial.send(trial.operation, dict(listing.path), query={**listing.fence, trial.subject: listing.maximum})
    trial.expect(exchange.status == 200, f"{exchange}", 200, exchange.status)


@law("paging.default_start", "without a start the list begins with its first page", started, shared=True)
def check_default_start(trial: Trial) -> None:
    """The page without the parameter, and the explicit first page."""
    listing, keys = rows(trial)
    for number in ({}, {trial.subject: 0 if listing.offsets else 1}):
        page = listing.fetch({**number, **({listing.size.name: 2} if listing.size else {})})
        met = listing.keys(page.items)
        trial.expect(met == keys[:2], f"the page of {number or 'no start'} does not begin the list", keys[:2], met)


@law("paging.past_end", "a page past the end is empty", started, shared=True)
def check_past_end(trial: Trial) -> None:
    """The page after the last one, and one far away."""
    listing, keys = rows(trial)
    size = listing.step(len(keys))
    for number in (ceil(len(keys) / size), ceil(len(keys) / size) + 50):
        page = listing.fetch(listing.at(number, size))
        trial.expect(not page.items, f"page {number + 1} of {len(keys)} records is not empty", [], listing.keys(page.items))


@law("paging.bad_size", "a size of 0, below 0, or no number is refused", paged)
def check_bad_size(trial: Trial) -> None:
    """A server that cuts such values to the limits is told so by a warning where the document is silent."""
    _expect_refusals(trial, 0, -1, "many", "1.5")


@law("paging.above_maximum", "a size above the maximum is refused", paged)
def check_above_maximum(trial: Trial) -> None:
    """The first size above the maximum."""
    _expect_refusals(trial, trial.listing().maximum + 1)


@law("paging.bad_start", "a start before the first page, or no number, is refused", started)
def check_bad_start(trial: Trial) -> None:
    """See check_bad_size."""
    listing = trial.listing()
    _expect_refusals(trial, -1, "first", *(() if listing.offsets else (0,)))


def _expect_refusals(trial: Trial, *values: object) -> None:
    listing = trial.listing()
    for value in values:
        exchange = trial.send(trial.operation, dict(listing.path), query={**listing.fence, trial.subject: value})
        trial.expect_kind(exchange, "invalid")


@law("paging.total", "the total counts the records that all pages hold together", counted, shared=True)
def check_total(trial: Trial) -> None:
    """On the first, a middle and the last page, and inside a filter of our own where there is one."""
    listing, keys = rows(trial)
    _expect_totals(trial, listing, len(keys))


def _expect_totals(trial: Trial, listing: Listing, count: int, query: dict[str, object] | None = None) -> None:
    size = listing.step(count)
    for number in sorted({0, 1, (count - 1) // size}):
        page = listing.fetch({**(query or {}), **listing.at(number, size)})
        if "total" not in page.values:
            trial.skip("the answer says no total")
        trial.expect(page.values["total"] == count, f"{page.exchange} with a wrong total", count, page.values["total"])


@law("paging.pages", "the number of pages is the total divided by the size, rounded up", counted, shared=True)
def check_pages(trial: Trial) -> None:
    """With sizes that divide the total and that do not."""
    listing, keys = rows(trial)
    for size in sorted({1, 2, 3, min(len(keys), listing.maximum), listing.step(len(keys))}):
        page = listing.fetch(listing.at(0, size))
        if "pages" not in page.values:
            trial.skip("the answer says no number of pages")
        expected = ceil(len(keys) / size)
        trial.expect(page.values["pages"] == expected, f"{page.exchange} with a wrong number of pages", expected, page.values["pages"])


@law("paging.echo", "the envelope names the page and the size that were asked for", counted, shared=True)
def check_echo(trial: Trial) -> None:
    """The names $page and $size of the envelope."""
    listing, _ = rows(trial)
    for number, size in ((0, 2), (1, 2), (0, 3)):
        page = listing.fetch(listing.at(number, size))
        for name, expected in (("page", number + 1), ("size", size), ("offset", number * size)):
            if name in page.values:
                trial.expect(page.values[name] == expected, f"{page.exchange} with another {name}", expected, page.values[name])


@law("paging.links", "links lead to the neighbouring pages, keep the query, and end at the ends", counted, shared=True)
def check_links(trial: Trial) -> None:
    """Follows `next` from the first page to the last, and `prev` back; first and last where they are."""
    listing, keys = rows(trial)
    size = listing.step(len(keys))
    page = listing.fetch(listing.at(0, size))
    if not _links(trial, page):
        trial.skip("the document names no links")
    trial.expect(_link(trial, page, "prev") is None, "the first page links to one before it", None, _link(trial, page, "prev"))
    met, previous = listing.keys(page.items), page
    for number in range(1, ceil(len(keys) / size)):
        page = _follow(trial, previous, "next")
        expected = keys[number * size : (number + 1) * size]
        trial.expect(listing.keys(page.items) == expected, f"next of page {number} leads to another page", expected, listing.keys(page.items))
        back = _follow(trial, page, "prev")
        trial.expect(
            listing.keys(back.items) == listing.keys(previous.items), f"prev of page {number + 1} leads elsewhere",
            listing.keys(previous.items), listing.keys(back.items),
        )  # fmt: skip
        met += listing.keys(page.items)
        previous = page
    trial.expect(_link(trial, page, "next") is None, "the last page links to a next one", None, _link(trial, page, "next"))
    for name, expected in (("first", keys[:size]), ("last", keys[(len(keys) - 1) // size * size :])):
        if _link(trial, page, name) is not None:
            there = listing.keys(_follow(trial, page, name).items)
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


def _follow(trial: Trial, page: Page, name: str) -> Page:
    link = _link(trial, page, name)
    trial.expect(link is not None, f"{page.exchange} without a link {name}", f"a link {name}", None)
    target = urlsplit(urljoin(page.exchange.request.url, link or ""))
    path = urlsplit(page.exchange.request.url).path
    own = target.path.endswith(trial.operation.path) or target.path == path
    trial.expect(own, f"the link {name} leads to another path", path, target.path)
    query = dict(parse_qsl(target.query, keep_blank_values=True))
    there = read_page(trial.operation, trial.send(trial.operation, query=query))
    if there is None:
        raise Violated(f"the link {name} ({link}) does not lead to a page", "a page", None)
    return there
