"""Parameters: decoded, coerced strictly, validated."""

from typing import Any

import pytest

from sandbox.parameters import Parameters, parse_query
from sandbox.problems import Fault, Problem
from sandbox.tests.shop import make_operation

Json = dict[str, Any]


def read(
    *parameters: Json, query: bytes = b"", headers: dict[str, str] | None = None, **path: str
) -> tuple[Json, list[Fault]]:
    """The values, and what is wrong with them."""
    faults: list[Fault] = []
    values = Parameters(make_operation(parameters=list(parameters))).read(
        path, parse_query(query), headers or {}, faults
    )
    return values, faults


def make(schema: Json, name: str = "p", place: str = "query", **words: Any) -> Json:
    return {"name": name, "in": place, "schema": schema, **words}


@pytest.mark.parametrize(
    ("query", "pairs"),
    [
        (b"", []),
        (b"a=1&b=2&a=3", [("a", "1"), ("b", "2"), ("a", "3")]),
        (b"a=&b", [("a", ""), ("b", "")]),
        (b"a=x+y%20z%2B", [("a", "x y z+")]),
        (b"%C3%BC=%E2%82%AC", [("ü", "€")]),
        (b"a%26b=c%3Dd", [("a&b", "c=d")]),
        (b"a=%00", [("a", "\0")]),
        (b"a=1;b=2", [("a", "1;b=2")]),
    ],
)
def test_query_is_decoded_to_its_pairs(query: bytes, pairs: list[tuple[str, str]]) -> None:
    assert parse_query(query) == pairs


@pytest.mark.parametrize("query", [b"a=%FF", b"a=%C0%80", b"a=\xff", b"&".join([b"a=1"] * 2000)], ids=len)
def test_query_that_is_not_utf_8_or_endless_is_unreadable(query: bytes) -> None:
    with pytest.raises(Problem) as caught:
        parse_query(query)
    assert caught.value.kind == "unreadable"


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("integer", "0", 0),
        ("integer", "-17", -17),
        ("integer", "9223372036854775807", 2**63 - 1),
        ("number", "1", 1.0),
        ("number", "-2.50", -2.5),
        ("number", "1e3", 1000.0),
        ("number", "1E-2", 0.01),
        ("boolean", "true", True),
        ("boolean", "false", False),
        ("string", "007", "007"),
        ("string", "true", "true"),
        ("string", "", ""),
    ],
)
@pytest.mark.parametrize("place", ["query", "path", "header", "cookie"])
def test_text_becomes_a_value_of_the_type(place: str, kind: str, text: str, value: Any) -> None:
    carried: Any = {
        "query": {"query": f"p={text}".encode()},
        "path": {"p": text},
        "header": {"headers": {"p": text}},
        "cookie": {"headers": {"cookie": f"a=b; p={text}"}},
    }
    values, faults = read(make({"type": kind}, place=place, required=True), **carried[place])
    assert faults == []
    assert values == {"p": value}
    assert type(values["p"]) is type(value)


INTEGERS = [
    "",
    " 1",
    "1 ",
    "+1",
    "1.0",
    "1e3",
    "0x1",
    "1_000",
    "007",
    "-",
    "--1",
    "٣",
    "１",
    "²",
    "one",
    "true",
    "1,2",
    "9" * 5000,
]
NUMBERS = [
    "",
    " 1",
    "+1",
    ".5",
    "5.",
    "1e",
    "1_0.5",
    "0x1p3",
    "nan",
    "inf",
    "-Infinity",
    "1e400",
    "٣.٥",
    "1,5",
    "00.5",
]
BOOLEANS = ["", "True", "TRUE", "1", "0", "yes", "on", " true", "null"]


@pytest.mark.parametrize(
    ("kind", "text"),
    [("integer", text) for text in INTEGERS]
    + [("number", text) for text in NUMBERS]
    + [("boolean", text) for text in BOOLEANS],
    ids=lambda text: text[:12],
)
def test_text_that_is_not_exactly_of_the_type_is_at_fault(kind: str, text: str) -> None:
    [fault] = read(make({"type": kind}, place="path", required=True), p=text)[1]
    assert (fault.location, fault.pointer) == ("path", "p")
    assert fault.message.startswith("must be ")
    assert "got " in fault.message
    assert len(fault.message) < 200


@pytest.mark.parametrize("text", ["9223372036854775808", "-9223372036854775809", "99999999999999999999"])
def test_integer_beyond_64_bits_is_at_fault(text: str) -> None:
    [fault] = read(make({"type": "integer"}), query=f"p={text}".encode())[1]
    assert (fault.location, fault.pointer) == ("query", "p")
    assert text in fault.message


