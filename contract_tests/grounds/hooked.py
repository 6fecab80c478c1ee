"""Events that writes send to subscribers."""

from collections.abc import Iterable

from contract_tests.contracts import Contract
from contract_tests.hooks import events, move_of, subscription
from contract_tests.schemas import merge
from contract_tests.trials import Ground


def emitted(contract: Contract) -> Iterable[Ground]:
    """Every event that a write emits; the subject is the event."""
    for operation, event in events(contract):
        yield Ground(operation, event, (operation.ids, *_places(contract)))


def _places(contract: Contract) -> tuple[tuple[str, ...], ...]:
    """What is said of webhooks: by the operation that subscribes, else by the schema of a delivery."""
    operation = subscription(contract)
    if operation is not None:
        return (operation.ids, tuple(contract.ids_of(operation.node.get("requestBody", {}))))
    schemas = contract.root.get("components", {}).get("schemas", {}).values()
    names = {key.removesuffix("?") for key in contract.words.get("webhooks", {}).get("body", {})}
    found = [
        row for row in schemas if names and names <= merge(contract.root, row).get("properties", {}).keys()
    ]
    return tuple(tuple(contract.ids_of(row)) for row in found[:1])


def senders(contract: Contract) -> Iterable[Ground]:
    """The first creation that emits an event, for what all deliveries have in common."""
    for operation, event in events(contract):
        if operation.does == "create" and move_of(operation, event) is None:
            yield Ground(operation, event, _places(contract))
            return


def choices(contract: Contract) -> Iterable[Ground]:
    """The same, where clients choose their events and there is another one to choose."""
    several = len({event for _, event in events(contract)}) > 1
    return senders(contract) if subscription(contract) is not None and several else ()


def shown(contract: Contract) -> Iterable[Ground]:
    """The events of a creation that hold the record as it is answered."""
    listed = contract.words.get("webhooks", {}).get("events", {})
    for row in emitted(contract):
        direct = row.operation.does == "create" and move_of(row.operation, row.subject) is None
        if direct and listed.get(row.subject, "") is None:
            yield row


def subscribers(contract: Contract) -> Iterable[Ground]:
    """The operation that subscribes to events."""
    operation = subscription(contract)
    if operation is not None:
        yield Ground(operation, "", _places(contract))
