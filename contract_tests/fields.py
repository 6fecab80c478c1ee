"""Fields of request bodies: their schemas, the statements behind them, and values that are permitted."""

from collections.abc import Iterator
from typing import Any

from contract_tests.operations import Operation, Resource
from contract_tests.schemas import Node, merge
from contract_tests.trials import Ground

Json = Any


def body_fields(operation: Operation) -> Iterator[tuple[str, Node]]:
    """Name and schema of each field of the request body, files left out."""
    for name, raw in (operation.body[1] if operation.body else {}).get("properties", {}).items():
        node = merge(operation.contract.root, raw)
        if node.get("format") != "binary":
            yield name, node


def places(operation: Operation, name: str, node: Node) -> tuple[tuple[str, ...], ...]:
    """The statements on a field of a request body, and on the same field of the resource."""
    resource = operation.resource
    own = resource.properties.get(name, {}) if resource else {}
    schema = operation.body[1] if operation.body else {}
    merged = merge(operation.contract.root, own)
    return (
        (*node.get("x-requirements", ()), *own.get("x-requirements", ()), *merged.get("x-requirements", ())),
        tuple(schema.get("x-requirements", ())),
    )


def schema_of(ground: Ground) -> Node:
    """The schema of the request body; empty where there is none."""
    return ground.operation.body[1] if ground.operation.body else {}


def node_of(ground: Ground) -> Node:
    """The schema of the ground's field."""
    return dict(body_fields(ground.operation))[ground.subject]


def permitted(node: Node) -> Iterator[Json]:
    """Values that the schema permits and that servers forget."""
    yield from node.get("enum", ())
    if node.get("nullable") and "enum" not in node:
        yield None
    match node.get("type"):
        case "boolean":
            yield from (False, True)
        case "object" if not node.get("required") and not node.get("properties"):
            yield from (
                {},
                {"zero": 0, "no": False, "nothing": None, "empty": "", "list": [], "text": "Zoë 日本"},
            )
        case "integer" | "number":
            yield from (node[name] for name in ("minimum", "maximum") if name in node)
            if "minimum" not in node and node.get("maximum", 0) >= 0:
                yield 0


def moving_fields(resource: Resource) -> set[str]:
    """The fields that the server changes by itself, as time goes on."""
    words = resource.words.get("states", {})
    moved = {
        name for move in words.get("moves", ()) for key in ("fills", "stamps") for name in move.get(key, ())
    }
    return moved | ({words["field"]} if "field" in words else set())
