"""A control plane to ask, without a network."""

import asyncio
import re
from typing import Any
from urllib.parse import urlencode

import orjson
import pytest

from sandbox.calls import Subscription
from sandbox.clock import Clock
from sandbox.control import Control
from sandbox.control import Desk as ControlDesk
from sandbox.control.document import read_own
from sandbox.declared import Operation
from sandbox.problems import Problem
from sandbox.resources import Resource
from sandbox.responses import Response
from sandbox.schemas import Schema
from sandbox.siblings import ALONE, Siblings
from sandbox.sites import Settings, Site
from sandbox.tests.clinic import DOCUMENT as CLINIC
from sandbox.tests.shop import DOCUMENT as SHOP
from sandbox.tests.shop import FIXTURES, START

Json = dict[str, Any]


def check_answer(method: str, path: str, response: Response) -> None:
    """Hold an answer against the document of the control plane."""
    operation = find_operation(method, path)
    documented = operation.responses[str(response.status)].get("content", {})
    assert response.headers.get("Content-Type") == next(iter(documented), None)
    for media, part in documented.items():
        if media == "application/json":
            assert Schema(part["schema"]).find_faults(orjson.loads(response.body), "answer") == []


def find_operation(method: str, path: str) -> Operation:
    """The operation that a request is for."""
    found = [
        operation
        for operation in read_own().operations
        if operation.method.upper() == ("GET" if method == "HEAD" else method)
        and re.fullmatch(re.sub(r"\{.*?\}", "[^/]+", operation.path), path)
    ]
    return min(found, key=lambda operation: operation.path.count("{"))


class Desk:
    """The control plane of a clinic and a shop, over a clock that stands still until `seconds` moves it."""

    def __init__(
        self, site: Site | None = None, state: str | None = None, siblings: Siblings = ALONE
    ) -> None:
        self.seconds = 0.0
        webhooks = ((None, Subscription("http://127.0.0.1:9/", "secret")),)
        settings = Settings(fixtures=FIXTURES, webhooks=webhooks, state=state)
        clock = Clock(START, ticks=lambda: self.seconds)
        self.site = site or Site([CLINIC, SHOP], settings, clock)
        self.store, self.clocks, self.services = self.site.store, self.site.clocks, self.site.services
        self.traffic = self.site.traffic
        self.control = Control(
            ControlDesk(self.services, self.clocks, self.store, self.traffic, self.site.chaos, siblings)
        )

    def ask(self, method: str, path: str, body: Any = None, **query: str) -> Any:
        content = body if isinstance(body, bytes) else b"" if body is None else orjson.dumps(body)
        middle = len(content) // 2
        parts = iter([(content[:middle], True), (content[middle:], False)])

        async def receive() -> Json:
            part, more = next(parts)
            return {"type": "http.request", "body": part, "more_body": more}

        headers = {"content-type": "application/json"}
        question = urlencode(query).encode()
        response = asyncio.run(self.control.answer(method, f"/_sandbox{path}", question, headers, receive))
        check_answer(method, path, response)
        return orjson.loads(response.body) if response.body else None

    def refuse(self, method: str, path: str, body: Any = None, **query: str) -> Problem:
        with pytest.raises(Problem) as caught:
            self.ask(method, path, body, **query)
        return caught.value

    def drive(self, **body: Any) -> Json:
        told: Json = self.ask("POST", "/clock", body)
        return told

    def tell(self, world: str = "") -> str:
        now: str = self.ask("GET", "/clock", world=world)["now"]
        return now

    def resource(self, api: str, name: str) -> Resource:
        return self.services[api].api.resources[name]
