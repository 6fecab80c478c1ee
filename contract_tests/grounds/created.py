"""Creations of records, and the fields of their bodies."""

from collections.abc import Iterable

from contract_tests.contracts import Contract
from contract_tests.fields import body_fields, node_of, places
from contract_tests.schemas import merge
from contract_tests.trials import Ground


def creations(contract: Contract) -> Iterable[Ground]:
    """Every operation that creates a record."""
    for operation in contract.operations:
        if operation.does in ("create", "upsert") and operation.resource is not None:
            yield Ground(operation)


def shown(contract: Contract) -> Iterable[Ground]:
    """Every creation of a record that an operation or a list shows."""
    return (row for row in creations(contract) if contract.of(row.operation.resource, "show", "list"))


def listed(contract: Contract) -> Iterable[Ground]:
    """Every creation of a record that a list shows."""
    return (row for row in creations(contract) if contract.of(row.operation.resource, "list"))


def stored_fields(contract: Contract) -> Iterable[Ground]:
    """Every field of a creation that the record has too; the subject is the field."""
    for ground in creations(contract):
        for name, node in body_fields(ground.operation):
            resource = ground.operation.resource
            if (
                resource
                and name in resource.properties
                and not node.get("writeOnly")
                and node.get("format") != "password"
            ):
                yield Ground(ground.operation, name, places(ground.operation, name, node))


def defaulted(contract: Contract) -> Iterable[Ground]:
    """Every field of a creation with a default."""
    return (row for row in stored_fields(contract) if "default" in node_of(row))


def later(contract: Contract) -> Iterable[Ground]:
    """Every instant or date of a new record that is so much after now when the client gives none."""
    for ground in creations(contract):
        operation, resource = ground.operation, ground.operation.resource
        bodies = dict(body_fields(operation))
        for name, raw in resource.properties.items() if resource else ():
            if "later" in raw.get("x-sandbox", {}) and name in bodies:
                yield Ground(operation, name, places(operation, name, bodies[name]))


def server_fields(contract: Contract) -> Iterable[Ground]:
    """Every field that the server alone writes, of a record that can be created from JSON."""
    for ground in creations(contract):
        operation, resource = ground.operation, ground.operation.resource
        if resource is None or operation.body is None or "json" not in operation.body[0]:
            continue
        for name, raw in resource.properties.items():
            node = merge(contract.root, raw)
            if raw.get("readOnly") or node.get("readOnly"):
                yield Ground(operation, name, (raw.get("x-requirements", ()), node.get("x-requirements", ())))
