"""The nearest valid value."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.schemas import Schema
from sandbox.suggestions import suggest

Json = dict[str, Any]


@pytest.mark.parametrize(
    ("schema", "value", "nearest"),
    [
        ({"type": "integer", "minimum": 1, "maximum": 100}, 500, 100),
        ({"type": "integer", "minimum": 1, "maximum": 100}, "500", 100),
        ({"type": "integer", "minimum": 1}, -3, 1),
        ({"type": "integer", "minimum": 1, "exclusiveMinimum": True}, 1, 2),
        ({"type": "integer"}, "5", 5),
        ({"type": "integer"}, 5.4, 5),
        ({"type": "integer", "default": 50}, "many", 50),
        ({"type": "number"}, "5.5", 5.5),
        ({"type": "integer", "multipleOf": 5}, 12, 15),
        ({"type": "boolean"}, "yes", True),
        ({"type": "string"}, 5, "5"),
        ({"type": "string", "maxLength": 3}, "abcdef", "abc"),
        ({"type": "string", "minLength": 3}, "a", "aaa"),
        ({"type": "string", "minLength": 1, "example": "Chair"}, "", "Chair"),
        ({"type": "string", "enum": ["ACTIVE", "ERROR"]}, "activ", "ACTIVE"),
        ({"enum": [1, 2, 3]}, "2", 2),
        ({"enum": ["a", "b"]}, {"x": 1}, "a"),
        ({"type": "string", "pattern": "^[a-z0-9-]+$"}, "My Project!", "my-project-"),
        ({"type": "string", "pattern": "^[A-Z]{3}$"}, "eur", "EUR"),
        ({"type": "string", "format": "date-time"}, "2026-01-31", "2026-01-31T00:00:00Z"),
        ({"type": "string", "format": "date-time"}, "2026-01-31 10:00:00", "2026-01-31T10:00:00Z"),
        ({"type": "string", "format": "date"}, "2026-01-31T10:00:00Z", "2026-01-31"),
        ({"type": "string", "format": "email"}, "nobody", "user@example.com"),
        ({"type": "array", "items": {"type": "string"}}, "a", ["a"]),
        ({"type": "array", "items": {}, "maxItems": 2}, [1, 2, 3], [1, 2]),
        ({"type": "array", "items": {"type": "integer"}, "minItems": 2}, [7], [7, 0]),
        ({"type": "array", "items": {}, "uniqueItems": True}, [1, 2, 1], [1, 2]),
        ({"type": "object", "properties": {"a": {"type": "integer"}}}, "x", {"a": 0}),
        ({"type": "string", "pattern": "^x{77}$"}, "y", None),
        ({"type": "string"}, "valid", "valid"),
    ],
)
def test_value_is_changed_as_little_as_makes_it_valid(schema: Json, value: Any, nearest: Any) -> None:
    assert suggest(schema, value) == nearest


SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30)
VALUES = st.recursive(
    SCALARS, lambda below: st.lists(below) | st.dictionaries(st.text(), below), max_leaves=5
)
BOUNDS = st.integers(0, 9)
SCHEMAS = st.fixed_dictionaries(
    {"type": st.sampled_from(["string", "integer", "number", "boolean", "array", "object"])},
    optional={
        "minimum": st.integers(-9, 9),
        "maximum": st.integers(-9, 9),
        "exclusiveMinimum": st.booleans(),
        "multipleOf": st.sampled_from([1, 3, 0.5]),
        "minLength": BOUNDS,
        "maxLength": BOUNDS,
        "minItems": BOUNDS,
        "maxItems": BOUNDS,
        "uniqueItems": st.booleans(),
        "items": st.sampled_from([{"type": "integer"}, {}]),
        "enum": st.lists(SCALARS, min_size=1, max_size=3),
        "format": st.sampled_from(["date", "date-time", "email", "uuid", "uri"]),
        "pattern": st.sampled_from(["^[a-z]+$", r"^\d+$"]),
        "nullable": st.booleans(),
    },
)


@settings(max_examples=300, derandomize=True, deadline=None)
@given(SCHEMAS, VALUES)
def test_suggestion_is_valid_or_there_is_none(schema: Json, value: Any) -> None:
    if "exclusiveMinimum" in schema and "minimum" not in schema:
        del schema["exclusiveMinimum"]
    nearest = suggest(schema, value)
    assert nearest is None or Schema(schema).accepts(nearest)
    json.dumps(nearest)
