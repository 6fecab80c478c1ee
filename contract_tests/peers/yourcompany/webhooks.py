"""Events (YC-50), sent to the addresses that users subscribed (YC-F01, YC-I14)."""

import hashlib
import hmac
import json
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from queue import Queue
from threading import Thread
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, jsonify

from contract_tests.peers.yourcompany import fields
from contract_tests.peers.yourcompany.model import Account, Subscription, World, caller, world
from contract_tests.peers.yourcompany.problems import invalid

webhooks = Blueprint("webhooks", __name__)
EVENTS = (
    "project.created",
    "project.updated",
    "project.deleted",
    "data.uploaded",
    "data.processed",
    "user.invited",
)
# Fuzzers invent addresses: nothing is ever sent to another machine.
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class Delivery(NamedTuple):
    """One event on its way."""

    url: str
    body: bytes
    signature: str


class Post:
    """Sends deliveries one after another, in a thread of its own."""

    def __init__(self) -> None:
        self._waiting: Queue[Delivery] = Queue()
        self._thread: Thread | None = None

    def send(self, delivery: Delivery) -> None:
        """Send a delivery soon."""
        if self._thread is None:
            self._thread = Thread(target=self._work, daemon=True)
            self._thread.start()
        self._waiting.put(delivery)

    def _work(self) -> None:
        while True:
            with suppress(OSError, HTTPException, ValueError):
                deliver(self._waiting.get())


@webhooks.post("/webhooks")
def subscribe() -> tuple[Response, int]:
    """Subscribe an address to events (YC-F01)."""
    here = world()
    body = fields.json_object({"url", "events", "secret"})
    made = Subscription(
        id=here.new_id("wh"),
        url=_address(body.get("url")),
        events=_known_events(body.get("events")),
        secret=fields.text(body.get("secret", ""), "secret"),
        created_at=here.now(),
    )
    caller().subscriptions.append(made)
    shown = {"id": made.id, "url": made.url, "events": made.events, "active": True}
    return jsonify(**shown, created_at=here.stamp(made.created_at)), 201


def announce(here: World, account: Account, event: str, data: dict[str, Any]) -> None:
    """Tell a user's subscribers about an event.

    Parameters: event, one of EVENTS; data, what it happened to.
    """
    post: Post = current_app.extensions["post"]
    for subscription in account.subscriptions:
        if event in subscription.events and urlsplit(subscription.url).hostname in LOOPBACK:
            sent = {
                "id": here.new_id("evt"),
                "type": event,
                "created_at": here.stamp(here.now()),
                "data": data,
            }
            body = json.dumps(sent).encode()
            secret = subscription.secret.encode("utf-8", "surrogatepass")
            digest = hmac.new(secret, body, hashlib.sha256).hexdigest()
            post.send(Delivery(subscription.url, body, f"sha256={digest}"))


def deliver(delivery: Delivery) -> None:
    """Post an event to its address."""
    parts = urlsplit(delivery.url)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=2)
    headers = {"Content-Type": "application/json", "X-Webhook-Signature": delivery.signature}
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("POST", path, delivery.body, headers)
        connection.getresponse().read()
    finally:
        connection.close()


def _address(value: object) -> str:
    url = fields.text(value, "url")
    try:
        parts = urlsplit(url)
    except ValueError:
        raise invalid("url", "url must be an address") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise invalid("url", "url must start with http:// or https://")
    return url


def _known_events(value: object) -> list[str]:
    if not isinstance(value, list) or not value or any(event not in EVENTS for event in value):
        raise invalid("events", f"events must be some of {', '.join(EVENTS)}")
    return value
