"""The courier: takes deliveries out of the outbox and sends them over HTTP, as often as declared."""

import asyncio
import traceback
from collections.abc import Iterable
from typing import Protocol
from urllib.parse import urlsplit

import httpx

from .calls import Service
from .effects import settle
from .store import Delivery
from .webhooks import find_next_attempt, make_headers

PAUSE = 0.1  # seconds between two looks into the outbox
MOST_AT_ONCE = 16
NEAR = {"localhost", "127.0.0.1", "::1"}


class Sender(Protocol):
    """Sends a delivery; returns the status of the answer. Raises httpx.HTTPError without one."""

    async def __call__(self, url: str, headers: dict[str, str], body: bytes, timeout: float) -> int: ...


async def send(url: str, headers: dict[str, str], body: bytes, timeout: float) -> int:
    """POST to a receiver; a redirect is not followed."""
    async with httpx.AsyncClient(timeout=None, trust_env=False, follow_redirects=False) as client:
        response = await asyncio.wait_for(client.post(url, content=body, headers=headers), timeout)
        return response.status_code


class Courier:
    """Delivers for some services until it is cancelled."""

    def __init__(self, services: Iterable[Service], sender: Sender = send) -> None:
        self._services = {each.api.name: each for each in services if "webhooks" in each.api.dialect}
        self._sender = sender
        self._under_way: dict[str, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Look into the outbox again and again. A fault is told and does not end it."""
        while self._services:
            try:
                self.look()
            except Exception:
                traceback.print_exc()
            await asyncio.sleep(PAUSE)

    def look(self) -> None:
        """Do the moves that are due, and start the attempts that are due."""
        for service in self._services.values():
            for world in service.worlds.names():
                for resource in service.api.resources.values():
                    settle(service, world, resource)
        stores = {id(service.store): service.store for service in self._services.values()}
        for delivery in (each for store in stores.values() for each in store.deliveries(state="pending")):
            if delivery.api not in self._services:
                continue
            service = self._services[delivery.api]
            due = delivery.due is not None and delivery.due <= service.clocks.of(delivery.world).time()
            if due and delivery.id not in self._under_way and len(self._under_way) < MOST_AT_ONCE:
                task = asyncio.create_task(self._attempt(service, delivery))
                self._under_way[delivery.id] = task
                task.add_done_callback(lambda _, key=delivery.id: self._under_way.pop(key))  # type: ignore[misc]

    @staticmethod
    def _may_reach(service: Service, url: str) -> bool:
        """Whoever may call the sandbox must not make it call the rest of the network."""
        parts = urlsplit(url)
        near = parts.hostname in NEAR and not parts.path.startswith("/_sandbox")
        return near or url in {each.url for each in service.subscriptions}

    async def _attempt(self, service: Service, delivery: Delivery) -> None:
        words = service.api.dialect["webhooks"]
        delivery.attempts += 1
        delivery.status = delivery.error = None
        try:
            if not self._may_reach(service, delivery.url):
                raise PermissionError("clients of the sandbox subscribe receivers on this machine only")
            headers = make_headers(service.api, delivery)
            delivery.status = await self._sender(delivery.url, headers, delivery.body, words["timeout"])
        except TimeoutError:
            delivery.error = f"no answer within {words['timeout']} s"
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, OSError) as error:
            delivery.error = f"{type(error).__name__}: {error}"
        if delivery.status is not None and 200 <= delivery.status < 300:
            delivery.state, delivery.due = "delivered", None
        else:
            now = service.clocks.of(delivery.world).time()
            delivery.due = find_next_attempt(service.api, delivery.attempts, now)
            delivery.state = "failed" if delivery.due is None else "pending"
        service.store.note(delivery)
