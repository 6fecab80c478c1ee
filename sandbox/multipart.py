"""Forms: fields and files of a multipart or urlencoded body."""

import logging
from collections.abc import AsyncGenerator, Callable
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any
from urllib.parse import parse_qsl

from python_multipart.exceptions import ParseError
from python_multipart.multipart import parse_options_header
from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from .files import sniff_media_type
from .parameters import TYPES
from .problems import Fault, Problem
from .schemas import Json
from .store import File
from .values import load

# What it warns of is an answer to the client, not news for the terminal.
logging.getLogger("python_multipart").setLevel(logging.CRITICAL)


async def read_form(content_type: str, content: bytes, schema: Json) -> tuple[Json, dict[str, File]]:
    """The fields, coerced by the schema's types, and the files. Raises Problem unreadable."""
    try:
        pairs = await _parse(content_type, content)
    except (MultiPartException, ParseError, ValueError, KeyError) as error:
        raise Problem("unreadable", f"the form cannot be read: {error}") from error
    properties = schema.get("properties", {})
    texts: dict[str, list[str]] = {}
    files: dict[str, File] = {}
    for name, value in pairs:
        if isinstance(value, str):
            texts.setdefault(name, []).append(value)
        elif name in files:
            message = "must be one file, got more"
            raise Problem("invalid", f"body {name}: {message}", [Fault("body", f"/{name}", message)])
        else:
            files[name] = value
    fields = {name: _coerce(values, properties.get(name, {})) for name, values in texts.items()}
    for name, part in properties.items():
        if part.get("format") == "binary" and name in fields:
            raise Problem(
                "unreadable", f"the part {name!r} is no file: its Content-Disposition has no filename"
            )
    return fields, files


async def _parse(content_type: str, content: bytes) -> list[tuple[str, str | File]]:
    if not content_type.lower().startswith("multipart/"):
        return list(parse_qsl(content.decode(), keep_blank_values=True, errors="strict"))

    parts = _cut(content_type, content)

    async def stream() -> AsyncGenerator[bytes, None]:
        yield parts

    if not parts:
        return []
    limit = len(content) + 1
    parser = MultiPartParser(Headers({"content-type": content_type}), stream(), max_part_size=limit)
    form = await parser.parse()
    pairs = [(name, await _read_part(name, value)) for name, value in form.multi_items()]
    for name, value in pairs:
        # The parser takes bytes that are not UTF-8 for Latin-1.
        if isinstance(value, str) and value.encode() not in content and "charset" not in content_type.lower():
            raise ValueError(f"the part {name!r} is not UTF-8")
    return pairs


def _cut(content_type: str, content: bytes) -> bytes:
    """The body from its first to its last boundary: what lies outside is ignored (RFC 2046 §5.1.1)."""
    boundary = b"--" + parse_options_header(content_type)[1].get(b"boundary", b"")
    start, end = content.find(boundary), content.rfind(boundary + b"--")
    if boundary == b"--" or start < 0:
        raise ValueError("no part was found; is the boundary of the Content-Type right?")
    if end < 0:
        raise ValueError("the last boundary is missing")
    return content[start : end + len(boundary) + 2] if start < end else b""


async def _read_part(name: str, value: UploadFile | str) -> str | File:
    if isinstance(value, str):
        return value
    content = await value.read()
    await value.close()
    return File(
        name, _base_name(value.filename or ""), sniff_media_type(content, value.content_type), content
    )


def _base_name(name: str) -> str:
    """The last part of a file name, whichever system's path a client sends."""
    base = PurePosixPath(PureWindowsPath(name).name).name
    return base if base.strip(".") else "file"


def _coerce(texts: list[str], schema: Json) -> Any:
    """The value of the parts of one name: a list has several, or one that is JSON."""
    if schema.get("type") != "array":
        return _coerce_one(texts[-1], schema)
    if len(texts) == 1 and texts[0].lstrip().startswith("["):
        return _coerce_one(texts[0], {"type": "object"})
    return [_coerce_one(text, schema.get("items", {})) for text in texts]


def _coerce_one(text: str, schema: Json) -> Any:
    if schema.get("type") in ("object", "array"):
        try:
            return load(text.encode())
        except ValueError:
            return text
    read: Callable[[str], Any] | None = TYPES.get(schema.get("type", ""), ("", None))[1]
    value = read(text) if read else text
    return text if value is None else value
