"""Answers that show the latest of some records, alone or in a summary."""

from collections.abc import Iterable
from typing import Any

from contract_tests.answers import dig
from contract_tests.contracts import Contract
from contract_tests.laws import law
from contract_tests.lists import Listing
from contract_tests.operations import Operation, Resource
from contract_tests.presence import is_absent
from contract_tests.relations import instant, same
from contract_tests.singletons import look, shows
from contract_tests.trials import Ground, Trial

Json = Any


def firsts(contract: Contract) -> Iterable[Ground]:
    """Every operation that shows one record, without naming it, of a resource whose list has an order."""
    for operation in shows(contract):
        if operation.resource and list_of(contract, operation.resource):
            yield Ground(operation)


def summaries(contract: Contract) -> Iterable[Ground]:
    """Every part of such an answer that is the first record of another resource; the subject is the part."""
    for operation in shows(contract):
        for name, node in operation.resource.properties.items() if operation.resource else ():
            other = contract.resources.get(node.get("x-sandbox", {}).get("first_of", ""))
            if other and list_of(contract, other):
                yield Ground(operation, name, (tuple(node.get("x-requirements", ())),))


def list_of(contract: Contract, resource: Resource) -> Operation | None:
    """The list of all records of a resource that has an order of its own."""
    for operation in contract.of(resource, "list"):
        needs = operation.within("path") or any(row.required for row in operation.within("query"))
        if "order" in resource.words and not needs and "where" not in operation.words:
            return operation
    return None


def first_records(trial: Trial, resource: Resource) -> list[dict[str, Json]]:
    """The records that come first by the order of the resource: more than one where they are equal in it."""
    operation = list_of(trial.contract, resource)
    assert operation is not None
    if is_absent(trial.session, operation):
        trial.skip(f"the server does not have {operation.name}")
    order = str(resource.words["order"][0])
    field = resource.dealias(order.removeprefix("-"))
    known = [
        (moment, row)
        for row in Listing(trial.session, operation).everything()
        for moment in map(instant, dig(row, field)[:1])
        if moment is not None
    ]
    if not known:
        return []
    first = (max if order.startswith("-") else min)(moment for moment, _ in known)
    return [row for moment, row in known if moment == first]


@law("singleton.latest", "the record of a path without a key is the first of its list", firsts, shared=True)
def check_latest(trial: Trial) -> None:
    """By the documented order, whatever the order of the list."""
    records = first_records(trial, trial.resource)
    if not records:
        trial.skip("the list is empty")
    found = look(trial, trial.operation).get(trial.resource.key)
    keys = [row.get(trial.resource.key) for row in records]
    trial.expect(found in keys, "another record than the first is shown", keys, found)


@law(
    "singleton.summary", "a summary shows the first record of each kind that it names", summaries, shared=True
)
def check_summary(trial: Trial) -> None:
    """All fields that the record and the summary both have; nothing where there is no record."""
    node = trial.resource.properties[trial.subject]
    other = trial.contract.resources[node["x-sandbox"]["first_of"]]
    records = first_records(trial, other)
    found = look(trial, trial.operation).get(trial.subject) or {}
    if not records:
        trial.skip(f"there is no {other.name}")
    trial.expect(bool(found), f"{trial.subject} is empty, though there is a {other.name}", records[0], found)
    alike = [row for row in records if all(same(row[name], found[name]) for name in found if name in row)]
    trial.expect(bool(alike), f"{trial.subject} is another {other.name} than the first", records[0], found)
