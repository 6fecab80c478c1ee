"""The control plane of a sandbox, seen from a client."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

from .problems import Unusable

ROOT = "/_sandbox"
PATIENCE = 60.0  # seconds until an answer

Json = Any
DIRECT = build_opener(ProxyHandler({}))  # proxies of the environment lead elsewhere


class Unreached(Unusable):
    """Nothing answers at the URL."""


class Refused(Unusable):
    """The control plane did not do it. status: of its answer; told: why."""

    def __init__(self, message: str, status: int, told: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.told = told or message


@dataclass(frozen=True)
class Remote:
    """The control plane of the sandbox at a URL. token: its control token, where it has one."""

    url: str
    token: str | None = None

    def ask(
        self, method: str, path: str, query: Mapping[str, object] | None = None, body: Json = None
    ) -> Json:
        """What it answers, None for nothing. path: below /_sandbox; parts of the query that are None are left
        out.

        Raises Refused when it refuses, Unreached when nothing answers.
        """
        content = None if body is None else json.dumps(body).encode()
        with self._open(method, path, query, content, PATIENCE) as response:
            return _read(response.read())

    def follow(self, path: str, query: Mapping[str, object] | None = None) -> Iterator[Json]:
        """The data of server-sent events, as they come. Raises as `ask` does."""
        with self._open("GET", path, query, None, None) as response:
            for line in response:
                if line.startswith(b"data:"):
                    yield json.loads(line.removeprefix(b"data:"))

    @contextmanager
    def _open(
        self,
        method: str,
        path: str,
        query: Mapping[str, object] | None,
        content: bytes | None,
        patience: float | None,
    ) -> Iterator[HTTPResponse]:
        given = {name: value for name, value in (query or {}).items() if value is not None}
        url = f"{self.url}{ROOT}{path}{'?' if given else ''}{urlencode(given)}"
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        headers |= {} if content is None else {"Content-Type": "application/json"}
        try:
            request = Request(url, content, headers, method=method)
            with DIRECT.open(request, timeout=patience) as response:
                yield response
        except HTTPError as error:
            with error:
                told = _tell(error.read()) or str(error)
            raise Refused(f"{method} {ROOT}{path}: {error.code}: {told}", error.code, told) from None
        except (OSError, ValueError, HTTPException) as error:
            reason = getattr(error, "reason", error)
            raise Unreached(f"no sandbox answers at {self.url or 'no URL'}: {reason}") from None


def _read(content: bytes) -> Json:
    return json.loads(content) if content else None


def _tell(content: bytes) -> str:
    """The reason that a problem gives (RFC 9457)."""
    try:
        problem = json.loads(content)
    except ValueError:
        return ""
    return str(problem.get("detail", "")) if isinstance(problem, dict) else ""
