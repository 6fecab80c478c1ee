"""Request bodies: received within limits, read, validated."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import orjson
import pytest

from sandbox.bodies import JSON_LIMIT, PATIENCE, Bodies, Body
from sandbox.declared import Operation
from sandbox.problems import Fault, Problem
from sandbox.tests.shop import make_operation, read_shop

Json = dict[str, Any]

OPERATIONS = {operation.id: operation for operation in read_shop().operations}
JSON_TYPE = {"content-type": "application/json"}
ITEM: Json = {"sku": "s", "name": "n", "shelf_id": "a", "price": 1}


def receiver(*chunks: bytes, leave: bool = False) -> Callable[[], Any]:
    """What an ASGI server gives: the chunks, then nothing more or a client that left."""
    messages = [{"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks]
    messages.append({"type": "http.disconnect"} if leave else {"type": "http.request"})
    rest = iter(messages)

    async def receive() -> Json:
        return next(rest)

    return receive


def read(
    operation: str | Operation, *chunks: bytes, headers: Json | None = None, leave: bool = False
) -> tuple[Body, list[Fault]]:
    known = OPERATIONS[operation] if isinstance(operation, str) else operation
    faults: list[Fault] = []
    bodies = Bodies(known, read_shop().registry)
    body = asyncio.run(
        bodies.read(JSON_TYPE if headers is None else headers, receiver(*chunks, leave=leave), faults)
    )
    return body, faults


def find(operation: str, value: Any) -> list[tuple[str, str]]:
    faults = read(operation, orjson.dumps(value))[1]
    assert {fault.location for fault in faults} <= {"body"}
    return [(fault.pointer, fault.message) for fault in faults]


def refuse(*chunks: bytes, headers: Json | None = None, leave: bool = False) -> Problem:
    with pytest.raises(Problem) as caught:
        read("createItem", *chunks, headers=headers, leave=leave)
    return caught.value


def test_valid_body_is_its_value() -> None:
    body, faults = read("createItem", orjson.dumps(ITEM))
    assert (body.value, body.given, body.files, faults) == (ITEM, True, {}, [])


def test_body_may_come_in_chunks() -> None:
    content = orjson.dumps(ITEM)
    body, _ = read("createItem", *(content[at : at + 1] for at in range(len(content))))
    assert body.value == ITEM


def test_missing_body_is_at_fault_where_it_is_required() -> None:
    body, [fault] = read("createItem")
    assert not body.given
    assert (fault.location, fault.pointer) == ("body", "")
    assert "application/json" in fault.message


UNREADABLE = [b" ", b"{", b'{"a": tr', b"\xff", b'"a\0"', b"\0", b"{}{}", b"1e400", b'{"a": -1e999}', b"NaN"]
DEEP = [b"[" * depth + b"]" * depth for depth in (300, 10_000)]


@pytest.mark.parametrize("content", UNREADABLE + DEEP, ids=lambda content: repr(content[:9]))
def test_body_that_is_no_json_is_unreadable(content: bytes) -> None:
    problem = refuse(content)
    assert problem.kind == "unreadable"
    assert "JSON" in problem.message


@pytest.mark.parametrize("depth", [100, 190])
def test_body_that_is_nested_a_hundred_deep_is_read(depth: int) -> None:
    notes = orjson.loads(b'{"a":' * depth + b"1" + b"}" * depth)
    assert all("bytes" in message for _, message in find("createItem", {**ITEM, "notes": notes}))


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"content-type": ""},
        {"content-type": "text/plain"},
        {"content-type": "application/jsonp"},
        {"content-type": "multipart/form-data; boundary=b"},
        {"content-type": "json"},
    ],
)
def test_body_of_another_media_type_is_unsupported_and_the_right_one_told(headers: Json) -> None:
    problem = refuse(b"{}", headers=headers)
    assert problem.kind == "unsupported"
    assert "application/json" in problem.message


@pytest.mark.parametrize(
    "media", ["application/json; charset=utf-8", "Application/JSON", " application/json ;x=y"]
)
def test_media_type_may_have_parameters_and_capitals(media: str) -> None:
    assert read("createItem", orjson.dumps(ITEM), headers={"content-type": media})[0].value == ITEM


def make_content(size: int) -> bytes:
    return b'"' + b"a" * (size - 2) + b'"'


@pytest.mark.parametrize("chunks", [1, 4])
def test_body_of_exactly_the_limit_is_read_and_one_byte_more_is_too_large(chunks: int) -> None:
    step = JSON_LIMIT // chunks
    content = make_content(JSON_LIMIT)
    pieces = [content[at : at + step] for at in range(0, JSON_LIMIT, step)]
    assert len(read("createItem", *pieces)[1]) == 1
    assert refuse(*pieces, b" ").kind == "too_large"


def count_chunks(headers: Json, *chunks: bytes) -> int:
    """How many chunks of a body that is too large are received before it is refused."""
    received = []
    ask = receiver(*chunks)

    async def receive() -> Json:
        received.append(await ask())
        return dict(received[-1])

    bodies = Bodies(OPERATIONS["createItem"], read_shop().registry)
    with pytest.raises(Problem) as caught:
        asyncio.run(bodies.read({**JSON_TYPE, **headers}, receive, []))
    assert caught.value.kind == "too_large"
    assert str(JSON_LIMIT) in caught.value.message
    return len(received)


@pytest.mark.parametrize("length", ["", str(JSON_LIMIT + 1), "9" * 30])
def test_body_that_is_too_large_is_received_to_its_end(length: str) -> None:
    """Most clients read no answer before they have sent their body."""
    chunks = [b"x" * JSON_LIMIT] * 4
    assert count_chunks({"content-length": length}, *chunks) == 5


def test_endless_body_is_not_received_to_its_end() -> None:
    chunks = [b"x" * JSON_LIMIT] * (PATIENCE // JSON_LIMIT + 10)
    assert count_chunks({}, *chunks) == PATIENCE // JSON_LIMIT + 2


@pytest.mark.parametrize(
    ("encoding", "refused"), [("gzip", True), ("GZIP, br", True), ("identity", False), (" Identity ", False)]
)
def test_body_that_is_encoded_is_unsupported(encoding: str, refused: bool) -> None:
    headers = {**JSON_TYPE, "content-encoding": encoding}
    if refused:
        assert refuse(b"\x1f\x8b", headers=headers).kind == "unsupported"
    else:
        assert read("createItem", orjson.dumps(ITEM), headers=headers)[1] == []


@pytest.mark.parametrize("length", ["", "²", "-1", "x"])
def test_length_that_is_no_number_is_not_believed(length: str) -> None:
    assert read("createItem", orjson.dumps(ITEM), headers={**JSON_TYPE, "content-length": length})[1] == []


@pytest.mark.parametrize("chunks", [(), (b'{"sku":',)])
def test_client_that_leaves_is_unreadable(chunks: tuple[bytes, ...]) -> None:
    assert refuse(*chunks, leave=True).kind == "unreadable"


def test_every_fault_of_a_body_is_found() -> None:
    assert find("createItem", {"sku": "", "name": 5, "price": -1, "extra": 1, "notes": []}) == [
        ("/extra", "is not a field of this request"),
        ("/name", "must be of type string, got 5"),
        ("/notes", "must be of type object, got []"),
        ("/price", "must be at least 0, got -1"),
        ("/shelf_id", "is required but missing"),
        ("/sku", 'must have at least 1 characters, got ""'),
    ]


@pytest.mark.parametrize("value", [None, [], "text", 5, True])
def test_json_that_is_no_object_is_at_fault(value: Any) -> None:
    [(pointer, message)] = find("createItem", value)
    assert pointer == ""
    assert message.startswith("must be of type object, got ")


def test_properties_of_the_server_are_not_asked_for_and_not_looked_at() -> None:
    assert find("createShelf", {"name": "n"}) == []
    assert find("createShelf", {"name": "n", "id": 5, "created_at": "soon"}) == []


def test_properties_of_the_server_are_not_asked_for_below_the_top_either() -> None:
    part = {
        "type": "object",
        "required": ["id", "a"],
        "properties": {"id": {"type": "string", "readOnly": True}, "a": {}},
    }
    schema = {
        "type": "object",
        "properties": {"one": part, "many": {"type": "array", "items": part}},
        "allOf": [part],
    }
    body = {"content": {"application/json": {"schema": schema}}}
    content = orjson.dumps({"a": 1, "one": {"a": 1}, "many": [{"a": 1}, {}]})
    faults = read(make_operation(requestBody=body), content)[1]
    assert [fault.pointer for fault in faults] == ["/many/1/a"]


def test_field_that_never_changes_is_told_so() -> None:
    """The request of devsync's update knows no immutable field; here one of the shop does not."""
    schema = {"type": "object", "properties": {"name": {}}, "additionalProperties": False}
    operation = OPERATIONS["amendItem"]
    narrow = replace(operation, requests={"application/json": schema}, schemas={"application/json": schema})
    faults = read(narrow, b'{"sku": "x", "other": 1}')[1]
    told = {fault.pointer: fault.message for fault in faults}
    assert "never changes" in told["/sku"]
    assert told["/other"] == "is not a field of this request"


