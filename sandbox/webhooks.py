"""Webhooks: who subscribes, what is sent, how it is signed, when it is tried again."""

import hashlib
import hmac
import random
import uuid
from collections.abc import Iterator

from .calls import Service, Subscription
from .clock import write_time
from .declared import Api
from .envelopes import compile_headers, find_names, render, render_headers, render_item
from .keys import make_key
from .pages import UNPAGED, Window
from .problems import Problem
from .resources import OWNER, Resource
from .schemas import Json
from .store import Delivery
from .values import dump, load

EVENTS = random.SystemRandom()


def sign(secret: str, body: bytes) -> str:
    """`sha256=` and the hexadecimal HMAC-SHA256 of the body (HS-F23)."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def announce(
    service: Service,
    world: str,
    event: str | None,
    resource: Resource | None,
    record: Json,
    owner: str | None,
) -> None:
    """Put an event into the outbox, once for each subscription that wants it.

    Call it inside the transaction of the write that causes the event. owner: whose subscriptions are
    told, besides those of the command line. Raises Problem invalid for an event that the API has not.
    """
    words = service.api.dialect.get("webhooks")
    if event is None or words is None:
        return
    if event not in words["events"]:
        raise Problem("invalid", f"there is no event {event!r}, only {', '.join(words['events'])}")
    wanting = [each for each in _find_subscriptions(service, world, owner) if each.wants(event)]
    if wanting:
        event_id, body = _make_body(service, world, event, resource, record)
        now = service.clocks.of(world).time()
        service.store.queue(
            Delivery(
                id=str(uuid.uuid4()),
                api=service.api.name,
                world=world,
                event=event,
                event_id=event_id,
                url=subscription.url,
                secret=subscription.secret,
                body=body,
                created=now,
                due=now,
            )
            for subscription in wanting
        )


def _find_subscriptions(service: Service, world: str, owner: str | None) -> Iterator[Subscription]:
    yield from service.subscriptions
    name = service.api.dialect["webhooks"].get("subscriptions")
    if name:
        resource, owners = service.api.resources[name], (owner,) if owner else ()
        for document in service.store.page(resource, world, owners, [], (), Window(0, UNPAGED)):
            record = load(document)
            # With `--validation warn` a record may lack what makes it a subscription.
            usable = isinstance(record.get("url"), str) and isinstance(record.get("events"), list)
            if usable and record.get("active", True):
                events = frozenset(event for event in record["events"] if isinstance(event, str))
                yield Subscription(record["url"], str(record.get("secret") or ""), events)


def _make_body(
    service: Service, world: str, event: str, resource: Resource | None, record: Json
) -> tuple[str, bytes]:
    words, event_id = service.api.dialect["webhooks"], make_key("evt_{}", EVENTS)
    hidden = resource.hidden if resource else ()
    shown = {name: value for name, value in record.items() if name not in hidden}
    item = render_item(resource, record) if resource and resource.item else shown
    template = words["events"][event]
    fields = {**dict.fromkeys(find_names(template)), **record}
    names = {
        "event_id": event_id,
        "event": event,
        "created_at": write_time(service.clocks.of(world).time(), service.api.style),
        "object": item if template is None else render(template, fields | {"owner": record.get(OWNER)}),
    }
    return event_id, dump(render(words["body"], names))


def make_headers(api: Api, delivery: Delivery) -> dict[str, str]:
    """The headers of a delivery, signed."""
    names = {
        "signature": sign(delivery.secret, delivery.body),
        "event": delivery.event,
        "delivery_id": delivery.id,
    }
    templates = api.dialect["webhooks"]["headers"]
    return {"Content-Type": "application/json", **render_headers(compile_headers(templates), names)}


def find_next_attempt(api: Api, attempts: int, now: float) -> float | None:
    """When a delivery that failed so many times is due again, or None after the last attempt."""
    retries = api.dialect["webhooks"]["retries"]
    return now + retries[attempts - 1] if attempts <= len(retries) else None


def describe(delivery: Delivery) -> Json:
    """A delivery as the control plane shows it, without the secret."""
    return {
        "id": delivery.id,
        "api": delivery.api,
        "world": delivery.world,
        "event": delivery.event,
        "event_id": delivery.event_id,
        "url": delivery.url,
        "state": delivery.state,
        "attempts": delivery.attempts,
        "status": delivery.status,
        "error": delivery.error,
        "due": delivery.due,
        "body": load(delivery.body),
    }
