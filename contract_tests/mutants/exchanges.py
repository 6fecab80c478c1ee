"""One HTTP exchange as data: what a fault sees and changes."""

import json
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any

Pairs = list[tuple[str, str]]


@dataclass(frozen=True)
class Request:
    """A request. base: the path of the API; operation: its operationId; parameters: those of the path;
    sent_as: the method of the client, where a fault sees a HEAD as a GET.
    """

    method: str
    path: str
    query: Pairs
    headers: Pairs
    body: bytes
    base: str = ""
    operation: str = ""
    parameters: dict[str, str] = field(default_factory=dict)
    sent_as: str = ""

    def header(self, name: str) -> str | None:
        """The first value of a header, by its name in any case."""
        return next((value for known, value in self.headers if known.lower() == name.lower()), None)

    def asked(self, name: str) -> str | None:
        """The first value of a query parameter."""
        return next((value for known, value in self.query if known == name), None)

    def with_query(self, name: str, value: str | None) -> "Request":
        """A copy with one value of a query parameter; None: without it."""
        given = self.asked(name) is not None
        pairs = [(known, value if known == name else old) for known, old in self.query]
        pairs = pairs if given else [*pairs, (name, value)]
        return replace(self, query=[(known, text) for known, text in pairs if text is not None])

    def with_header(self, name: str, value: str | None) -> "Request":
        """A copy with one value of a header; None: without it."""
        return replace(self, headers=_put(self.headers, name, value))

    def json(self) -> Any:
        """The body as JSON; None when it is none."""
        return _read(self.body)

    def with_json(self, value: Any) -> "Request":
        """A copy with another JSON body."""
        return replace(self, body=_write(value))

    @property
    def world(self) -> tuple[str, str]:
        """Who asks, and in which world: what is remembered for one must not reach another."""
        return self.header("authorization") or "", self.header("sandbox-world") or ""

    def reading(self, path: str | None = None) -> "Request":
        """A GET by the same caller: of the same path, or of one below the base."""
        kept = [pair for pair in self.headers if pair[0].lower() not in ("content-type", "content-length")]
        target = self.path if path is None else self.base + path.format_map(self.parameters)
        return replace(self, method="GET", path=target, query=[], headers=kept, body=b"")


@dataclass(frozen=True)
class Response:
    """A response."""

    status: int
    headers: Pairs
    body: bytes

    @property
    def good(self) -> bool:
        """Whether the status is a 2xx."""
        return self.status // 100 == 2

    def header(self, name: str) -> str | None:
        """The first value of a header, by its name in any case."""
        return next((value for known, value in self.headers if known.lower() == name.lower()), None)

    def with_header(self, name: str, value: str | None) -> "Response":
        """A copy with one value of a header; None: without it."""
        return replace(self, headers=_put(self.headers, name, value))

    def json(self) -> Any:
        """The body as JSON; None when it is none."""
        return _read(self.body) if "json" in (self.header("content-type") or "") else None

    def with_json(self, value: Any) -> "Response":
        """A copy with another JSON body."""
        return replace(self, body=_write(value)).with_header("Content-Type", "application/json")


Serve = Callable[[Request], Awaitable[Response]]


@dataclass
class Memory:
    """What one running mutant remembers. done: successes by world and operation, shared by its faults."""

    done: Counter[tuple[Any, ...]] = field(default_factory=Counter)
    values: dict[Any, Any] = field(default_factory=dict)

    def count(self, world: tuple[str, str], operations: list[str]) -> int:
        """How often a world has done some operations."""
        return sum(self.done[world, operation] for operation in operations)


def _put(pairs: Pairs, name: str, value: str | None) -> Pairs:
    kept = [pair for pair in pairs if pair[0].lower() != name.lower()]
    return kept if value is None else [*kept, (name, value)]


def _read(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _write(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
