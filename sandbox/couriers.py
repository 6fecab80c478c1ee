"""The courier: takes deliveries out of the outbox and sends them over HTTP, as often as declared."""

import asyncio
import ssl
import sys
import traceback
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Protocol
from urllib.parse import urlsplit

from .calls import Service
from .clock import Clocks
from .effects import settle
from .problems import Problem
from .store import Delivery
from .webhooks import find_next_attempt, make_headers

PAUSE = 0.1  # seconds between two looks into the outbox
MOST_AT_ONCE = 16
GRACE = 30  # seconds beyond a receiver's time-out after which an attempt counts as lost with its process
NEAR = {"localhost", "127.0.0.1", "::1"}


class Sender(Protocol):
    """Sends a delivery; returns the status of the answer. Raises httpx.HTTPError without one."""

    async def __call__(self, url: str, headers: dict[str, str], body: bytes, timeout: float) -> int: ...


async def send(url: str, headers: dict[str, str], body: bytes, timeout: float) -> int:
    """POST to a receiver; a redirect is not followed."""
    import httpx

    trust = make_trust()
    async with httpx.AsyncClient(
        verify=trust, timeout=None, trust_env=False, follow_redirects=False
    ) as client:
        response = await asyncio.wait_for(client.post(url, content=body, headers=headers), timeout)
        return response.status_code


@cache
def make_trust() -> ssl.SSLContext:
    """Which receivers are trusted; to read the certificates takes longer than a delivery."""
    import httpx

    return httpx.create_ssl_context(trust_env=False)


def find_obstacle(service: Service, url: str) -> str | None:
    """Why a receiver may not be called, None if it may.

    Whoever may call the sandbox must not make it call the rest of the network.
    """
    if url in {each.url for each in service.subscriptions}:
        return None
    try:
        parts = urlsplit(url)
    except ValueError as error:
        return f"{url!r} is no URL: {error}"
    if parts.hostname not in NEAR:
        return f"{url!r} is not on this machine, and only there may clients of the sandbox have receivers"
    if parts.path.startswith("/_sandbox"):
        return f"{url!r} is a page of the sandbox itself"
    return None


class Courier:
    """Delivers for some services, and reads the clocks that others drive, until it is cancelled."""

    def __init__(self, services: Iterable[Service], clocks: Clocks, sender: Sender = send) -> None:
        self._services = [each for each in services if "webhooks" in each.api.dialect]
        self._clocks = clocks
        self._sender = sender
        self._under_way: dict[str, asyncio.Task[None]] = {}
        self._trouble = ""

    async def run(self) -> None:
        """Look into the outbox again and again. A fault is told and does not end it."""
        try:
            while True:
                try:
                    self.look()
                    self._trouble = ""
                except Problem as problem:
                    self._tell(problem.message)
                except Exception:
                    traceback.print_exc()
                await self._wait()
        finally:
            await self._stop()

    def _tell(self, trouble: str) -> None:
        """Say once why nothing is delivered."""
        if trouble != self._trouble:
            print(f"deliveries and moves by the clock wait: {trouble}", file=sys.stderr, flush=True)
        self._trouble = trouble

    async def _wait(self) -> None:
        """Wait for the next look: a while, or until one of many attempts has made room for another."""
        full = list(self._under_way.values()) if len(self._under_way) >= MOST_AT_ONCE else []
        if full:
            await asyncio.wait(full, timeout=PAUSE, return_when=asyncio.FIRST_COMPLETED)
        else:
            await asyncio.sleep(PAUSE)

    async def _stop(self) -> None:
        """Give up the attempts under way; the outbox has them still."""
        tasks = list(self._under_way.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def look(self) -> None:
        """Do the moves that are due, and start the attempts that are due."""
        self._clocks.refresh()
        for service in self._services:
            service.refresh()
            self._move(service)
            for delivery in self._claim_due(service):
                self._start(service, delivery)

    def _move(self, service: Service) -> None:
        for resource in (each for each in service.api.resources.values() if each.states):
            due = service.store.due_worlds(resource, self._clocks.base.time())
            for world in sorted(due.union(self._clocks.driven())):
                settle(service, world, resource)

    def _claim_due(self, service: Service) -> Iterator[Delivery]:
        """What is due in worlds that follow the clock of the sandbox, and in each with its own.

        No more is taken than can be started.
        """
        lease = service.api.dialect["webhooks"]["timeout"] + GRACE
        for world in (None, *self._clocks.driven()):
            now = (self._clocks.base if world is None else self._clocks.of(world)).time()
            room = MOST_AT_ONCE - len(self._under_way)
            if room > 0:
                yield from service.store.claim_deliveries(service.api.name, now, room, lease, world)

    def _start(self, service: Service, delivery: Delivery) -> None:
        """Start an attempt, or give up what no later attempt could deliver either."""
        obstacle = find_obstacle(service, delivery.url)
        if obstacle:
            delivery.state, delivery.due, delivery.status, delivery.error = "failed", None, None, obstacle
            delivery.claimed = None
            service.store.note(delivery)
        else:
            task = asyncio.create_task(self._attempt(service, delivery))
            self._under_way[delivery.id] = task
            task.add_done_callback(lambda _: self._under_way.pop(delivery.id))

    async def _attempt(self, service: Service, delivery: Delivery) -> None:
        import httpx  # a start does not wait for what the first delivery needs

        words = service.api.dialect["webhooks"]
        delivery.attempts += 1
        delivery.status = delivery.error = None
        try:
            headers = make_headers(service.api, delivery)
            delivery.status = await self._sender(delivery.url, headers, delivery.body, words["timeout"])
        except asyncio.CancelledError:
            delivery.claimed, delivery.attempts = None, delivery.attempts - 1
            service.store.note(delivery)
            raise
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
        delivery.claimed = None
        await self._note(service, delivery)

    async def _note(self, service: Service, delivery: Delivery) -> None:
        """Keep what became of an attempt as soon as the store can: it must not be made again."""
        while True:
            try:
                service.store.note(delivery)
                return
            except Problem:
                await asyncio.sleep(PAUSE)
