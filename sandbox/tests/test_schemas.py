"""OpenAPI 3.0 schemas: references followed, values checked, every fault told with place, want and find."""

from typing import Any

import pytest

from sandbox.problems import Unusable
from sandbox.schemas import (
    LONGEST_VALUE,
    Schema,
    compile_place,
    expand,
    follow,
    make_registry,
    show,
    to_json_schema,
)

Json = dict[str, Any]

DOCUMENT: Json = {
    "paths": {"/a/{id}": {"get": {"parameters": [{"name": "first"}, {"name": "second"}]}}},
    "components": {
        "schemas": {
            "Text": {"type": "string"},
            "Other": {"$ref": "#/components/schemas/Text"},
            "Tree": {"type": "object", "properties": {"child": {"$ref": "#/components/schemas/Tree"}}},
            "a/b~c": {"type": "integer"},
            "Loop": {"$ref": "#/components/schemas/Pool"},
            "Pool": {"$ref": "#/components/schemas/Loop"},
        }
    },
}


def ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def find(schema: Json, value: Any, components: Json | None = None) -> list[tuple[str, str]]:
    faults = Schema(schema, make_registry({"components": components or {}})).find_faults(value, "body")
    assert {fault.location for fault in faults} <= {"body"}
    return [(fault.pointer, fault.message) for fault in faults]


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("#/components/schemas/Text", {"type": "string"}),
        ("#/components/schemas/Other", {"type": "string"}),
        ("#/components/schemas/a~1b~0c", {"type": "integer"}),
        ("#/paths/~1a~1{id}/get/parameters/1", {"name": "second"}),
        ("#/paths/~1a~1%7Bid%7D/get/parameters/0", {"name": "first"}),
    ],
)
def test_reference_is_followed_to_its_end(target: str, expected: Json) -> None:
    """A reference is a URI fragment that holds a JSON pointer (RFC 6901 §6)."""
    assert follow(DOCUMENT, {"$ref": target}) == expected


@pytest.mark.parametrize(
    "target",
    [
        "#/components/schemas/Nope",
        "#/components/schemas/Loop",
        "#/paths/~1a~1{id}/get/parameters/2",
        "#/components/schemas/Text/type/x",
    ],
)
def test_reference_to_nothing_or_to_itself_raises_key_error(target: str) -> None:
    with pytest.raises(KeyError):
        follow(DOCUMENT, {"$ref": target})


def test_expansion_replaces_references_but_leaves_those_that_lead_back() -> None:
    expanded = expand(DOCUMENT, {"allOf": [ref("Other"), ref("Tree")]})
    assert expanded["allOf"][0] == {"type": "string"}
    assert expanded["allOf"][1] == {"type": "object", "properties": {"child": ref("Tree")}}
    assert DOCUMENT["components"]["schemas"]["Tree"]["properties"]["child"] == ref("Tree")


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "string", "nullable": True}, {"type": ["string", "null"]}),
        ({"type": "string", "nullable": False}, {"type": "string"}),
        (
            {"type": "string", "nullable": True, "enum": ["a"]},
            {"type": ["string", "null"], "enum": ["a", None]},
        ),
        ({"type": "string", "nullable": True, "enum": [None]}, {"type": ["string", "null"], "enum": [None]}),
        ({"x-words": 1, "type": "object"}, {"type": "object"}),
        (
            {"properties": {"x-a": {}, "nullable": {"nullable": True, "type": "integer"}}},
            {"properties": {"x-a": {}, "nullable": {"type": ["integer", "null"]}}},
        ),
        (
            {"default": {"nullable": True}, "example": {"x-a": 1}},
            {"default": {"nullable": True}, "example": {"x-a": 1}},
        ),
        ({"items": {"type": "string", "nullable": True}}, {"items": {"type": ["string", "null"]}}),
    ],
)
def test_nullable_becomes_a_type_and_our_words_are_dropped(schema: Json, expected: Json) -> None:
    assert to_json_schema(schema) == expected


