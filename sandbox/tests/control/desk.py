"""A control plane to ask, without a network."""

import asyncio
from typing import Any
from urllib.parse import urlencode

import orjson
import pytest

from sandbox.calls import Subscription
from sandbox.clock import Clock
from sandbox.control import Control
from sandbox.control import Desk as ControlDesk
from sandbox.declared import Resource
from sandbox.problems import Problem
from sandbox.sites import Settings, Site
from sandbox.tests.clinic import DOCUMENT as CLINIC
from sandbox.tests.shop import DOCUMENT as SHOP
from sandbox.tests.shop import FIXTURES, START

Json = dict[str, Any]


class Desk:
    """The control plane of a clinic and a shop, over a clock that stands still until `seconds` moves it."""

    def __init__(self, site: Site | None = None, state: str | None = None) -> None:
        self.seconds = 0.0
        webhooks = ((None, Subscription("http://127.0.0.1:9/", "secret")),)
        settings = Settings(fixtures=FIXTURES, webhooks=webhooks, state=state)
        clock = Clock(START, ticks=lambda: self.seconds)
        self.site = site or Site([CLINIC, SHOP], settings, clock)
        self.store, self.clocks, self.services = self.site.store, self.site.clocks, self.site.services
        self.traffic = self.site.traffic
        self.control = Control(
            ControlDesk(self.services, self.clocks, self.store, self.traffic, self.site.chaos)
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
        if response.status == 204:
            return None
        assert response.headers["Content-Type"] == "application/json"
        return orjson.loads(response.body)

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
