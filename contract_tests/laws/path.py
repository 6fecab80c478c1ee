"""Lists below a path: only what belongs to it."""

from collections.abc import Iterable

from contract_tests.contracts import Contract
from contract_tests.filters import known_values, parameter_of, selected
from contract_tests.laws import law
from contract_tests.lists import Listing
from contract_tests.presence import is_absent
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


def valued(contract: Contract) -> Iterable[Ground]:
    """Every list whose path has one value that its records must match, such as a day."""
    for operation in contract.operations:
        rows = operation.within("path") if operation.does == "list" and operation.resource else []
        if len(rows) == 1 and rows[0].fields and "names" not in rows[0].meaning:
            yield Ground(operation, rows[0].name, (rows[0].ids, operation.ids))


@law(
    "filter.value",
    "a list below a value of its path has exactly the records that match it",
    valued,
    shared=True,
)
def check_value(trial: Trial) -> None:
    """Values of the list of all records: of the first, the middle and the last one."""
    parameter = parameter_of(trial.ground)
    whole = [row for row in trial.contract.of(trial.resource, "list") if not row.within("path")]
    if not whole or is_absent(trial.session, whole[0]):
        trial.skip("no list shows all records")
    records = Listing(trial.session, whole[0]).everything()
    texts = known_values(trial, parameter, records)
    for value in dict.fromkeys(texts[place] for place in (0, len(texts) // 2, -1) if texts):
        listing = Listing(trial.session, trial.operation, path={trial.subject: value})
        met, expected = (
            sorted(listing.keys(rows))
            for rows in (listing.everything(), selected(trial, parameter, records, value))
        )
        trial.expect(met == expected, f"the list of {value} has other records", expected, met)
