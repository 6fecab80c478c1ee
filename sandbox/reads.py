"""Operations that read: list and show, and the moves that the clock makes."""

from collections.abc import Iterator
from datetime import UTC, datetime

import orjson

from .calls import Answer, Call, Service
from .clock import write_instant
from .declared import Resource
from .filters import Condition, read_order
from .pages import Window, describe_page, open_window
from .problems import Problem
from .schemas import Json
from .states import plan_move
from .store import Row, make_row
from .values import dump, load
from .webhooks import announce


def list_(call: Call) -> Answer:
    """One page of the records that the caller sees and that match."""
    resource, owners, conditions = call.resource, call.caller.persona.owners, call.conditions()
    settle(call.service, call.world, resource)
    page = call.api.dialect.get("page")
    window = open_window(page, call.parameters)
    order = read_order(resource, call.operation.sort or call.api.dialect.get("sort"), call.parameters)
    total = call.store.count(resource, call.world, owners, conditions)
    items = []
    if window.offset < total:
        items = call.store.page(resource, call.world, owners, conditions, order, window)
    path = call.url if page and page.get("urls") == "absolute" else call.url[call.url.index("/", 8) :]
    return Answer("many", {"items": items, **describe_page(page, window, total, path, call.query)})


def show(call: Call) -> Answer:
    """One record, with what its properties show of others."""
    document = find(call).document
    joined = {
        name: part["x-sandbox"]["first_of"]
        for name, part in call.resource.properties.items()
        if "first_of" in part.get("x-sandbox", {})
    }
    if joined:
        record = load(document)
        for name, resource in joined.items():
            record[name] = _show_first(call, call.api.resources[resource], call.resource.properties[name])
        document = dump(record)
    return Answer("one", {"item": document})


def _show_first(call: Call, resource: Resource, schema: Json) -> Json:
    first = _first(call, resource, [])
    record = orjson.loads(first) if first else {}
    return {name: record[name] for name in schema.get("properties", {}) if name in record}


def _first(call: Call, resource: Resource, conditions: list[Condition]) -> bytes | None:
    owners = call.caller.persona.owners
    found = call.store.page(resource, call.world, owners, conditions, resource.order, Window(0, 1))
    return found[0] if found else None


def find(call: Call) -> Row:
    """The row that the call names, or without a key the caller's first. Raises Problem missing or foreign."""
    resource, name = call.resource, call.operation.key
    settle(call.service, call.world, resource)
    if name is None:
        document = _first(call, resource, call.conditions())
        key = orjson.loads(document)[resource.key] if document else ""
        named = ", ".join(f"{parameter} {call.parameters[parameter]}" for parameter in _selecting(call))
    else:
        key = named = str(call.parameters[name])
    row = call.store.get(resource, call.world, key) if key else None
    if row is None:
        raise Problem("missing", f"there is no {resource.name} {named}".rstrip())
    if not is_visible(call, row):
        raise Problem(
            "foreign", f"the {resource.name} {key} is not yours" if _tells(call) else _absent(resource, key)
        )
    return row


def _selecting(call: Call) -> Iterator[str]:
    return (p.name for p in call.operation.parameters if p.filters and p.name in call.parameters)


def _tells(call: Call) -> bool:
    """Whether this API admits that a foreign record exists."""
    kinds = call.api.dialect["errors"]["kinds"]
    return bool(kinds["foreign"] != kinds["missing"])


def _absent(resource: Resource, key: str) -> str:
    return f"there is no {resource.name} {key}"


def is_visible(call: Call, row: Row) -> bool:
    """Whether the caller sees the row."""
    owners = call.caller.persona.owners
    return not owners or row.owner in owners


def settle(service: Service, world: str, resource: Resource) -> None:
    """Do the moves of the resource that the world's clock has made due."""
    if resource.states:
        now = service.clocks.of(world).time()
        for row in service.store.due(resource, world, now):
            with service.store.transaction():
                service.store.update(resource, world, _move(service, world, resource, row, now))


def _move(service: Service, world: str, resource: Resource, row: Row, now: float) -> Row:
    states, record = resource.states or {}, row.read()
    while row.due is not None and row.due <= now:
        entered = row.due
        move = plan_move(states, record, entered, row.key, "instant")
        assert move is not None
        instant = write_instant(datetime.fromtimestamp(entered, UTC), service.api.style)
        record |= {states["field"]: move.to, **dict.fromkeys(move.stamps, instant)}
        record |= service.worlds.fake(resource, record, move.fills)
        announce(service, world, move.emits, resource, record, row.owner)
        following = plan_move(states, record, entered, row.key, service.speed)
        row.due = following.due if following else None
    return make_row(resource, record, row.owner, row.due)
