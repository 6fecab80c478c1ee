"""A new record among the others: in the list, in the total, and in nobody's way."""

from typing import Any

from contract_tests.comparisons import expect_kept
from contract_tests.grounds.created import listed, shown
from contract_tests.laws import law
from contract_tests.records import Record
from contract_tests.trials import Trial
from contract_tests.views import lists, look

Json = Any


@law("create.listed", "a new record is in the list, once", listed, writes=True)
def check_listed(trial: Trial) -> None:
    """Every list of the resource, inside a filter that only the record matches where there is one."""
    record = trial.make()
    for listing in lists(trial, record):
        keys = listing.keys(listing.everything())
        if listing.operation.words.get("where") and str(record.key) not in keys:
            continue
        trial.expect(
            keys.count(str(record.key)) == 1,
            f"{listing.operation.name} has the new record {keys.count(str(record.key))} times",
            1,
            keys.count(str(record.key)),
        )


@law("create.counted", "a new record makes the total one greater", listed, writes=True, shared=True)
def check_counted(trial: Trial) -> None:
    """The totals of the lists before and after; inside a filter where there is one."""
    first = trial.make()
    before = _totals(trial, first)
    second = trial.make(
        **{name: first.sent[name] for listing in lists(trial, first) for name in _fenced(listing, first)}
    )
    if not before or [row.fence for row in lists(trial, first)] != [
        row.fence for row in lists(trial, second)
    ]:
        trial.skip("the lists say no total")
    after = _totals(trial, second)
    for name, count in before.items():
        trial.expect(
            after.get(name) == count + 1,
            f"the total of {name} did not grow by one",
            count + 1,
            after.get(name),
        )


def _fenced(listing: Any, record: Record) -> list[str]:
    return [name for name, value in record.sent.items() if value in listing.fence.values()]


def _totals(trial: Trial, record: Record) -> dict[str, int]:
    pages = {row.operation.name: row.fetch() for row in lists(trial, record) if not row.path}
    return {name: page.values["total"] for name, page in pages.items() if "total" in page.values}


@law(
    "create.distinct",
    "every new record has a key of its own, and does not change the others",
    shown,
    writes=True,
)
def check_distinct(trial: Trial) -> None:
    """Two creations; the first record is read before and after the second."""
    first = trial.make()
    before = look(trial, first)
    second = trial.make()
    trial.expect(first.key != second.key, "two records have the same key", "another key", second.key)
    after = look(trial, first)
    expect_kept(trial, before, after, "another creation changed", trial.resource.words.get("stamps", ()))
