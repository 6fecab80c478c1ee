"""Lists with pages: where a contract has them, and what they hold."""

from collections.abc import Iterable

from contract_tests.contracts import Contract
from contract_tests.lists import Listing
from contract_tests.trials import Ground, Trial

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
