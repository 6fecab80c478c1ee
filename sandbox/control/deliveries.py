"""The control plane's webhooks: deliveries, again and by hand."""

from ..problems import Fault, Problem, refuse
from ..schemas import Json
from ..webhooks import announce, describe
from .desk import Desk, Question


def list_deliveries(desk: Desk, question: Question) -> list[Json]:
    """The deliveries that have the given values."""
    known = {name: value for name, value in question.parameters.items() if value is not None}
    return [describe(delivery) for delivery in desk.store.deliveries(**known)]


def replay_delivery(desk: Desk, question: Question) -> Json:
    """Make a delivery due now, as if it were new. Raises Problem missing."""
    key = question.parameters["id"]
    for delivery in desk.store.deliveries(id=key):
        delivery.state, delivery.attempts = "pending", 0
        delivery.due = desk.clocks.of(delivery.world).time()
        desk.store.note(delivery)
        return describe(delivery)
    raise Problem("missing", f"there is no delivery {key}")


def emit_event(desk: Desk, question: Question) -> Json:
    """Put an event into the outbox. Raises Problem: invalid for an unknown event, missing for no record."""
    body, world = question.body, question.world
    service = desk.find_service(body["api"], "body", "/api")
    events = service.api.dialect.get("webhooks", {}).get("events", ())
    if body["event"] not in events:
        known = ", ".join(events) or "nothing"
        raise refuse([Fault("body", "/event", f"{service.api.name} emits {known}")])
    resource, record, owner = None, {}, service.fixtures.main.owner
    service.worlds.enter(world)
    if "resource" in body:
        resource = service.api.resources.get(body["resource"])
        row = service.store.get(resource, world, body.get("id", "")) if resource else None
        if row is None:
            raise Problem("missing", f"there is no {body['resource']} {body.get('id', '')}")
        record, owner = row.read(), row.owner
    before = len(service.store.deliveries(api=service.api.name, world=world))
    with service.transaction(world):
        announce(service, world, body["event"], resource, record, owner)
    queued = len(service.store.deliveries(api=service.api.name, world=world)) - before
    return {"event": body["event"], "world": world, "deliveries": queued}
