"""JSON Schema as OpenAPI 3.0 writes it, compiled by jsonschema-rs; errors become faults."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote

import jsonschema_rs

from .problems import Fault, Unusable

Json = dict[str, Any]
Registry = jsonschema_rs.Registry

LONGEST_VALUE = 80
DOCUMENT = "urn:document"  # what a compiled schema calls the document that it refers to
# Formats that OpenAPI's users know and draft 4 does not.
UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
FORMATS: dict[str, Callable[[str], bool]] = {"uuid": lambda text: bool(UUID.fullmatch(text))}


def follow(document: Mapping[str, Any], node: Any) -> Any:
    """The node that a chain of local `$ref` leads to. Raises KeyError for one that leads nowhere."""
    seen = set()
    while isinstance(node, dict) and "$ref" in node:
        pointer = node["$ref"]
        if pointer in seen:
            raise KeyError(pointer)
        seen.add(pointer)
        node = _resolve(document, pointer)
    return node


def _resolve(document: Mapping[str, Any], pointer: str) -> Any:
    """The node at a JSON pointer in a URI fragment (RFC 6901 §6)."""
    target: Any = document
    try:
        for part in unquote(pointer).removeprefix("#/").split("/"):
            name = part.replace("~1", "/").replace("~0", "~")
            target = target[int(name) if isinstance(target, list) else name]
    except (LookupError, TypeError, ValueError):
        raise KeyError(pointer) from None
    return target


def expand(document: Mapping[str, Any], node: Any, known: dict[str, Any] | None = None) -> Any:
    """The node with every `$ref` replaced by its target, but for those that lead back.

    known: targets that are expanded already; each is expanded once and shared, so that documents
    whose schemas refer to each other in many ways do not grow without bound.
    """
    known = {} if known is None else known
    if isinstance(node, list):
        return [expand(document, part, known) for part in node]
    if not isinstance(node, dict):
        return node
    target = node.get("$ref")
    if not isinstance(target, str):
        return {key: expand(document, part, known) for key, part in node.items()}
    if target not in known:
        known[target] = node
        known[target] = expand(document, follow(document, node), known)
    return known[target]


def to_json_schema(schema: Any) -> Any:
    """An OpenAPI 3.0 schema as JSON Schema draft 4, as a request sees it.

    Draft 4 knows everything but `nullable` and `readOnly`: properties of the server are not asked for.
    """
    if isinstance(schema, list):
        return [to_json_schema(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    result: Json = {}
    for key, part in schema.items():
        if key == "properties":
            result[key] = {name: to_json_schema(below) for name, below in part.items()}
        elif key == "$ref" and isinstance(part, str):
            result[key] = part.replace("#/", f"{DOCUMENT}#/", 1)
        elif not key.startswith("x-"):
            result[key] = part if key in ("enum", "default", "example") else to_json_schema(part)
    if result.pop("nullable", None) is True and isinstance(result.get("type"), str):
        result["type"] = [result["type"], "null"]
        if None not in result.get("enum", [None]):
            result["enum"] = [*result["enum"], None]
    if result.get("additionalProperties") is False:
        result.setdefault("properties", {})
    return _drop_read_only(result)


def _drop_read_only(schema: Json) -> Json:
    hidden = {name for name, part in schema.get("properties", {}).items() if part.get("readOnly")}
    if hidden:
        schema["properties"] |= {name: {} for name in hidden}
        required = [name for name in schema.pop("required", ()) if name not in hidden]
        schema |= {"required": required} if required else {}
    return schema


def make_registry(document: Json) -> Registry:
    """What compiled schemas of the document may refer to: its component schemas."""
    schemas = to_json_schema({"properties": document.get("components", {}).get("schemas", {})})["properties"]
    contents = {"components": {"schemas": schemas}}
    return Registry([(DOCUMENT, contents)], draft=jsonschema_rs.Draft4)


class Schema:
    """A compiled schema.

    schema: as OpenAPI 3.0 writes it; registry: of the document, for `$ref`.
    """

    def __init__(self, schema: Json, registry: Registry | None = None) -> None:
        self._compile(to_json_schema(schema), registry)

    @classmethod
    def plain(cls, schema: Json) -> "Schema":
        """A schema that is JSON Schema draft 4 already."""
        made = cls.__new__(cls)
        made._compile(schema)
        return made

    def _compile(self, schema: Json, registry: Registry | None = None) -> None:
        try:
            self._validator = jsonschema_rs.Draft4Validator(
                schema, validate_formats=True, formats=FORMATS, registry=registry
            )
        except ValueError as error:
            raise Unusable(f"a schema cannot be used: {error}".splitlines()[0]) from error

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
    pointer = "".join(map(point, error.instance_path))
    kind: Any = error.kind
    name, rule = kind.name, tuple(error.evaluation_path)
    if name in ("oneOf", "anyOf") and any(getattr(kind, "context", ())):
        branches = [[fault for each in branch for fault in _read(each, location)] for branch in kind.context]
        yield from max(branches, key=_depth)
    elif name == "required":
        yield Fault(location, pointer + point(kind.property), "is required but missing", rule)
    elif name == "additionalProperties":
        for extra in kind.unexpected:
            value = error.instance.get(extra) if isinstance(error.instance, dict) else None
            yield Fault(location, pointer + point(extra), "is not a field of this request", rule, value)
    else:
        wording = WORDS[name](kind) if name in WORDS else error.message
        yield Fault(location, pointer, f"{wording}, got {show(error.instance)}", rule, error.instance)


def point(part: str | int) -> str:
    """A step of a JSON pointer (RFC 6901)."""
    return "/" + str(part).replace("~", "~0").replace("/", "~1")


def _depth(faults: list[Fault]) -> int:
    """How far a branch of a choice fits: the one whose faults lie deepest was meant."""
    return max((fault.pointer.count("/") for fault in faults), default=0)


WORDS: dict[str, Callable[[Any], str]] = {
    "type": lambda kind: f"must be of type {' or '.join(map(str, kind.types))}",
    "enum": lambda kind: f"must be one of {', '.join(map(_name, kind.options))}",
    "minimum": lambda kind: f"must be at least {kind.limit}",
    "maximum": lambda kind: f"must be at most {kind.limit}",
    "minLength": lambda kind: f"must have at least {kind.limit} characters",
    "maxLength": lambda kind: f"must have at most {kind.limit} characters",
    "minItems": lambda kind: f"must have at least {kind.limit} items",
    "maxItems": lambda kind: f"must have at most {kind.limit} items",
    "pattern": lambda kind: f"must match {kind.pattern}",
    "format": lambda kind: f"must be a valid {kind.format}",
}


def _name(option: Any) -> str:
    return option if isinstance(option, str) else json.dumps(option)


def show(value: Any) -> str:
    """A value as a message shows it, cut to a readable length."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 1]}…"


def compile_place(schema: Json, place: str) -> Callable[[Any], Iterator[tuple[str, str, list[str]]]]:
    """What finds the errors of `x-sandbox` values by `$defs/<place>`: pointer, message, unknown words."""
    words = jsonschema_rs.Draft202012Validator({"$ref": f"#/$defs/{place}", "$defs": schema["$defs"]})

    def find_errors(value: Any) -> Iterator[tuple[str, str, list[str]]]:
        for error in words.iter_errors(value):
            kind: Any = error.kind
            unknown, message = getattr(kind, "unexpected", ()), error.message
            if kind.name == "enum":
                message = f"{show(error.instance)} is none of {', '.join(map(str, kind.options))}"
            yield "".join(map(point, error.instance_path)), message, list(unknown)

    return find_errors
