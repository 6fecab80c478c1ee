"""Sorting: the order that was asked for, over all pages, and nothing lost by it."""

from contract_tests.filters import companions, values_of
from contract_tests.laws import law
from contract_tests.orders import query_of, scene, sorted_fields, values
from contract_tests.relations import is_ordered, matches
from contract_tests.trials import Trial


@law("sort.ascending", "a sorted list ascends", sorted_fields, shared=True)
def check_ascending(trial: Trial) -> None:
    """All records, sorted by the field."""
    _expect_order(trial, descending=False)


@law("sort.descending", "a list sorted the other way descends", sorted_fields, shared=True)
def check_descending(trial: Trial) -> None:
    """All records, sorted by the field in the other direction."""
    _expect_order(trial, descending=True)


def _expect_order(trial: Trial, *, descending: bool) -> None:
    listing, _ = scene(trial, trial.subject)
    query = query_of(trial.operation, trial.subject, descending)
    found = values(trial, listing.everything(query), trial.subject)
    way = "descend" if descending else "ascend"
    trial.expect(
        is_ordered(found, descending=descending), f"{query}: the values do not {way}", way, found[:40]
    )


@law("sort.complete", "sorting changes the order and not the set of records", sorted_fields, shared=True)
def check_complete(trial: Trial) -> None:
    """The same records in both directions as without sorting."""
    listing, records = scene(trial, trial.subject)
    for descending in (False, True):
        met = listing.keys(listing.everything(query_of(trial.operation, trial.subject, descending)))
        expected = sorted(listing.keys(records))
        trial.expect(
            sorted(met) == expected,
            f"sorted by {trial.subject} the list has other records",
            expected,
            sorted(met),
        )


@law("sort.paged", "the pages of a sorted list are slices of it", sorted_fields, shared=True)
def check_paged(trial: Trial) -> None:
    """Small pages beside large ones, in both directions; ties must not move records between pages.
    Pages of one and two records: the size holds beside an order too.
    """
    listing, records = scene(trial, trial.subject)
    for descending in (False, True):
        query = query_of(trial.operation, trial.subject, descending)
        whole = listing.everything(query)
        met = [row for page in listing.walk(listing.step(len(records)), query) for row in page.items]
        found = values(trial, met, trial.subject)
        trial.expect(
            is_ordered(found, descending=descending),
            f"{query}: the order breaks between pages",
            None,
            found[:40],
        )
        keys = listing.keys(met)
        trial.expect(
            sorted(keys) == sorted(listing.keys(whole)),
            f"{query}: the pages lose or repeat records",
            listing.keys(whole),
            keys,
        )
        for size in (1, 2) if listing.size else ():
            count = len(listing.fetch({**query, **listing.at(0, size)}).items)
            trial.expect(count == size, f"{query}: a page of {size} has {count} records", size, count)


@law("sort.filtered", "a list that is filtered and sorted is both", sorted_fields, shared=True)
def check_filtered(trial: Trial) -> None:
    """Sorted inside each filter that selects some of the records."""
    listing, records = scene(trial, trial.subject)
    for parameter in trial.operation.within("query"):
        if parameter.fields and parameter.name not in listing.fence:
            for value in values_of(trial, parameter, records)[:2]:
                order = query_of(trial.operation, trial.subject, True)
                query = {**companions(trial, parameter, value), **order}
                found = listing.everything(query)
                wrong = [row for row in found if not matches(trial.resource, parameter, row, value)]
                trial.expect(
                    not wrong, f"{query} gives records that do not match", value, listing.keys(wrong)[:3]
                )
                sequence = values(trial, found, trial.subject)
                trial.expect(
                    is_ordered(sequence, descending=True),
                    f"{query}: the values do not descend",
                    None,
                    sequence[:40],
                )
