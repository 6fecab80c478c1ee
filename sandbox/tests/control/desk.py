"""A control plane to ask, without a network."""

import asyncio
from typing import Any
from urllib.parse import urlencode

import orjson
import pytest

from sandbox.calls import Subscription
from sandbox.control import Control
from sandbox.problems import Problem
from sandbox.tests.clinic import Clinic
from sandbox.tests.shop import Shop
from sandbox.traffic import Traffic

Json = dict[str, Any]


class Desk:
    """The control plane of a clinic and a shop, over one clock."""

    def __init__(self) -> None:
        self.clinic = Clinic(subscriptions=(Subscription("http://127.0.0.1:9/", "secret"),))
        self.shop = Shop()
        services = {"clinic": self.clinic.service, "shop": self.shop.service}
        self.control = Control(services, self.clinic.clocks, Traffic())

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
