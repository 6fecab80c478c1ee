"""Which operation of a document a request is for."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

UNKNOWN = "unknown"  # the operation of a request that no operation of the document is for
METHODS = ("get", "put", "post", "delete", "patch")


@dataclass(frozen=True)
class Route:
    """One operation: its method, id and path."""

    method: str
    operation: str
    pattern: re.Pattern[str]
    literal: int


@dataclass(frozen=True)
class Match:
    """A request's operation, the base path by which it came, and its path parameters."""

    operation: str
    base: str
    parameters: dict[str, str]


class Router:
    """The operations of a document, below its documented path and below /<api> before that."""

    def __init__(self, api: str, document: dict[str, Any]) -> None:
        base = urlsplit(document["servers"][0]["url"]).path.rstrip("/")
        self.bases = [f"/{api}{base}", base]
        # The longest literal path goes first: /records/lab-results is no /records/{id}.
        self.routes = sorted(_read_routes(document), key=lambda route: -route.literal)

    def find(self, method: str, path: str) -> Match | None:
        """The operation of a method and a path; None where no base of the API is above the path."""
        for base in self.bases:
            if path.startswith(f"{base}/"):
                for route in self.routes:
                    found = route.pattern.fullmatch(path.removeprefix(base))
                    if found and route.method == method:
                        return Match(route.operation, base, found.groupdict())
                return Match(UNKNOWN, base, {})
        return None


def _read_routes(document: dict[str, Any]) -> Iterator[Route]:
    for path, item in document["paths"].items():
        pattern = "".join(
            f"(?P<{part[1:-1]}>[^/]+)" if part.startswith("{") else re.escape(part)
            for part in re.split(r"(\{[^}]*\})", path)
        )
        literal = len(re.sub(r"\{[^}]*\}", "", path))
        for method in METHODS:
            if method in item:
                yield Route(method.upper(), item[method]["operationId"], re.compile(pattern), literal)
