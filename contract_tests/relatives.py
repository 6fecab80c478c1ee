"""Records and what they refer to: the fields that hold keys, and parents that a path names."""

from collections.abc import Iterator
from typing import Any

from contract_tests.answers import read_record
from contract_tests.exchanges import Exchange
from contract_tests.lists import Listing
from contract_tests.operations import Operation, Resource
from contract_tests.records import Record, address
from contract_tests.samples import plain
from contract_tests.schemas import Node, merge
from contract_tests.trials import Trial
from contract_tests.uploads import ask

Json = Any


def references(operation: Operation) -> Iterator[tuple[str, Node]]:
    """The fields of a body that hold the key of another record, with the words of the reference."""
    resource, schema = operation.resource, operation.body[1] if operation.body else {}
    for name, words in (resource.words.get("references", {}) if resource else {}).items():
        if name in schema.get("properties", {}):
            yield name, words


def node_of(operation: Operation, name: str) -> Node:
    """The schema of a field of the body."""
    properties = operation.body[1].get("properties", {}) if operation.body else {}
    return merge(operation.contract.root, properties.get(name, {}))


def value_of(operation: Operation, name: str, key: Json) -> Json:
    """A reference to the key as the field holds it: alone, or in a list."""
    return [key] if not isinstance(key, list) and node_of(operation, name).get("type") == "array" else key


def parameters(operation: Operation) -> list[tuple[str, str]]:
    """The path parameters that name a record of another resource, each with that resource."""
    return [(row.name, row.meaning["names"]) for row in operation.within("path") if "names" in row.meaning]


def parent_of(record: Record, name: str) -> Record | None:
    """The parent of the resource that a record was made under."""
    return next((row for row in record.parents if row.resource.name == name), None)


def beside(trial: Trial, resource: Resource, path: dict[str, Json]) -> Record:
    """A record of the resource under a parent that is there already. Skips where the server makes none."""
    operation = trial.maker.creation(resource)
    if {row.name for row in operation.within("path")} != set(path):
        trial.skip(f"{operation.name} takes another path")
    record = ask(trial, operation=operation, path=path)
    trial.succeed(record.exchange)
    return record


def amend(trial: Trial, operation: Operation, record: Record) -> None:
    """Amend a record with a valid body. Skips where the server refuses it."""
    options = (
        {"body": plain(trial.contract.root, operation.body[1], trial.session.name())}
        if operation.body
        else {}
    )
    trial.succeed(trial.send(operation, address(operation, record), **options))


def finds(trial: Trial, resource: Resource, path: dict[str, Json]) -> dict[str, Json] | None:
    """The record that a path shows, or the first of the list there; None where there is none."""
    trial.session.snapshots.clear()
    for operation in trial.contract.of(resource, "show", "list"):
        if {row.name for row in operation.within("path")} != set(path) or "into" in operation.words:
            continue
        exchange = trial.send(operation, path)
        if operation.does == "list":
            items = Listing(trial.session, operation, "owner", path).fetch().items
            return items[0] if items else None
        return _read(operation, exchange)
    return trial.skip(f"no operation shows a {resource.name} by {', '.join(path)}")


def _read(operation: Operation, exchange: Exchange) -> dict[str, Json] | None:
    return read_record(operation, exchange) if exchange.status == 200 else None
