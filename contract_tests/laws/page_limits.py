"""Limits of paging: the greatest page, and values that are none."""

from contract_tests.laws import law
from contract_tests.lists import Listing
from contract_tests.pagings import paged, rows, started
from contract_tests.trials import Trial


@law("paging.maximum", "a page is never larger than the documented maximum", paged, shared=True)
def check_maximum(trial: Trial) -> None:
    """A larger size may be refused or cut; a page of more records may not come."""
    listing = trial.listing()
    for asked in (listing.maximum + 1, listing.maximum * 10):
        exchange = trial.send(
            trial.operation, dict(listing.path), query={**listing.fence, trial.subject: asked}
        )
        if 400 <= exchange.status < 500:
            trial.expect(True, "refused")
            continue
        full = trial.listing(listing.maximum + 1) if trial.session.writes else listing
        page = full.fetch({trial.subject: asked})
        if len(page.items) < listing.maximum and page.values.get("size", 0) <= listing.maximum:
            trial.skip(f"no more than {listing.maximum} records: the maximum cannot be seen")
        trial.expect(
            len(page.items) <= listing.maximum and page.values.get("size", 0) <= listing.maximum,
            f"{trial.subject}={asked} gives a page of {len(page.items)} records",
            listing.maximum,
            len(page.items),
        )


@law("paging.maximum_allowed", "a page of the documented maximum can be had", paged, shared=True)
def check_maximum_allowed(trial: Trial) -> None:
    """It is not refused, and holds so many records where there are so many, of ours or of all."""
    listing, keys = rows(trial)
    query = {**listing.fence, trial.subject: listing.maximum}
    exchange = trial.send(trial.operation, dict(listing.path), query=query)
    trial.expect(exchange.status == 200, f"{exchange}", 200, exchange.status)
    _expect_full(trial, listing, len(keys), fenced=True)
    if any(row.required for row in trial.operation.within("query")):
        return  # the list cannot be asked for all records
    total = listing.fetch(fenced=False).values.get("total")
    if isinstance(total, int) and total > len(keys):
        _expect_full(trial, listing, total, fenced=False)


def _expect_full(trial: Trial, listing: Listing, there: int, *, fenced: bool) -> None:
    """A page of the maximum holds all records that are there, or the maximum of them."""
    met = len(listing.fetch({trial.subject: listing.maximum}, fenced=fenced).items)
    expected = min(listing.maximum, there)
    trial.expect(
        met == expected, f"{trial.subject}={listing.maximum} gives a page of {met} records", expected, met
    )


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
        exchange = trial.send(
            trial.operation, dict(listing.path), query={**listing.fence, trial.subject: value}
        )
        trial.expect_kind(exchange, "invalid")
