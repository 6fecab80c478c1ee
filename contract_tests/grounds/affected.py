"""Effects of one record on another, as the document declares them."""

from collections.abc import Iterable
from typing import Any

from contract_tests.contracts import Contract
from contract_tests.operations import Operation, Resource
from contract_tests.relatives import parameters
from contract_tests.trials import Ground
from contract_tests.watches import moves_of

Json = Any


def effects_of(
    contract: Contract, resource: Resource, kind: str
) -> Iterable[tuple[Resource, str, Json, str]]:
    """What a write does to other records: resource, field, value,
    and the field that holds the other's key.
    """
    for row in resource.words.get("effects", {}).get(kind, ()):
        for name, value in row["set"].items():
            yield contract.resources[row["of"]], name, value, row["by"]


def _grounds(contract: Contract, kind: str, *does: str) -> Iterable[Ground]:
    for resource in contract.resources.values():
        for operation in contract.of(resource, *does)[:1]:
            for other, name, _, _ in effects_of(contract, resource, kind):
                yield _ground(contract, operation, other, name)


def _ground(contract: Contract, operation: Operation, other: Resource, name: str) -> Ground:
    ids = tuple(contract.ids_of(other.properties.get(name, {}), deep=False))
    return Ground(operation, f"{other.name}.{name}", (ids,))


def creating(contract: Contract) -> Iterable[Ground]:
    """Every field of another record that a creation changes; the subject is resource and field."""
    return _grounds(contract, "create", "create", "upsert")


def removing(contract: Contract) -> Iterable[Ground]:
    """Every field of another record that a removal changes."""
    return _grounds(contract, "remove", "remove")


def amending(contract: Contract) -> Iterable[Ground]:
    """Every field of another record that a change changes."""
    return _grounds(contract, "amend", "amend", "upsert")


def making(contract: Contract) -> Iterable[Ground]:
    """Every creation of a record that later makes another one; the subject is the other resource."""
    for resource in contract.resources.values():
        for operation in contract.of(resource, "create")[:1]:
            for row in moves_of(resource):
                if "creates" in row:
                    yield Ground(operation, row["creates"])


def following(contract: Contract) -> Iterable[Ground]:
    """Every field that the later record changes in turn."""
    for ground in making(contract):
        for other, name, _, _ in effects_of(contract, contract.resources[ground.subject], "create"):
            yield _ground(contract, ground.operation, other, name)


def families(contract: Contract) -> Iterable[Ground]:
    """Every removal of a record that hangs on a parent beside others; the subject is another of them."""
    for operation in contract.operations:
        if operation.does == "remove" and parameters(operation):
            for other in siblings(contract, operation.resource, parameters(operation)[0][1]):
                yield Ground(operation, other.name)


def silent(contract: Contract) -> Iterable[Ground]:
    """Every change of a record that says nothing of the parent on which it hangs."""
    for operation in contract.operations:
        words = operation.resource.words.get("effects", {}) if operation.resource else {}
        if operation.does == "amend" and parameters(operation) and "create" in words and "amend" not in words:
            yield Ground(operation, parameters(operation)[0][1])


def siblings(contract: Contract, resource: Resource | None, parent: str) -> list[Resource]:
    """The other resources whose records hang on the same parent and can be made under it."""
    found = []
    for other in contract.resources.values():
        operations = contract.of(other, "create", "upsert")[:1]
        if other != resource and any(name == parent for row in operations for _, name in parameters(row)):
            found.append(other)
    return found
