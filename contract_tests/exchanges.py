"""Requests and answers as they went over the wire, and how they are shown."""

import json
import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

import orjson

from contract_tests.redaction import LONGEST, hide, hide_headers

Json = Any
SHOWN = 2000  # characters of a body in a report
CREDENTIALS = {
    "owner": "$TOKEN",
    "peer": "$PEER_TOKEN",
    "readonly": "$READONLY_TOKEN",
    "limited": "$LIMITED_TOKEN",
    "expired": "$EXPIRED_TOKEN",
    "unsubscribed": "$UNSUBSCRIBED_TOKEN",
}
ACTIVE = re.compile(r'["\\`]|\$(?!(?:PEER_|READONLY_|LIMITED_)?TOKEN\b)')  # in double quotes of a shell


class NotJson(ValueError):
    """The body of an answer is not JSON."""


@dataclass(frozen=True)
class Request:
    """One request: its method, URL, headers and body, and whose credential it carries.

    `role` is owner, peer, readonly, limited, or a text that says which credential was sent instead;
    the credential itself is in none of the fields.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    role: str | None = None

    @property
    def curl(self) -> str:
        """The request as a curl command; variables stand for credentials."""
        return self.as_curl()

    def as_curl(self, redact: Callable[[str], str] = hide) -> str:
        """The request as a curl command.

        Parameters: redact, what takes the credentials out of a text.
        """
        parts = ["curl", "-i"]
        if self.method == "HEAD":
            parts.append("--head")
        elif self.method != "GET":
            parts += ["-X", self.method]
        parts.append(shlex.quote(redact(self.url)))
        if self.role is not None:
            parts.append(f"-H {_credential(self.role, redact)}")
        parts += [
            f"-H {shlex.quote(redact(f'{name}: {value}'))}"
            for name, value in hide_headers(self.headers).items()
            if name != "Authorization"
        ]
        if self.body is not None:
            parts.append(f"--data-binary {shlex.quote(show(self.body, redact))}")
        return " ".join(parts)


@dataclass(frozen=True)
class Response:
    """One answer: status, headers (names in lower case) and body, and the seconds it took."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float = 0.0

    @property
    def media_type(self) -> str:
        """The media type without parameters, in lower case."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def wait(self) -> float:
        """The seconds that Retry-After names, as a number or a date (RFC 9110 §10.2.3); 1 without it."""
        text = self.headers.get("retry-after", "1")
        if text.strip().isdecimal() and text.isascii():
            return float(text)
        try:
            return max(0.0, (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds())
        except (TypeError, ValueError):
            return 1.0

    def json(self) -> Json:
        """The body as JSON, read once. Raises NotJson."""
        return self._json

    def forget(self) -> None:
        """Let go of the JSON; it takes ten times the room of the body, and can be read again."""
        self.__dict__.pop("_json", None)

    @cached_property
    def _json(self) -> Json:
        try:
            return orjson.loads(self.body)
        except ValueError:  # or a number beyond its range, half a character, too deep for it
            return self._json_slowly()

    def _json_slowly(self) -> Json:
        try:
            return json.loads(self.body.decode("utf-8"))
        except (ValueError, RecursionError) as error:
            raise NotJson(f"the body is not JSON ({error}): {show(self.body)[:200]}") from None


@dataclass(frozen=True)
class Exchange:
    """A request and its answer."""

    request: Request
    response: Response

    @property
    def status(self) -> int:
        """Status of the answer."""
        return self.response.status

    def json(self) -> Json:
        """Body of the answer as JSON. Raises NotJson."""
        return self.response.json()

    def __str__(self) -> str:
        return f"{self.request.method} {self.request.url} answered {self.status}"


NOTHING = Exchange(Request("GET", ""), Response(0, {}, b""))  # of a record that was seen before


def _credential(role: str, redact: Callable[[str], str]) -> str:
    if role in CREDENTIALS:
        return f'"Authorization: Bearer {CREDENTIALS[role]}"'
    escaped = ACTIVE.sub(lambda match: "\\" + match[0], redact(role))
    return f'"Authorization: {escaped}"'


def show(body: bytes, redact: Callable[[str], str] = hide) -> str:
    """A body as text for people: without credentials, cut, and with what is not text replaced.

    Parameters: body; redact, what takes the credentials out of a text.
    """
    if b"\x00" in body[:SHOWN]:
        return f"<{len(body)} bytes>"
    text = redact(body[:LONGEST].decode("utf-8", "replace"))
    return text if len(body) <= SHOWN else f"{text[:SHOWN]}… ({len(body)} bytes)"


def encode_query(query: Mapping[str, Json] | None) -> str:
    """The query string, with its question mark; lists repeat the name, booleans are true and false."""
    if not query:
        return ""
    return "?" + urlencode({name: _flatten(value) for name, value in query.items()}, doseq=True)


def _flatten(value: Json) -> Json:
    if isinstance(value, bool):
        return str(value).lower()
    return [_flatten(item) for item in value] if isinstance(value, list) else value
