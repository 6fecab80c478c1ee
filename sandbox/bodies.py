"""Request bodies: JSON, forms and multipart, read within limits and validated."""

import difflib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .declared import Operation
from .problems import Fault, Problem
from .schemas import Json, Registry, Schema
from .sizes import find_file_faults, find_file_words, find_limits, find_oversized
from .store import File
from .values import load

JSON_LIMIT = 1 << 20
AROUND = 40  # characters shown before and after those that are no JSON
PATIENCE = 64 << 20  # bytes beyond the limit that are read before the connection is closed

Receive = Callable[[], Awaitable[Any]]


def has_body(headers: Mapping[str, str]) -> bool:
    """Whether a request has a body (RFC 9112 §6)."""
    return "content-length" in headers or "transfer-encoding" in headers


@dataclass(slots=True)
class Body:
    """A request body that was read. given: whether there was one; files by the name of their part."""

    value: Any = None
    given: bool = False
    files: dict[str, File] = field(default_factory=dict)


class Bodies:
    """Reads and validates the bodies of one operation. limit: bytes of a body without files."""

    def __init__(
        self, operation: Operation, registry: Registry | None = None, limit: int = JSON_LIMIT
    ) -> None:
        self._required = operation.body_required
        self._schemas = operation.requests
        self._validators = {
            media: Schema(drop_read_only(operation.schemas[media], schema), registry)
            for media, schema in operation.requests.items()
        }
        self._sizes = {media: find_limits(schema) for media, schema in self._schemas.items()}
        self._files = {media: find_file_words(schema) for media, schema in self._schemas.items()}
        self._immutable = operation.of.immutable if operation.of else frozenset[str]()
        sizes = [words["max_bytes"] for files in self._files.values() for words in files.values()]
        self._limit = max([limit, *(2 * size for size in sizes)])

    async def read(self, headers: Mapping[str, str], receive: Receive, faults: list[Fault]) -> Body:
        """The body. faults: gets what is wrong with it. Raises Problem when it cannot be read."""
        content = await self._receive(headers, receive)
        if not content:
            if self._required:
                faults.append(
                    Fault("body", "", f"is required: send {' or '.join(self._schemas)}", ("required",))
                )
            return Body()
        encoding = headers.get("content-encoding", "identity").strip().lower()
        if encoding != "identity":
            clue = Fault(
                "header", "Content-Encoding", "", value=encoding, nearest="identity", expected="identity"
            )
            raise Problem("unsupported", f"Content-Encoding must be identity, got {encoding!r}", clues=[clue])
        media, schema = self._choose(headers.get("content-type", ""))
        body = await self._parse(media, headers.get("content-type", ""), content, schema)
        if isinstance(body.value, bytes):
            return body
        found = self._validators[media].find_faults(self._validated(body), "body")
        found += find_oversized(self._sizes[media], body.value)
        found += find_file_faults(self._files[media], body.files)
        faults.extend(self._reword(fault, media, schema) for fault in found)
        return body

    def _validated(self, body: Body) -> Any:
        """What the schema sees: a file part is a text to JSON Schema, empty if the file is."""
        texts = {part: "file" if file.content else "" for part, file in body.files.items()}
        return {**body.value, **texts} if texts else body.value

    def _reword(self, fault: Fault, media: str, schema: Json) -> Fault:
        """The fault as a client understands it; its rule starts at the request body."""
        rule = ("content", media, "schema", *fault.rule)
        if fault.field in self._immutable and fault.field not in schema.get("properties", {}):
            return replace(fault, message="never changes, or is set by the server; leave it out", rule=rule)
        return replace(fault, rule=rule)

    async def _receive(self, headers: Mapping[str, str], receive: Receive) -> bytes:
        length = headers.get("content-length", "")
        over = length.isascii() and length.isdigit() and int(length) > self._limit
        chunks, size = [], 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise Problem("unreadable", "the client left before the body was complete")
            chunk = message.get("body", b"")
            size += len(chunk)
            more, over = message.get("more_body", False), over or size > self._limit
            # Most clients read no answer before they have sent their body: it is read, but not kept.
            if over and (not more or size > self._limit + PATIENCE):
                raise self._too_large(size)
            if not over:
                chunks.append(chunk)
            if not more:
                return b"".join(chunks)

    def _too_large(self, size: int) -> Problem:
        clue = Fault("body", "", "", value=f"{size} bytes or more", expected=f"at most {self._limit} bytes")
        message = f"the body is over the limit of {self._limit} bytes"
        return Problem("too_large", message, headers={"Connection": "close"}, clues=[clue])

    def _choose(self, content_type: str) -> tuple[str, Json]:
        media = content_type.partition(";")[0].strip().lower()
        kind = media.partition("/")[0]
        for known in (media, f"{kind}/*", "*/*"):
            if known in self._schemas:
                return known, self._schemas[known]
        got = f"got {content_type!r}" if content_type else "there is none"
        wanted = " or ".join(self._schemas)
        near = difflib.get_close_matches(media, self._schemas, 1, 0)
        clue = Fault(
            "header", "Content-Type", "", ("content",), content_type or None, next(iter(near), None), wanted
        )
        raise Problem("unsupported", f"Content-Type must be {wanted}, {got}", clues=[clue])

    async def _parse(self, media: str, content_type: str, content: bytes, schema: Json) -> Body:
        if media.endswith("json"):
            return Body(read_json(content), True)
        if media in ("multipart/form-data", "application/x-www-form-urlencoded"):
            from .multipart import read_form  # its parser is needed with the first form, not before

            fields, files = await read_form(content_type, content, schema)
            return Body(fields, True, files)
        return Body(content, True)


def read_json(content: bytes) -> Any:
    """A JSON value. Raises Problem unreadable for anything that is not, or that cannot be kept exactly."""
    try:
        return load(content)
    except ValueError as error:
        at = getattr(error, "pos", 0)
        text = content.decode(errors="replace")[max(0, at - AROUND) : at + AROUND]
        clue = Fault("body", "", "", value=text, expected="JSON in UTF-8")
        raise Problem("unreadable", f"the body cannot be read as JSON: {error}", clues=[clue]) from error


def drop_read_only(schema: Json, expanded: Json) -> Json:
    """The schema as a request sees it: properties of the server are not asked for.

    schema: as the document has it; expanded: the same with every `$ref` replaced.
    """
    properties = expanded.get("properties", {})
    hidden = {name for name, part in properties.items() if part.get("readOnly")}
    if not hidden:
        return schema
    plain = expanded if "$ref" in schema else schema
    required = [name for name in expanded.get("required", ()) if name not in hidden]
    kept = {name: {} if name in hidden else part for name, part in plain["properties"].items()}
    rest = {key: part for key, part in plain.items() if key != "required"}
    return {**rest, "properties": kept, **({"required": required} if required else {})}
