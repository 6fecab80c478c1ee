"""Records whose state moves by itself."""

from collections.abc import Iterable

from contract_tests.contracts import Contract
from contract_tests.operations import Resource
from contract_tests.trials import Ground
from contract_tests.watches import moves_of


def beginnings(contract: Contract) -> Iterable[Ground]:
    """Every creation of a record with states; the subject is the field of the state."""
    for resource in contract.resources.values():
        for operation in contract.of(resource, "create")[:1]:
            if "states" in resource.words and contract.of(resource, "show", "list"):
                name = resource.words["states"]["field"]
                yield Ground(
                    operation, name, (tuple(contract.ids_of(resource.properties[name], deep=False)),)
                )


def moving(contract: Contract) -> Iterable[Ground]:
    """Those whose records are moved by the clock."""
    return (
        row for row in beginnings(contract) if row.operation.resource and moves_of(row.operation.resource)
    )


def filling(contract: Contract) -> Iterable[Ground]:
    """Every field that a move fills; the subject is the field."""
    for ground in moving(contract):
        resource = ground.operation.resource
        for name in _filled(resource) if resource else ():
            node = resource.properties.get(name, {}) if resource else {}
            yield Ground(ground.operation, name, (tuple(contract.ids_of(node, deep=False)), *ground.places))


def stamping(contract: Contract) -> Iterable[Ground]:
    """Those that are filled with the instant of the move."""
    for ground in filling(contract):
        moves = moves_of(ground.operation.resource) if ground.operation.resource else []
        if any(ground.subject in row.get("stamps", ()) for row in moves):
            yield ground


def timed(contract: Contract) -> Iterable[Ground]:
    """Every list of the records in one state, which they leave at an instant of their own."""
    for operation in contract.operations:
        resource = operation.resource
        states = resource.words.get("states", {}) if resource else {}
        if operation.does == "list" and states.get("field") in operation.words.get("where", {}):
            for move in states.get("moves", []):
                if "at" in move and operation.words["where"][states["field"]] == move["from"]:
                    yield Ground(operation, move["at"])


def _filled(resource: Resource) -> list[str]:
    return [name for row in moves_of(resource) for name in (*row.get("fills", ()), *row.get("stamps", ()))]
