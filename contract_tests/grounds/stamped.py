"""Timestamps that the server keeps, and the operations that set or move them."""

from collections.abc import Iterable

from contract_tests.contracts import Contract
from contract_tests.experiments import is_update
from contract_tests.fields import body_fields
from contract_tests.operations import Resource
from contract_tests.schemas import merge
from contract_tests.trials import Ground


def stamps(resource: Resource | None, *kinds: str) -> list[str]:
    """The stamps of a resource that are set at creation (create), at every change (change),
    or by some fields (list).
    """
    words = resource.words.get("stamps", {}) if resource else {}
    return [name for name, kind in words.items() if (kind if isinstance(kind, str) else "list") in kinds]


def _grounds(contract: Contract, does: tuple[str, ...], *kinds: str) -> Iterable[Ground]:
    for operation in contract.operations:
        resource = operation.resource
        if operation.does in does and resource and (operation.does == "create" or is_update(operation)):
            for name in stamps(resource, *kinds):
                node = resource.properties.get(name, {})
                yield Ground(operation, name, (node.get("x-requirements", ()),))


def created(contract: Contract) -> Iterable[Ground]:
    """Every stamp of a record that can be created; the subject is the stamp."""
    return _grounds(contract, ("create",), "create", "change", "list")


def changed(contract: Contract) -> Iterable[Ground]:
    """Every stamp that each update moves."""
    return _grounds(contract, ("amend", "replace"), "change")


def steady(contract: Contract) -> Iterable[Ground]:
    """Every stamp of the creation, under an update."""
    return _grounds(contract, ("amend", "replace"), "create")


def partial(contract: Contract) -> Iterable[Ground]:
    """Every stamp that only some fields move."""
    return _grounds(contract, ("amend", "replace"), "list")


def written(contract: Contract) -> Iterable[Ground]:
    """Every list that shows an instant which no request body has; the subject is the field."""
    for operation in contract.operations:
        resource = operation.resource
        if operation.does != "list" or resource is None or operation.within("path"):
            continue
        sent = {
            name for row in contract.operations if row.resource == resource for name, _ in body_fields(row)
        }
        for name, raw in resource.properties.items():
            node = merge(contract.root, raw)
            if node.get("format") == "date-time" and name not in sent:
                yield Ground(operation, name, (node.get("x-requirements", ()),))


def listed(contract: Contract) -> Iterable[Ground]:
    """Every list that shows when a record was changed."""
    for operation in contract.operations:
        resource = operation.resource
        for name in stamps(resource, "change") if operation.does == "list" and resource else ():
            if not operation.within("path"):
                node = resource.properties.get(name, {}) if resource else {}
                yield Ground(operation, name, (node.get("x-requirements", ()),))
