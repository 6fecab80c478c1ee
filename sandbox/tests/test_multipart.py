"""Forms: multipart and urlencoded bodies, and what a file says of itself."""

import asyncio
from typing import Any

import pytest

from sandbox.files import FACTS, count_rows, detect_format, sniff_media_type
from sandbox.multipart import read_form
from sandbox.problems import Problem
from sandbox.store import File

Json = dict[str, Any]

SCHEMA: Json = {
    "properties": {
        "file": {"type": "string", "format": "binary"},
        "title": {"type": "string"},
        "width": {"type": "integer"},
        "public": {"type": "boolean"},
        "settings": {"type": "object"},
        "tags": {"type": "array", "items": {"type": "string"}},
        "sizes": {"type": "array", "items": {"type": "integer"}},
    }
}
TYPE = "multipart/form-data; boundary=b"
URLENCODED = "application/x-www-form-urlencoded"
PNG = b"\x89PNG\r\n\x1a\n"


def part(disposition: str, content: bytes = b"x", *headers: str) -> bytes:
    lines = [f"Content-Disposition: form-data; {disposition}", *headers, "", ""]
    return b"--b\r\n" + "\r\n".join(lines).encode() + content + b"\r\n"


def form(*parts: bytes, end: bytes = b"--b--\r\n") -> bytes:
    return b"".join(parts) + end


def read(content: bytes, content_type: str = TYPE) -> tuple[Json, dict[str, File]]:
    return asyncio.run(read_form(content_type, content, SCHEMA))


def refuse(content: bytes, content_type: str = TYPE) -> str:
    with pytest.raises(Problem) as caught:
        read(content, content_type)
    assert caught.value.kind == "unreadable"
    return caught.value.message


def make_file(content: bytes, name: str = "f") -> File:
    return File("file", name, "application/octet-stream", content)


def test_fields_get_the_types_of_the_schema_and_files_are_apart() -> None:
    content = form(
        part('name="title"', b"M\xc3\xbchle"),
        part('name="width"', b"-5"),
        part('name="public"', b"true"),
        part('name="settings"', b'{"a": [1]}'),
        part('name="other"', b"7"),
        part('name="file"; filename="a.txt"', b"one\r\ntwo", "Content-Type: text/plain"),
    )
    fields, files = read(content)
    assert fields == {"title": "Mühle", "width": -5, "public": True, "settings": {"a": [1]}, "other": "7"}
    assert files == {"file": File("file", "a.txt", "text/plain", b"one\r\ntwo")}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("width", "five"),
        ("width", "٥"),
        ("width", ""),
        ("public", "yes"),
        ("settings", "{"),
        ("settings", ""),
    ],
)
def test_field_that_does_not_fit_its_type_stays_a_text_for_the_validation(name: str, text: str) -> None:
    assert read(form(part(f'name="{name}"', text.encode())))[0] == {name: text}


@pytest.mark.parametrize(
    ("name", "texts", "value"),
    [
        ("tags", ["a", "b"], ["a", "b"]),
        ("tags", ["a"], ["a"]),
        ("sizes", ["1", "2"], [1, 2]),
        ("tags", ['["a", "b"]'], ["a", "b"]),
    ],
)
def test_part_that_is_repeated_is_a_list_where_the_schema_has_one(
    name: str, texts: list[str], value: Any
) -> None:
    """OpenAPI 3.0.3 §4.7.14.3: an array is sent as several parts of one name."""
    assert read(form(*(part(f'name="{name}"', text.encode()) for text in texts)))[0] == {name: value}
    encoded = "&".join(f"{name}={text}" for text in texts).encode()
    assert read(encoded, URLENCODED)[0] == {name: value}


@pytest.mark.parametrize(
    ("content", "fields"),
    [
        (b"title=a+b%20c&width=5", {"title": "a b c", "width": 5}),
        (b"title=%C3%BC&public=false", {"title": "ü", "public": False}),
        (b"title=", {"title": ""}),
    ],
)
def test_urlencoded_form_is_read(content: bytes, fields: Json) -> None:
    assert read(content, URLENCODED) == (fields, {})
    assert read(content, f"{URLENCODED}; charset=utf-8") == (fields, {})


@pytest.mark.parametrize("content", [b"title=%FF", b"title=\xff", b"title=%C0%80"])
def test_urlencoded_form_that_is_not_utf_8_is_unreadable(content: bytes) -> None:
    assert refuse(content, URLENCODED)


