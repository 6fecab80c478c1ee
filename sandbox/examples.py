"""A body for a documented response: its example, else one made of its schema."""

import math
from typing import Any

from .schemas import Json

DEEP, DEEPEST = 4, 12  # schemas above: where only the required is made, where nothing is
FORMATS = {
    "date-time": "2026-01-01T00:00:00Z",
    "date": "2026-01-01",
    "uuid": "00000000-0000-4000-8000-000000000000",
    "email": "user@example.com",
    "uri": "https://example.com/",
}


def example_body(response: Json, name: str | None = None) -> tuple[str | None, Any]:
    """Media type and body of a response object; None for one without content.

    name: of one of its examples.
    """
    named = find_examples(response)
    if name is not None and name in named:
        return named[name]
    for media, part in response.get("content", {}).items():
        if "example" in part:
            return media, part["example"]
        first = next((example for example in named.values() if example[0] == media), None)
        return first or (media, make_example(part.get("schema", {})))
    return None, None


def find_examples(response: Json) -> dict[str, tuple[str, Any]]:
    """The named examples of a response object: media type and body."""
    return {
        name: (media, example["value"])
        for media, part in response.get("content", {}).items()
        for name, example in part.get("examples", {}).items()
        if "value" in example
    }


def example_headers(response: Json) -> dict[str, str]:
    """The documented headers of a response, with their examples."""
    headers = response.get("headers", {})
    values = {
        name: part.get("example", make_example(part.get("schema", {}))) for name, part in headers.items()
    }
    return {name: str(value) for name, value in values.items()}


def make_example(schema: Json, depth: int = 0) -> Any:
    """A value that the schema accepts: its example, default or first enum value, else made by type.

    depth: how many schemas stand above it; far down only what is required is made.
    """
    for word in ("example", "default"):
        if word in schema:
            return schema[word]
    if schema.get("enum"):
        return schema["enum"][0]
    for word in ("oneOf", "anyOf"):
        if schema.get(word):
            return make_example(schema[word][0], depth)
    if "allOf" in schema:
        return _merge([make_example(part, depth) for part in schema["allOf"]])
    return _make_by_type(schema, depth + 1)


def _merge(parts: list[Any]) -> Any:
    merged: Json = {}
    for part in parts:
        if not isinstance(part, dict):
            return part
        merged |= part
    return merged


def _make_object(schema: Json, depth: int) -> Json:
    properties = schema.get("properties", {})
    names = (
        properties if depth < DEEP else [name for name in schema.get("required", ()) if name in properties]
    )
    return {name: make_example(properties[name], depth) for name in names} if depth < DEEPEST else {}


def _make_by_type(schema: Json, depth: int) -> Any:
    match schema.get("type", "object" if "properties" in schema else None):
        case "object":
            return _make_object(schema, depth)
        case "array":
            count = max(1 if depth < DEEP else 0, schema.get("minItems", 0))
            count = min(count, schema.get("maxItems", count))
            return [make_example(schema.get("items", {}), depth)] * count if count else []
        case "integer" | "number" as kind:
            return _make_number(schema, schema.get("multipleOf", 1 if kind == "integer" else None))
        case "boolean":
            return True
        case "string":
            text = FORMATS.get(schema.get("format", ""), "text")
            longest = schema.get("maxLength", len(text) + schema.get("minLength", 0))
            return text.ljust(schema.get("minLength", 0), "x")[:longest]
        case _:
            return None


def _make_number(schema: Json, step: float | None) -> Any:
    """The number next to a bound, or 0. step: what it is a multiple of."""
    margin = step or 0.5
    if "minimum" in schema:
        least = schema["minimum"]
        value = math.ceil(least / step) * step if step else least
        return value + (margin if value == least and schema.get("exclusiveMinimum") is True else 0)
    most = min(0, schema.get("maximum", 0))
    value = math.floor(most / step) * step if step else most
    excluded = schema.get("exclusiveMaximum") is True and value == schema["maximum"]
    return value - (margin if excluded else 0)
