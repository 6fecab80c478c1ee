"""JSON Schema as OpenAPI 3.0 writes it, compiled by jsonschema-rs; errors become faults."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import jsonschema_rs

from .problems import Fault

Json = dict[str, Any]

LONGEST_VALUE = 80


def follow(document: Mapping[str, Any], node: Any) -> Any:
    """The node that a chain of local `$ref` leads to. Raises KeyError for a dangling one."""
    while isinstance(node, dict) and "$ref" in node:
        target: Any = document
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part.replace("~1", "/").replace("~0", "~")]
        node = target
    return node


def expand(document: Mapping[str, Any], node: Any, inside: tuple[str, ...] = ()) -> Any:
    """A copy of the node with every `$ref` replaced by its target, but for those that lead back."""
    if isinstance(node, list):
        return [expand(document, part, inside) for part in node]
    if not isinstance(node, dict):
        return node
    target = node.get("$ref")
    if isinstance(target, str):
        return node if target in inside else expand(document, follow(document, node), (*inside, target))
    return {key: expand(document, part, inside) for key, part in node.items()}


def to_json_schema(schema: Any) -> Any:
    """An OpenAPI 3.0 schema as JSON Schema draft 4, which knows everything but `nullable`."""
    if isinstance(schema, list):
        return [to_json_schema(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    result: Json = {}
    for key, part in schema.items():
        if key == "properties":
            result[key] = {name: to_json_schema(below) for name, below in part.items()}
        elif not key.startswith("x-"):
            result[key] = part if key in ("enum", "default", "example") else to_json_schema(part)
    if result.pop("nullable", None) is True and isinstance(result.get("type"), str):
        result["type"] = [result["type"], "null"]
        if "enum" in result:
            result["enum"] = [*result["enum"], None]
    return result


class Schema:
    """A compiled schema.

    schema: as OpenAPI 3.0 writes it; components: the document's, in JSON Schema, for `$ref`.
    """

    def __init__(self, schema: Json, components: Json | None = None) -> None:
        self._compile({"allOf": [to_json_schema(schema)], "components": components or {}})

    @classmethod
    def plain(cls, schema: Json) -> "Schema":
        """A schema that is JSON Schema draft 4 already."""
        made = cls.__new__(cls)
        made._compile(schema)
        return made

    def _compile(self, schema: Json) -> None:
        self._validator = jsonschema_rs.Draft4Validator(schema, validate_formats=True)

    def accepts(self, value: Any) -> bool:
        """Whether the value is valid."""
        return self._validator.is_valid(value)

    def find_faults(self, value: Any, location: str) -> list[Fault]:
        """Every fault of the value, in the order of the schema. location: as in `Fault`."""
        if self._validator.is_valid(value):
            return []
        faults = [fault for error in self._validator.iter_errors(value) for fault in _read(error, location)]
        return sorted(faults, key=lambda fault: fault.pointer)


def _read(error: jsonschema_rs.ValidationError, location: str) -> Iterator[Fault]:
    pointer = "".join(f"/{part}" for part in error.instance_path)
    kind: Any = error.kind
    name = kind.name
    if name in ("oneOf", "anyOf") and any(getattr(kind, "context", ())):
        branches = [
            [fault for below in branch for fault in _read(below, location)] for branch in kind.context
        ]
        yield from max(branches, key=_depth)
    elif name == "required":
        yield Fault(location, f"{pointer}/{kind.property}", "is required but missing")
    elif name == "additionalProperties":
        for extra in kind.unexpected:
            yield Fault(location, f"{pointer}/{extra}", "is not a field of this request")
    else:
        wording = WORDS[name](kind) if name in WORDS else error.message
        yield Fault(location, pointer, f"{wording}, got {show(error.instance)}")


def _depth(faults: list[Fault]) -> int:
    """How far a branch of a choice fits: the one whose faults lie deepest was meant."""
    return max((fault.pointer.count("/") for fault in faults), default=0)


WORDS: dict[str, Callable[[Any], str]] = {
    "type": lambda kind: f"must be of type {' or '.join(map(str, _types(kind.types)))}",
    "enum": lambda kind: f"must be one of {', '.join(map(str, kind.options))}",
    "minimum": lambda kind: f"must be at least {kind.limit}",
    "maximum": lambda kind: f"must be at most {kind.limit}",
    "minLength": lambda kind: f"must have at least {kind.limit} characters",
    "maxLength": lambda kind: f"must have at most {kind.limit} characters",
    "minItems": lambda kind: f"must have at least {kind.limit} items",
    "maxItems": lambda kind: f"must have at most {kind.limit} items",
    "pattern": lambda kind: f"must match {kind.pattern}",
    "format": lambda kind: f"must be a valid {kind.format}",
}


def _types(kind: Any) -> list[str]:
    return kind if isinstance(kind, list) else [kind]


def show(value: Any) -> str:
    """A value as a message shows it, cut to a readable length."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 1]}…"


def vocabulary_errors(schema: Json, place: str, value: Any) -> Iterator[tuple[str, str, list[str]]]:
    """Errors of an `x-sandbox` value against `$defs/<place>`: pointer, message, unknown words."""
    root = {"$ref": f"#/$defs/{place}", "$defs": schema["$defs"]}
    for error in jsonschema_rs.Draft202012Validator(root).iter_errors(value):
        kind: Any = error.kind
        unknown = kind.unexpected if kind.name == "additionalProperties" else []
        yield "".join(f"/{part}" for part in error.instance_path), error.message, list(unknown)
