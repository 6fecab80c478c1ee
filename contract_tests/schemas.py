"""Schemas of a document: references resolved, compiled, and the statement behind a violation."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import jsonschema_rs

Json = Any
Node = dict[str, Any]

# jsonschema-rs names the kind of an error; these are the ones that a law of its own judges.
LAWS = {
    "required": "answer.required",
    "type": "answer.type",
    "format": "answer.format",
    "pattern": "answer.format",
    "enum": "answer.enum",
    "const": "answer.enum",
}


def merge(root: Node, node: Node) -> Node:
    """The node that a reference leads to, or the node itself. Raises KeyError for one that leads nowhere."""
    while "$ref" in node:
        target: Json = root
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part.replace("~1", "/").replace("~0", "~")]
        node = target
    return node


def convert(node: Json) -> Json:
    """JSON Schema 2020-12 of an OpenAPI 3.0 schema: `nullable` becomes a type, names of ours are left out.

    Source: OpenAPI 3.0.3, Schema Object.
    """
    if isinstance(node, list):
        return [convert(item) for item in node]
    if not isinstance(node, dict):
        return node
    schema = {
        key: _convert_names(value) if key == "properties" else convert(value)
        for key, value in node.items()
        if key not in ("example", "default", "nullable", "description") and not key.startswith("x-")
    }
    if node.get("nullable"):
        if isinstance(schema.get("type"), str):
            schema["type"] = [schema["type"], "null"]
        if "enum" in schema:
            schema["enum"] = [*schema["enum"], None]
    return schema


def convert_components(root: Node) -> Node:
    """The component schemas of a document, to which references in a converted schema lead."""
    return {"schemas": _convert_names(root.get("components", {}).get("schemas", {}))}


def _convert_names(properties: Node) -> Node:
    return {name: convert(schema) for name, schema in properties.items()}


@dataclass(frozen=True)
class Violation:
    """One way in which an answer is not as its schema says: where, what, and which law judges it."""

    pointer: str
    message: str
    law: str
    places: tuple[Sequence[str], ...]


class Validator:
    """A compiled schema of the document.

    Parameters: root, the document; node, the schema (or a reference to it); components, those of the
    document as `convert_components` makes them.
    """

    def __init__(self, root: Node, node: Node, components: Node) -> None:
        self.root, self.node = root, node
        self.schema = jsonschema_rs.validator_for(
            convert(node)
            | {"components": components, "$schema": "https://json-schema.org/draft/2020-12/schema"},
            validate_formats=True,
            ignore_unknown_formats=True,
        )

    def accepts(self, value: Json) -> bool:
        """Whether the value is valid."""
        return bool(self.schema.is_valid(value))

    def violations(self, value: Json) -> Iterator[Violation]:
        """Every way in which the value is not valid."""
        if self.schema.is_valid(value):
            return
        for error in self.schema.iter_errors(value):
            path = [str(part) for part in error.instance_path]
            keyword = str(error.schema_path[-1]) if error.schema_path else ""
            missing = _missing(error.message) if keyword == "required" else None
            if missing is not None:
                path = [*path, missing]
            yield Violation(
                pointer="/" + "/".join(path),
                message=error.message[:300],
                law=LAWS.get(keyword, "answer.limits"),
                places=tuple(reversed(list(self.trace(path)))),
            )

    def trace(self, path: Sequence[str]) -> Iterator[Sequence[str]]:
        """The ids of the statements behind each schema from the root to the value at the path."""
        node = merge(self.root, self.node)
        yield node.get("x-requirements", ())
        for part in path:
            node = merge(self.root, _descend(node, part))
            yield node.get("x-requirements", ())


def _missing(message: str) -> str | None:
    found = re.match(r'"(.*)" is a required property', message)
    return found[1] if found else None


def _descend(node: Node, part: str) -> Node:
    if part.isdigit() and "items" in node:
        items: Node = node["items"]
        return items
    extra = node.get("additionalProperties")
    return dict(node.get("properties", {}).get(part) or (extra if isinstance(extra, dict) else {}))
