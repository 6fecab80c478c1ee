"""Request bodies: JSON, forms and multipart, read within limits and validated."""

import difflib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .declared import Operation
from .problems import Fault, Problem
from .schemas import Json, Registry, Schema
from .sizes import Limits, find_file_faults, find_file_words, find_limits, find_oversized
from .store import File
from .values import load

JSON_LIMIT = 1 << 20
AROUND = 40  # characters shown before and after those that are no JSON
FORMS = {"multipart/form-data", "application/x-www-form-urlencoded"}
MOST_CHOSEN, LONGEST_CHOSEN = 100, 200  # values of Content-Type that are remembered, and characters of one
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


@dataclass(frozen=True, slots=True)
class Media:
    """How bodies of one media type are read. limits, files: what is told of the sizes of values and files."""

    name: str
    schema: Json
    validator: Schema
    limits: Limits
    files: Json

    def find_faults(self, body: Body) -> list[Fault]:
        """What is wrong with a body; rules start at the request body."""
        found = self.validator.find_faults(self._validated(body), "body")
        found += find_oversized(self.limits, body.value) if self.limits else ()
        found += find_file_faults(self.files, body.files) if body.files else ()
        return [replace(fault, rule=("content", self.name, "schema", *fault.rule)) for fault in found]

    def _validated(self, body: Body) -> Any:
        """What the schema sees: a file part is a text to JSON Schema, empty if the file is."""
        if not body.files:
            return body.value
        return body.value | {part: "file" if file.content else "" for part, file in body.files.items()}


class Bodies:
    """Reads and validates the bodies of one operation. limit: bytes of a body without files."""

    def __init__(
        self, operation: Operation, registry: Registry | None = None, limit: int = JSON_LIMIT
    ) -> None:
        self._required = operation.body_required
        self._media = {
            name: Media(
                name,
                schema,
                Schema(drop_read_only(operation.schemas[name], schema), registry),
                find_limits(schema),
                find_file_words(schema),
            )
            for name, schema in operation.requests.items()
        }
        self._chosen: dict[str, Media] = {}
        self._immutable = operation.of.immutable if operation.of else frozenset[str]()
        sizes = [words["max_bytes"] for media in self._media.values() for words in media.files.values()]
        self._limit = max([limit, *(2 * size for size in sizes)])

    async def read(
        self,
        headers: Mapping[str, str],
        receive: Receive,
        faults: list[Fault],
        content: bytes | None = None,
    ) -> Body:
        """The body. faults: gets what is wrong with it; content: its bytes, unless they have to be received.

        Raises Problem when it cannot be read.
        """
        if content is None:
            content = await self._receive(headers, receive)
        elif len(content) > self._limit:
            raise self._too_large(len(content))
        if not content:
            if self._required:
                faults.append(
                    Fault("body", "", f"is required: send {' or '.join(self._media)}", ("required",))
                )
            return Body()
        if "content-encoding" in headers:
            _check_encoding(headers["content-encoding"])
        content_type = headers.get("content-type", "")
        media = self._chosen.get(content_type) or self._choose(content_type)
        if media.name.endswith("json"):
            body = Body(read_json(content), True)
        elif media.name in FORMS:
            from .multipart import read_form  # its parser is needed with the first form, not before

            fields, files = await read_form(content_type, content, media.schema)
            body = Body(fields, True, files)
        else:
            return Body(content, True)
        if found := media.find_faults(body):
            faults.extend(self._reword(fault, media) for fault in found)
        return body

    def _reword(self, fault: Fault, media: Media) -> Fault:
        """The fault as a client understands it."""
        if fault.field in self._immutable and fault.field not in media.schema.get("properties", {}):
            return replace(fault, message="never changes, or is set by the server; leave it out")
        return fault

    async def _receive(self, headers: Mapping[str, str], receive: Receive) -> bytes:
        length = headers.get("content-length", "")
        over = length.isascii() and length.isdigit() and int(length) > self._limit
        chunks, size, more = [], 0, True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise Problem("unreadable", "the client left before the body was complete")
            chunk, more = message.get("body", b""), message.get("more_body", False)
            size += len(chunk)
            over = over or size > self._limit
            # Most clients read no answer before they have sent their body: it is read, but not kept.
            if over and (not more or size > self._limit + PATIENCE):
                raise self._too_large(size)
            if not over:
                chunks.append(chunk)
        return chunks[0] if len(chunks) == 1 else b"".join(chunks)

    def _too_large(self, size: int) -> Problem:
        clue = Fault("body", "", "", value=f"{size} bytes or more", expected=f"at most {self._limit} bytes")
        message = f"the body is over the limit of {self._limit} bytes"
        return Problem("too_large", message, headers={"Connection": "close"}, clues=[clue])

    def _choose(self, content_type: str) -> Media:
        name = content_type.partition(";")[0].strip().lower()
        kind = name.partition("/")[0]
        for known in (name, f"{kind}/*", "*/*"):
            if known in self._media:
                if len(self._chosen) < MOST_CHOSEN and len(content_type) <= LONGEST_CHOSEN:
                    self._chosen[content_type] = self._media[known]
                return self._media[known]
        got = f"got {content_type!r}" if content_type else "there is none"
        wanted = " or ".join(self._media)
        near = difflib.get_close_matches(name, self._media, 1, 0)
        clue = Fault(
            "header", "Content-Type", "", ("content",), content_type or None, next(iter(near), None), wanted
        )
        raise Problem("unsupported", f"Content-Type must be {wanted}, {got}", clues=[clue])


def _check_encoding(header: str) -> None:
    encoding = header.strip().lower()
    if encoding != "identity":
        clue = Fault(
            "header", "Content-Encoding", "", value=encoding, nearest="identity", expected="identity"
        )
        raise Problem("unsupported", f"Content-Encoding must be identity, got {encoding!r}", clues=[clue])


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
