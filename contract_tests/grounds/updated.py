"""Updates of records, and the fields that they may and may not change."""

from collections.abc import Iterable

from contract_tests.contracts import Contract
from contract_tests.fields import body_fields, node_of, places
from contract_tests.trials import Ground


def updates(contract: Contract) -> Iterable[Ground]:
    """Every operation that changes fields of a record that its path names."""
    for operation in contract.operations:
        body, changes = (
            operation.body,
            operation.does in ("amend", "replace", "upsert") and "into" not in operation.words,
        )
        if changes and operation.resource and operation.within("path") and body and "json" in body[0]:
            yield Ground(operation)


def fields(contract: Contract) -> Iterable[Ground]:
    """Every field that an update may change; the subject is the field."""
    for ground in updates(contract):
        for name, node in body_fields(ground.operation):
            if ground.operation.resource and name in ground.operation.resource.properties:
                yield Ground(ground.operation, name, places(ground.operation, name, node))


def parts(contract: Contract) -> Iterable[Ground]:
    """Every field of an update of an object inside a record; the subject is the field."""
    for operation in contract.operations:
        if "into" in operation.words and operation.does == "amend" and operation.within("path"):
            for name, node in body_fields(operation):
                yield Ground(operation, name, places(operation, name, node))


def telling(contract: Contract) -> Iterable[Ground]:
    """Every operation that makes a record or changes it, with a status of its own for each."""
    for operation in contract.operations:
        if operation.does == "upsert" and operation.within("path") and {200, 201} <= set(operation.success):
            yield Ground(operation, "", (operation.ids,))


def objects(contract: Contract) -> Iterable[Ground]:
    """Every free object that an update may change."""
    return (
        row
        for row in fields(contract)
        if node_of(row).get("type") == "object" and not node_of(row).get("properties")
    )


def immutables(contract: Contract) -> Iterable[Ground]:
    """Every field that no update changes; the subject is the field."""
    for ground in updates(contract):
        resource = ground.operation.resource
        names = dict(body_fields(ground.operation))
        for name, node in (resource.properties if resource else {}).items():
            if name not in names and (
                node.get("readOnly") or name in (resource.words.get("immutable", ()) if resource else ())
            ):
                yield Ground(ground.operation, name, (node.get("x-requirements", ()),))


def refused(contract: Contract) -> Iterable[Ground]:
    """The immutable fields of which the document says that naming them is an error."""
    for row in immutables(contract):
        if row.operation.resource and row.subject in row.operation.resource.words.get("immutable", ()):
            yield row
