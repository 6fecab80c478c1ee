"""A client that asks the application over HTTP, in process."""

import asyncio
from pathlib import Path
from typing import Any

import httpx

from sandbox.app import App
from sandbox.clock import Clock
from sandbox.sites import Settings, Site
from sandbox.tests.shop import DOCUMENT, FIXTURES, START

Json = dict[str, Any]

DEMO = {"Authorization": "Bearer demo"}


class Client:
    """Asks an application in process."""

    def __init__(self, *documents: Path, cors: bool = True, **settings: Any) -> None:
        chosen = Settings(**{"fixtures": FIXTURES, "speed": "instant", **settings})
        self.site = Site(documents or (DOCUMENT,), chosen, Clock(START, ticks=lambda: 0.0))
        self.app: Any = App(self.site, cors=cors)

    def ask(self, method: str, path: str, headers: Json | None = None, **request: Any) -> httpx.Response:
        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8080") as client:
                return await client.request(
                    method, path, headers=DEMO if headers is None else headers, **request
                )

        return asyncio.run(send())