@pytest.mark.parametrize(
    ("schema", "value", "message"),
    [
        ({"type": "integer"}, "5", 'must be of type integer, got "5"'),
        ({"type": "integer"}, True, "must be of type integer, got true"),
        ({"type": "string", "nullable": True}, 5, "must be of type null or string, got 5"),
        ({"type": "string"}, None, "must be of type string, got null"),
        ({"enum": ["a", "b"]}, "c", 'must be one of a, b, got "c"'),
        ({"type": "string", "nullable": True, "enum": ["a", None]}, "c", 'must be one of a, null, got "c"'),
        ({"minimum": 1}, 0, "must be at least 1, got 0"),
        ({"maximum": 9}, 10, "must be at most 9, got 10"),
        ({"minLength": 1}, "", 'must have at least 1 characters, got ""'),
        ({"maxLength": 2}, "äöü", 'must have at most 2 characters, got "äöü"'),
        ({"minItems": 1}, [], "must have at least 1 items, got []"),
        ({"maxItems": 1}, [1, 2], "must have at most 1 items, got [1, 2]"),
        ({"pattern": "^a"}, "b", 'must match ^a, got "b"'),
        ({"format": "date"}, "2026-02-30", 'must be a valid date, got "2026-02-30"'),
        ({"format": "date-time"}, "2026-02-03", 'must be a valid date-time, got "2026-02-03"'),
        ({"format": "email"}, "x", 'must be a valid email, got "x"'),
        ({"format": "uuid"}, "x", 'must be a valid uuid, got "x"'),
        ({"minimum": 2, "exclusiveMinimum": True}, 2, "2 is less than or equal to the minimum of 2, got 2"),
        ({"multipleOf": 2}, 3, "3 is not a multiple of 2, got 3"),
    ],
)  # fmt: skip
def test_fault_says_what_was_expected_and_what_was_got(schema: Json, value: Any, message: str) -> None:
    assert find({"properties": {"a/b~c": schema}}, {"a/b~c": value}) == [("/a~1b~0c", message)]


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "string", "nullable": True}, None),
        ({"type": "string", "nullable": True, "enum": ["a"]}, None),
        ({"type": "integer"}, -(2**70)),
        ({"type": "number"}, 1e308),
        ({"type": "string", "maxLength": 2}, "\0é"),
        ({"format": "date-time"}, "2026-02-03T04:05:06.789+01:00"),
        ({"format": "uuid"}, "3D1F0A52-6c0e-4b8a-9a57-0c9b7e1d2f34"),
        ({"pattern": "^(?!a)"}, "b"),
        ({}, {"anything": [1]}),
    ],
)
def test_value_that_fits_has_no_fault(schema: Json, value: Any) -> None:
    assert Schema(schema).accepts(value)
    assert find(schema, value) == []


def test_every_fault_is_found_in_the_order_of_the_pointers() -> None:
    schema = {
        "required": ["name", "size"],
        "additionalProperties": False,
        "properties": {"name": {}, "size": {}, "tags": {"type": "array", "items": {"type": "string"}}},
    }
    assert find(schema, {"tags": ["a", 1, 2], "x/y": 1, "z": 2}) == [
        ("/name", "is required but missing"),
        ("/size", "is required but missing"),
        ("/tags/1", "must be of type string, got 1"),
        ("/tags/2", "must be of type string, got 2"),
        ("/x~1y", "is not a field of this request"),
        ("/z", "is not a field of this request"),
    ]


def test_field_is_refused_where_no_field_is_known() -> None:
    faults = find({"type": "object", "additionalProperties": False}, {"a": 1, "b": 2})
    assert faults == [("/a", "is not a field of this request"), ("/b", "is not a field of this request")]


CIRCLE = {"properties": {"radius": {"type": "number"}}, "required": ["radius"], "type": "object"}


@pytest.mark.parametrize("word", ["oneOf", "anyOf"])
@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ({"radius": "r"}, ("/radius", 'must be of type number, got "r"')),
        ({}, ("/radius", "is required but missing")),
        (5, ("", "must be of type string, got 5")),
    ],
)
def test_fault_of_a_choice_is_that_of_the_branch_that_fits_deepest(
    word: str, value: Any, fault: tuple[str, str]
) -> None:
    assert find({word: [{"type": "string"}, CIRCLE]}, value) == [fault]


def test_value_that_fits_two_branches_of_one_of_is_at_fault_itself() -> None:
    [(pointer, message)] = find({"oneOf": [{"type": "string"}, {"minLength": 1}]}, "abc")
    assert pointer == ""
    assert "more than one" in message


def test_schema_that_refers_to_itself_is_checked_at_every_depth() -> None:
    components = {"schemas": {"Tree": DOCUMENT["components"]["schemas"]["Tree"]}}
    value: Json = {"child": {"child": {"child": 5}}}
    assert find(ref("Tree"), value, components) == [("/child/child/child", "must be of type object, got 5")]


def test_schema_that_is_none_is_unusable() -> None:
    with pytest.raises(Unusable, match=r"\["):
        Schema({"type": "string", "pattern": "["})


@pytest.mark.parametrize("value", ["é" * 500, list(range(500)), {"a": "b" * 500}])
def test_shown_value_is_cut_to_a_readable_length(value: Any) -> None:
    assert len(show(value)) == LONGEST_VALUE
    assert show(value).endswith("…")


def test_errors_of_words_name_pointer_and_unknown_words() -> None:
    schema = {
        "$defs": {"place": {"properties": {"a": {"properties": {"b": {}}, "additionalProperties": False}}}}
    }
    find_errors = compile_place(schema, "place")
    [(pointer, message, unknown)] = find_errors({"a": {"b": 1, "c": 2}})
    assert (pointer, unknown) == ("/a", ["c"])
    assert "c" in message
    assert list(find_errors({"a": {"b": 1}})) == []
