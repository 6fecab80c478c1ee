"""Paging: pages are slices of one sequence, and what the envelope says of it is true."""

from math import ceil

from contract_tests.laws import law
from contract_tests.lists import Listing
from contract_tests.pagings import counted, paged, rows, started
from contract_tests.trials import Trial


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
    trial.expect(
        not more, f"records are on small pages but not on large ones: {more[:3]}", sorted(keys), sorted(met)
    )


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


@law(
    "paging.size", "a page holds as many records as were asked for, or all that there are", paged, shared=True
)
def check_size(trial: Trial) -> None:
    """Sizes 1 and 2, one below and at the number of records, up to the default size."""
    listing, keys = rows(trial)
    size, most = trial.subject, min(len(keys), listing.default)
    for asked in sorted({1, 2, max(most - 1, 1), most}):
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
    if (
        len(page.items) <= default
        and len(listing.fetch({trial.subject: min(default + 1, listing.maximum)}).items) <= default
    ):
        if "size" in page.values and len(page.items) < default:
            trial.expect(
                page.values["size"] == default,
                "the envelope names another size",
                default,
                page.values["size"],
            )
            return
        trial.skip(f"no more than {default} records: the default cannot be seen")
    trial.expect(
        len(page.items) == default,
        f"a page without {trial.subject} has {len(page.items)} records",
        default,
        len(page.items),
    )
    if "size" in page.values:
        trial.expect(
            page.values["size"] == default, "the envelope names another size", default, page.values["size"]
        )


@law("paging.default_start", "without a start the list begins with its first page", started, shared=True)
def check_default_start(trial: Trial) -> None:
    """The page without the parameter, and the explicit first page."""
    listing, keys = rows(trial)
    for number in ({}, {trial.subject: 0 if listing.offsets else 1}):
        page = listing.fetch({**number, **({listing.size.name: 2} if listing.size else {})})
        met = listing.keys(page.items)
        trial.expect(
            met == keys[:2], f"the page of {number or 'no start'} does not begin the list", keys[:2], met
        )


@law("paging.past_end", "a page past the end is empty", started, shared=True)
def check_past_end(trial: Trial) -> None:
    """The page after the last one, and one far away."""
    listing, keys = rows(trial)
    size = listing.step(len(keys))
    for number in (ceil(len(keys) / size), ceil(len(keys) / size) + 50):
        page = listing.fetch(listing.at(number, size))
        trial.expect(
            not page.items,
            f"page {number + 1} of {len(keys)} records is not empty",
            [],
            listing.keys(page.items),
        )


@law("paging.total", "the total counts the records that all pages hold together", counted, shared=True)
def check_total(trial: Trial) -> None:
    """On the first, a middle and the last page, and inside a filter of our own where there is one."""
    listing, keys = rows(trial)
    _expect_totals(trial, listing, len(keys))


def _expect_totals(
    trial: Trial, listing: Listing, count: int, query: dict[str, object] | None = None
) -> None:
    size = listing.step(count)
    for number in sorted({0, 1, (count - 1) // size}):
        page = listing.fetch({**(query or {}), **listing.at(number, size)})
        if "total" not in page.values:
            trial.skip("the answer says no total")
        trial.expect(
            page.values["total"] == count, f"{page.exchange} with a wrong total", count, page.values["total"]
        )


@law("paging.pages", "the number of pages is the total divided by the size, rounded up", counted, shared=True)
def check_pages(trial: Trial) -> None:
    """With sizes that divide the total and that do not."""
    listing, keys = rows(trial)
    for size in sorted({1, 2, 3, min(len(keys), listing.maximum), listing.step(len(keys))}):
        page = listing.fetch(listing.at(0, size))
        if "pages" not in page.values:
            trial.skip("the answer says no number of pages")
        expected = ceil(len(keys) / size)
        trial.expect(
            page.values["pages"] == expected,
            f"{page.exchange} with a wrong number of pages",
            expected,
            page.values["pages"],
        )


@law("paging.echo", "the envelope names the page and the size that were asked for", counted, shared=True)
def check_echo(trial: Trial) -> None:
    """The names $page and $size of the envelope."""
    listing, _ = rows(trial)
    for number, size in ((0, 2), (1, 2), (0, 3)):
        page = listing.fetch(listing.at(number, size))
        for name, expected in (("page", number + 1), ("size", size), ("offset", number * size)):
            if name in page.values:
                trial.expect(
                    page.values[name] == expected,
                    f"{page.exchange} with another {name}",
                    expected,
                    page.values[name],
                )