@pytest.mark.parametrize(
    ("notes", "size"),
    [
        ({"a": "x" * 12}, 20),
        ({"a": "x" * 13}, 21),
        ({"a": "é" * 6}, 20),
        ({"a": "é" * 6 + "x"}, 21),
        ({"a": [1, 2, 3, 4, 5]}, 17),
        ({"a": "\0\0"}, 20),
        ({"a": "\0\0", "": 0}, 25),
        ({}, 2),
    ],
)
def test_size_is_that_of_compact_utf_8_json_and_the_limit_itself_is_allowed(notes: Json, size: int) -> None:
    message = f"must have at most 20 bytes as compact UTF-8 JSON, got {size}"
    spaced = orjson.dumps({**ITEM, "notes": notes}, option=orjson.OPT_INDENT_2)
    faults = [(fault.pointer, fault.message) for fault in read("createItem", spaced)[1]]
    assert faults == ([("/notes", message)] if size > 20 else [])


@pytest.mark.parametrize("media", ["application/merge-patch+json", "application/vnd.shop+json"])
def test_json_of_any_media_type_is_validated(media: str) -> None:
    schema = {"type": "object", "required": ["a"]}
    operation = make_operation(requestBody={"content": {media: {"schema": schema}}})
    headers = {"content-type": media}
    assert len(read(operation, b"{}", headers=headers)[1]) == 1
    assert len(read(operation, b"[]", headers=headers)[1]) == 1
    assert len(read(operation, b"null", headers=headers)[1]) == 1


