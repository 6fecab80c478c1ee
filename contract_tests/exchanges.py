"""Requests and answers as they went over the wire, and how they are shown."""

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

Json = Any
SHOWN = 2000  # characters of a body in a report
CREDENTIALS = {"owner": "$TOKEN", "peer": "$PEER_TOKEN", "readonly": "$READONLY_TOKEN", "limited": "$LIMITED_TOKEN"}


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
        """The request as a curl command; a variable stands for the credential."""
        parts = ["curl", "-i"]
        if self.method == "HEAD":
            parts.append("--head")
        elif self.method != "GET":
            parts += ["-X", self.method]
        parts.append(shlex.quote(self.url))
        if self.role is not None:
            parts.append(f'-H "Authorization: {_credential(self.role)}"')
        parts += [
            f"-H {shlex.quote(f'{name}: {value}')}" for name, value in self.headers.items() if name != "Authorization"
        ]
        if self.body is not None:
            parts.append(f"--data-binary {shlex.quote(show(self.body))}")
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

    def json(self) -> Json:
        """The body as JSON. Raises NotJson."""
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


def _credential(role: str) -> str:
    return f"Bearer {CREDENTIALS[role]}" if role in CREDENTIALS else role


def show(body: bytes) -> str:
    """A body as text for people: cut, and with what is not text replaced."""
    if b"\x00" in body[:SHOWN]:
        return f"<{len(body)} bytes>"
    text = body[:SHOWN].decode("utf-8", "replace")
    return text if len(body) <= SHOWN else f"{text}… ({len(body)} bytes)"


def encode_query(query: Mapping[str, Json] | None) -> str:
    """The query string, with its question mark; lists repeat the name, booleans are true and false."""
    if not query:
        return ""
    return "?" + urlencode({name: _flatten(value) for name, value in query.items()}, doseq=True)


def _flatten(value: Json) -> Json:
    if isinstance(value, bool):
        return str(value).lower()
    return [_flatten(item) for item in value] if isinstance(value, list) else value
