"""References between records: fields and paths that name another one."""

from collections.abc import Iterable
from typing import Any

from contract_tests.contracts import Contract
from contract_tests.operations import Operation
from contract_tests.relatives import references
from contract_tests.trials import Ground

Json = Any


def writes(contract: Contract) -> Iterable[Ground]:
    """Every field of a creation that names another record; the subject is the field."""
    for operation in contract.operations:
        if operation.does in ("create", "upsert"):
            for name, words in references(operation):
                if contract.of(contract.resources[words["resource"]], "create", "upsert", "register"):
                    yield Ground(operation, name, _ids(operation, name))


def _ids(operation: Operation, name: str) -> tuple[tuple[str, ...], ...]:
    contract, resource = operation.contract, operation.resource
    sent = (operation.body[1] if operation.body else {}).get("properties", {}).get(name, {})
    kept = resource.properties.get(name, {}) if resource else {}
    return (tuple(contract.ids_of(sent, deep=False)), tuple(contract.ids_of(kept, deep=False)))


def reads(contract: Contract) -> Iterable[Ground]:
    """Every field of a list or detail that names a record which cannot be removed without it."""
    for operation in contract.operations:
        if operation.does not in ("list", "show") or operation.resource is None or operation.within("path"):
            continue
        for name, words in operation.resource.words.get("references", {}).items():
            lasting = words.get("removal", "stays") != "stays" or not _of(contract, words, "remove")
            if lasting and shower(contract, words) is not None:
                node = operation.resource.properties.get(name, {})
                yield Ground(operation, name, (tuple(contract.ids_of(node, deep=False)),))


def _of(contract: Contract, words: dict[str, Json], does: str) -> list[Operation]:
    return contract.of(contract.resources[words["resource"]], does)


def shower(contract: Contract, words: dict[str, Json]) -> Operation | None:
    return next((row for row in _of(contract, words, "show") if row.within("path")), None)


def paths(contract: Contract) -> Iterable[Ground]:
    """Every operation whose path names a record of another resource; the subject is the parameter."""
    for operation in contract.operations:
        for parameter in operation.within("path"):
            if "names" in parameter.meaning:
                yield Ground(operation, parameter.name, (parameter.ids,))


def hanging(contract: Contract) -> Iterable[Ground]:
    """Those of them that need a record under the parent: they show, change, remove or download it."""
    return (
        row
        for row in paths(contract)
        if row.operation.does in ("show", "amend", "replace", "remove", "download")
    )


def dependents(contract: Contract, removal: str) -> Iterable[Ground]:
    """Every removal of a record that matters to others; the subject is the other resource and its field."""
    for operation in contract.operations:
        for resource in contract.resources.values() if operation.does == "remove" else ():
            for name, words in resource.words.get("references", {}).items():
                named = operation.resource is not None and words["resource"] == operation.resource.name
                if (
                    named
                    and words.get("removal", "stays") == removal
                    and contract.of(resource, "create", "upsert")
                ):
                    yield Ground(operation, f"{resource.name}.{name}")


def cascades(contract: Contract) -> Iterable[Ground]:
    """Removals that take others along."""
    return dependents(contract, "cascade")


def conflicts(contract: Contract) -> Iterable[Ground]:
    """Removals that others forbid."""
    return dependents(contract, "conflict")