def test_body_of_an_unknown_kind_is_kept_as_bytes() -> None:
    operation = make_operation(requestBody={"content": {"text/*": {}}})
    body, faults = read(operation, b"\xff\0", headers={"content-type": "text/plain"})
    assert (body.value, body.given, faults) == (b"\xff\0", True, [])


def upload(
    content: bytes, fields: bytes = b"", operation: str | Operation = "createPhoto"
) -> tuple[Body, list[Fault]]:
    disposition = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n\r\n'
    headers = {"content-type": "multipart/form-data; boundary=b"}
    return read(operation, disposition + content + b"\r\n" + fields + b"--b--\r\n", headers=headers)


@pytest.mark.parametrize(("size", "faults"), [(0, 0), (1, 0), (100, 0), (101, 1)])
def test_file_may_have_as_many_bytes_as_its_limit(size: int, faults: int) -> None:
    body, found = upload(b"x" * size)
    assert len(body.files["file"].content) == size
    assert [(fault.pointer, "100" in fault.message) for fault in found] == [("/file", True)] * faults


@pytest.mark.parametrize(
    ("words", "content", "told"),
    [
        ({"min_bytes": 3}, b"ab", "at least 3 bytes, got 2"),
        ({"min_bytes": 3}, b"abc", None),
        ({"types": ["image/png"]}, b"\x89PNG\r\n\x1a\n", None),
        ({"types": ["image/png", "application/pdf"]}, b"%PDF-1.7", None),
        ({"types": ["image/png"]}, b"%PDF-1.7", "got application/pdf"),
        ({"types": ["image/png"]}, b"", "got an empty file"),
    ],
)
def test_file_may_need_a_least_size_and_a_type(words: Json, content: bytes, told: str | None) -> None:
    file = {
        "type": "string",
        "format": "binary",
        "x-sandbox": {"file": {"facts": {}, "max_bytes": 100, **words}},
    }
    body = {"content": {"multipart/form-data": {"schema": {"type": "object", "properties": {"file": file}}}}}
    faults = upload(content, operation=make_operation(requestBody=body))[1]
    assert [fault.pointer for fault in faults] == (["/file"] if told else [])
    assert all(told and told in fault.message for fault in faults)


def test_form_is_validated_with_its_files() -> None:
    field = b'--b\r\nContent-Disposition: form-data; name="width"\r\n\r\nwide\r\n'
    body, faults = upload(b"x", field)
    assert body.files["file"].name == "a.bin"
    assert [(fault.pointer, fault.message) for fault in faults] == [
        ("/width", 'must be of type integer, got "wide"')
    ]


def test_form_without_its_file_is_at_fault() -> None:
    headers = {"content-type": "multipart/form-data; boundary=b"}
    field = b'--b\r\nContent-Disposition: form-data; name="title"\r\n\r\nx\r\n--b--\r\n'
    faults = read("createPhoto", field, headers=headers)[1]
    assert [(fault.pointer, fault.message) for fault in faults] == [("/file", "is required but missing")]
