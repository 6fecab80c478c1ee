"""The control plane under /_sandbox, served from an OpenAPI document of its own."""

import re
from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property
from inspect import isawaitable
from typing import Any
from urllib.parse import unquote

from ..bodies import Bodies, Body, Receive
from ..declared import Api, Operation
from ..parameters import Parameters, parse_query
from ..problems import Fault, Problem, refuse
from ..responses import JSON_TYPE, Response
from ..values import dump
from .desk import Desk, Question
from .document import read_own
from .gates import Gate, is_this_machine
from .operations import OPERATIONS, limit_body

__all__ = ["ROOT", "Control", "Desk", "Gate", "is_this_machine"]

ROOT = "/_sandbox"


class Control:
    """Answers requests under /_sandbox. Its document is read when the first one comes."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @cached_property
    def _pages(self) -> list["Page"]:
        pages = [
            Page(read_own(), operation) for operation in read_own().operations if operation.id in OPERATIONS
        ]
        return sorted(pages, key=lambda page: page.operation.path.count("{"))

    async def answer(
        self, method: str, path: str, query: bytes, headers: Mapping[str, str], receive: Receive
    ) -> Response:
        """The response to a request. path: percent-encoded; headers: lower-case names. Raises Problem."""
        here = [page for page in self._pages if page.matches(path)]
        page = next((each for each in here if each.offers(method)), None)
        if page is None:
            raise self._refuse(method, path, here)
        question = await page.read(path, query, headers, receive)
        with suppress(Problem):  # what needs the store says itself that it cannot be used
            self._desk.refresh()
        answer = page.act(self._desk, question)
        return page.render(await answer if isawaitable(answer) else answer)

    def _refuse(self, method: str, path: str, here: list["Page"]) -> Problem:
        if here:
            allow = ", ".join(sorted({page.operation.method.upper() for page in here}))
            return Problem(
                "not_allowed", f"{method} is not offered here, only {allow}", headers={"Allow": allow}
            )
        return Problem("missing", f"there is no page {path}; GET {ROOT}/openapi.json lists those there are")


class Page:
    """One operation of the control plane."""

    def __init__(self, api: Api, operation: Operation) -> None:
        self.operation = operation
        self._pattern = re.compile(
            ROOT + re.sub(r"\\\{(.*?)\\\}", r"(?P<\1>[^/]+)", re.escape(operation.path))
        )
        self._parameters = Parameters(operation)
        limit = limit_body(operation.id)
        self._bodies = Bodies(operation, api.registry, limit) if operation.requests else None

    def matches(self, path: str) -> bool:
        """Whether a path is this page's."""
        return bool(self._pattern.fullmatch(path))

    def offers(self, method: str) -> bool:
        """Whether the page answers a method; HEAD where it answers GET."""
        return ("GET" if method == "HEAD" else method) == self.operation.method.upper()

    async def read(self, path: str, query: bytes, headers: Mapping[str, str], receive: Receive) -> Question:
        """What is asked. Raises Problem that names every fault."""
        faults: list[Fault] = []
        found = self._pattern.fullmatch(path)
        texts = {name: unquote(text) for name, text in found.groupdict().items()} if found else {}
        values = self._parameters.read(texts, parse_query(query), headers, faults)
        body = await self._bodies.read(headers, receive, faults) if self._bodies else Body()
        if faults:
            raise refuse(faults)
        return Question(values, body.value if body.given else {}, headers)

    def act(self, desk: Desk, question: Question) -> Any:
        """Do it; some answers are to be awaited. Raises Problem."""
        return OPERATIONS[self.operation.id](desk, question)

    def render(self, answer: Any) -> Response:
        """The answer as JSON, with the documented status; one without content, or a response, as it is."""
        if isinstance(answer, Response):
            return answer
        if answer is None:
            return Response(204, {}, b"")
        return Response(self.operation.success, {"Content-Type": JSON_TYPE}, dump(answer))
