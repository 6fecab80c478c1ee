"""Bodies and headers for documented responses."""

from typing import Any

import pytest

from sandbox.examples import example_body, example_headers, make_example
from sandbox.schemas import Schema

Json = dict[str, Any]


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string"},
        {"type": "string", "minLength": 9},
        {"type": "string", "maxLength": 2},
        {"type": "string", "enum": ["b", "a"]},
        {"type": "string", "format": "date-time"},
        {"type": "string", "format": "date"},
        {"type": "string", "format": "uuid"},
        {"type": "string", "format": "email"},
        {"type": "string", "format": "uri"},
        {"type": "integer"},
        {"type": "integer", "minimum": 3},
        {"type": "integer", "maximum": -5},
        {"type": "integer", "minimum": 3, "exclusiveMinimum": True},
        {"type": "integer", "minimum": 3, "multipleOf": 5},
        {"type": "integer", "minimum": 10, "multipleOf": 5, "exclusiveMinimum": True},
        {"type": "integer", "maximum": 0, "exclusiveMaximum": True},
        {"type": "number", "minimum": 0, "exclusiveMinimum": True},
        {"type": "number", "minimum": 0.5},
        {"type": "boolean"},
        {"type": "array", "items": {"type": "integer"}},
        {"type": "array", "items": {"type": "integer"}, "minItems": 3},
        {"type": "array", "items": {"type": "integer"}, "maxItems": 0},
        {"type": "object", "required": ["a"], "properties": {"a": {"type": "string", "minLength": 1}}},
        {"properties": {"a": {"type": "integer"}}, "required": ["a"]},
        {"oneOf": [{"type": "integer"}, {"type": "string"}]},
        {"anyOf": [{"type": "string", "format": "date"}, {"type": "integer"}]},
        {"allOf": [{"required": ["a"], "properties": {"a": {}}}, {"properties": {"b": {"type": "string"}}}]},
        {"type": "string", "nullable": True},
        {},
    ],
    ids=str,
)  # fmt: skip
def test_made_example_is_accepted_by_its_schema(schema: Json) -> None:
    example = make_example(schema)
    assert Schema(schema).find_faults(example, "body") == []


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"example": "e", "default": "d", "enum": ["x"]}, "e"),
        ({"default": "d", "enum": ["x"]}, "d"),
        ({"enum": ["x", "y"]}, "x"),
        ({"example": None}, None),
        ({"example": 0, "default": 1}, 0),
        ({"type": "integer", "minimum": 3}, 3),
        ({"type": "number", "maximum": -0.5}, -0.5),
        ({"properties": {"a": {"example": 1}, "b": {"type": "boolean"}}}, {"a": 1, "b": True}),
    ],
)
def test_example_goes_before_default_before_enum_before_a_bound(schema: Json, expected: Any) -> None:
    assert make_example(schema) == expected


def media(**part: Any) -> Json:
    return {"content": {"application/json": part}}


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        (media(example={"a": 1}, schema={"example": 2}), {"a": 1}),
        (media(examples={"first": {"value": 1}, "second": {"value": 2}}), 1),
        (media(examples={"far": {"externalValue": "https://example.com"}}, schema={"type": "boolean"}), True),
        (media(schema={"type": "boolean"}), True),
        (media(), None),
    ],
)
def test_body_is_the_example_of_the_response_else_of_its_schema(response: Json, expected: Any) -> None:
    assert example_body(response) == ("application/json", expected)


def test_response_without_content_has_no_body() -> None:
    assert example_body({"description": "Gone."}) == (None, None)


def test_headers_have_their_examples_as_texts() -> None:
    headers = {
        "Retry-After": {"schema": {"type": "integer"}, "example": 7},
        "Location": {"schema": {"type": "string", "example": "/a"}},
        "X-Total": {"schema": {"type": "integer", "minimum": 3}},
    }
    assert example_headers({"headers": headers}) == {"Retry-After": "7", "Location": "/a", "X-Total": "3"}
