"""Lists below a path: only what belongs to it."""

from collections.abc import Iterable

from contract_tests.contracts import Contract
from contract_tests.laws import law
from contract_tests.lists import Listing
from contract_tests.records import address
from contract_tests.trials import Ground, Trial


def below(contract: Contract) -> Iterable[Ground]:
    """Every list below a path that names another record."""
    for operation in contract.operations:
        for parameter in operation.within("path") if operation.does == "list" and operation.resource else ():
            if parameter.fields and "names" in parameter.meaning:
                yield Ground(operation, parameter.name, (parameter.ids, operation.ids))


@law("filter.path", "a list below a path has only what belongs to that path", below, writes=True)
def check_path(trial: Trial) -> None:
    """Two records under two parents: each list has its own and not the other."""
    records = [trial.make(), trial.make()]
    for own, other in (records, reversed(records)):
        listing = Listing(trial.session, trial.operation, path=address(trial.operation, own))
        keys = listing.keys(listing.everything())
        trial.expect(str(own.key) in keys, "the list lacks the record of its path", own.key, keys)
        trial.expect(str(other.key) not in keys, "the list has a record of another path", own.key, keys)