@pytest.mark.parametrize(
    ("schema", "text", "message"),
    [
        ({"type": "integer", "minimum": 1}, "0", "must be at least 1, got 0"),
        ({"type": "integer", "maximum": 100}, "101", "must be at most 100, got 101"),
        ({"type": "string", "enum": ["asc", "desc"]}, "up", 'must be one of asc, desc, got "up"'),
        ({"type": "string", "format": "date"}, "2026-02-30", 'must be a valid date, got "2026-02-30"'),
        ({"type": "string", "minLength": 1}, "", 'must have at least 1 characters, got ""'),
        ({"type": "string", "maxLength": 2}, "%C3%A4%C3%B6", None),
        ({"enum": ["a"]}, "b", 'must be one of a, got "b"'),
    ],
)
def test_value_is_validated_by_the_schema(schema: Json, text: str, message: str | None) -> None:
    faults = read(make(schema), query=f"p={text}".encode())[1]
    assert [fault.message for fault in faults] == ([message] if message else [])


def test_every_fault_is_told_at_once() -> None:
    faults = read(
        make({"type": "integer"}, "a"),
        make({"type": "string"}, "b", required=True),
        make({"type": "boolean"}, "c", place="path", required=True),
        make({"type": "string"}, "X-D", place="header", required=True),
        query=b"a=x",
        c="y",
    )[1]
    assert [(fault.location, fault.pointer) for fault in faults] == [
        ("query", "a"),
        ("query", "b"),
        ("path", "c"),
        ("header", "X-D"),
    ]


def test_defaults_are_filled_in_and_others_are_absent() -> None:
    parameters = [make({"type": "integer", "default": 20}, "size"), make({"type": "string"}, "q")]
    assert read(*parameters) == ({"size": 20}, [])
    assert read(*parameters, query=b"size=5")[0] == {"size": 5}


def test_unknown_parameters_are_ignored() -> None:
    assert read(make({"type": "string"}), query=b"p=1&other=2&%FC%20=".replace(b"%FC", b"x")) == (
        {"p": "1"},
        [],
    )


def test_same_name_in_two_places_is_two_parameters() -> None:
    query, path = make({"type": "integer"}, "id"), make({"type": "string"}, "id", "path", required=True)
    faults = read(query, path, query=b"id=x", id="abc")[1]
    assert [(fault.location, fault.pointer) for fault in faults] == [("query", "id")]


@pytest.mark.parametrize("name", ["Accept", "content-type", "Authorization"])
def test_headers_that_openapi_reserves_are_not_parameters(name: str) -> None:
    assert read(make({"type": "integer"}, name, "header", required=True), headers={name.lower(): "x"}) == (
        {},
        [],
    )


INTEGER_LIST = {"type": "array", "items": {"type": "integer"}}
NUMBERED = {"type": "object", "properties": {"a": {"type": "integer"}}}
TEXT_LIST = {"type": "array", "items": {"type": "string"}}


@pytest.mark.parametrize(
    ("parameter", "query", "value"),
    [
        (make(TEXT_LIST), b"p=a&p=b", ["a", "b"]),
        (make(TEXT_LIST), b"p=a", ["a"]),
        (make(TEXT_LIST, explode=False), b"p=a,b", ["a", "b"]),
        (make(TEXT_LIST, style="pipeDelimited", explode=False), b"p=a|b", ["a", "b"]),
        (make(TEXT_LIST, style="pipeDelimited", explode=False), b"p=a%7Cb", ["a", "b"]),
        (make(INTEGER_LIST), b"p=1&p=-2", [1, -2]),
        (make(INTEGER_LIST, explode=False), b"p=1,2", [1, 2]),
        (make({"type": "object"}, style="deepObject"), b"p[a]=x&p[b]=y", {"a": "x", "b": "y"}),
        (make(NUMBERED, style="deepObject"), b"p[a]=5", {"a": 5}),
    ],
)  # fmt: skip
def test_lists_and_objects_are_read_in_their_style(parameter: Json, query: bytes, value: Any) -> None:
    assert read(parameter, query=query) == ({"p": value}, [])


@pytest.mark.parametrize(("query", "pointer"), [(b"p=1&p=x", "p/1"), (b"p=1.5", "p/0"), (b"p=", "p/0")])
def test_bad_item_of_a_list_is_at_fault_itself(query: bytes, pointer: str) -> None:
    [fault] = read(make(INTEGER_LIST), query=query)[1]
    assert (fault.location, fault.pointer) == ("query", pointer)


def test_list_that_is_needed_and_missing_is_at_fault() -> None:
    [fault] = read(make(TEXT_LIST, required=True))[1]
    assert (fault.pointer, fault.message) == ("p", "is required but missing")