FILE = part('name="file"; filename="a.txt"', b"text")


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (form(FILE), "multipart/form-data"),
        (form(FILE), "multipart/form-data; boundary="),
        (form(FILE), "multipart/form-data; boundary=other"),
        (form(FILE, end=b""), TYPE),
        (FILE + b"--b", TYPE),
        (form(FILE)[:-20], TYPE),
        (form(part('name="file"; filename="a.txt"', b"text --"), end=b""), TYPE),
        (b"no form at all", TYPE),
        (b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n", TYPE),
        (b"--b\r\nContent-Disposition form-data\r\n\r\nx\r\n--b--\r\n", TYPE),
        (b'--b\r\n: x\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n--b--\r\n', TYPE),
        (form(part('name="title"', b"\xff\xfe")), TYPE),
        (form(*(part(f'name="a{number}"') for number in range(1500))), TYPE),
    ],
    ids=range(13),
)
def test_broken_multipart_is_unreadable(content: bytes, content_type: str) -> None:
    assert refuse(content, content_type)


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (form(FILE), 'Multipart/Form-Data; Boundary="b"'),
        (b"a preamble\r\n" + form(FILE), TYPE),
        (form(FILE, end=b"--b--"), TYPE),
        (form(FILE, end=b"--b--\r\nan epilogue"), TYPE),
        (form(FILE, end=b"--b--  \r\n\r\n"), TYPE),
    ],
    ids=range(5),
)
def test_multipart_may_have_what_rfc_2046_allows(content: bytes, content_type: str) -> None:
    """§5.1.1: a quoted boundary, text before the first and after the last one, white space behind it."""
    assert read(content, content_type)[1]["file"].content == b"text"


def test_form_without_parts_is_empty() -> None:
    assert read(b"--b--\r\n") == ({}, {})


def test_file_part_without_a_filename_is_unreadable_and_named() -> None:
    assert "'file'" in refuse(form(part('name="file"', b"text")))


@pytest.mark.parametrize(
    ("filename", "name"),
    [
        ("a.txt", "a.txt"),
        ("dir/a.txt", "a.txt"),
        ("/etc/passwd", "passwd"),
        ("../../a.txt", "a.txt"),
        ("C:\\\\Users\\\\x\\\\a.txt", "a.txt"),
        ("dir\\\\sub/a.txt", "a.txt"),
        ("Übersicht.csv", "Übersicht.csv"),
        ("a b.txt", "a b.txt"),
        ("..", "file"),
        ("a/../..", "file"),
        ("", "file"),
    ],
)
def test_name_of_a_file_is_the_last_part_of_any_path(filename: str, name: str) -> None:
    assert read(form(part(f'name="file"; filename="{filename}"')))[1]["file"].name == name


@pytest.mark.parametrize("content", [b"", b"\0\xff\r\n--", b"x--b--", b"\r\n--c--\r\n", b"x" * 3_000_000])
def test_content_of_a_file_is_kept_byte_for_byte(content: bytes) -> None:
    assert read(form(part('name="file"; filename="a"', content)))[1]["file"].content == content


@pytest.mark.parametrize(
    ("content", "claimed", "media_type"),
    [
        (b"%PDF-1.7", "text/plain", "application/pdf"),
        (PNG + b"...", None, "image/png"),
        (b"\xff\xd8\xff\xe0", "image/png", "image/jpeg"),
        (b"a,b", "text/csv", "text/csv"),
        (b"a,b", None, "application/octet-stream"),
        (b"", "", "application/octet-stream"),
        (b"no picture", "image/png", "application/octet-stream"),
        (b" %PDF-1.7", "application/pdf", "application/octet-stream"),
    ],
)
def test_media_type_is_told_by_the_first_bytes_before_the_client(
    content: bytes, claimed: str | None, media_type: str
) -> None:
    assert sniff_media_type(content, claimed) == media_type


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.csv", b"{}", "csv"),
        ("A.JSON", b"a,b", "json"),
        ("a.xml", b"", "xml"),
        ("a.xlsx", b"PK", "xlsx"),
        ("a.parquet", b"", "parquet"),
        ("a.csv", b"PAR1....", "parquet"),
        ("a.txt", b' \n{"a": 1}', "json"),
        ("a", b"[1]", "json"),
        ("a", b"<a/>", "xml"),
        ("a", b"a;b", "csv"),
        ("", b"", "csv"),
    ],
)
def test_format_is_told_by_extension_else_content_else_csv(name: str, content: bytes, expected: str) -> None:
    assert detect_format(make_file(content, name)) == expected


@pytest.mark.parametrize(
    ("name", "content", "rows"),
    [
        ("a.csv", b"a,b\n1,2\n3,4\n", 2),
        ("a.csv", b"a,b\r\n1,2\r\n\r\n3,4", 2),
        ("a.csv", b'a,b\n"two\nlines",2\n', 1),
        ("a.csv", b"a,b\n", 0),
        ("a.csv", b"", 0),
        ("a.csv", b"\xff\xfe", 0),
        ("a.csv", b"a\n" + b"x" * 200_000, 0),
        ("a.json", b"[1, {}, null]", 3),
        ("a.json", b"[]", 0),
        ("a.json", b'{"a": 1}', 1),
        ("a.json", b"[1,", 0),
        ("a.xml", b"<a/><b/>", 0),
        ("a.xlsx", b"PK", 0),
    ],
    ids=range(13),
)
def test_rows_are_counted_for_csv_and_json(name: str, content: bytes, rows: int) -> None:
    assert count_rows(make_file(content, name)) == rows


def test_facts_of_a_file() -> None:
    file = File("file", "a.csv", "text/csv", b"a\n1\n2\n")
    facts = {name: find(file) for name, find in FACTS.items()}
    assert facts == {"name": "a.csv", "size": 6, "media_type": "text/csv", "format": "csv", "rows": 2}
