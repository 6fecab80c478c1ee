"""What one record does to others: effects of writes, and moves by the clock."""

from typing import Any

from .calls import Service
from .clock import write_time
from .envelopes import render
from .filters import Condition, dig
from .keys import make_next_key
from .pages import Window
from .resources import Resource
from .schemas import Json
from .states import Move, plan_move
from .store import Duplicate, Row, make_row
from .values import load
from .webhooks import announce


def apply_effects(
    service: Service, world: str, resource: Resource, cause: str, record: Json, instant: str
) -> None:
    """Change the other records that a record changes. cause: create, amend or remove."""
    for effect in resource.effects.get(cause, ()):
        other = service.api.resources[effect["of"]]
        row = service.store.get(other, world, str(dig(record, effect["by"])))
        if row is not None:
            changed = row.read() | render(effect["set"], record)
            changed |= {name: instant for name, rule in other.stamps.items() if rule == "change"}
            due = plan_again(service, world, other, row, changed)
            service.store.update(other, world, make_row(other, changed, row.owner, due))


def plan_again(service: Service, world: str, resource: Resource, row: Row, record: Json) -> float | None:
    """When the record that a row becomes moves next: as the row, unless what the move hangs on changed."""
    states, before = resource.states or {}, row.read()
    now, field = service.clocks.of(world).time(), states.get("field", "")
    moves = (move for move in states.get("moves", ()) if move["from"] == before.get(field))
    names = {field, *(move.get("at", "") for move in moves)}
    if all(before.get(name) == record.get(name) for name in names):
        return row.due
    move = plan_move(states, record, now, row.key, service.speed)
    return move.due if move else None


def settle(service: Service, world: str, resource: Resource) -> None:
    """Do the moves that the world's clock has made due: of the resource, and of those that change it."""
    for each in service.api.moving[resource.name]:
        now = service.clocks.of(world).time()
        if service.store.due(each, world, now):
            with service.transaction(world):
                # Another process may have done them since.
                for row in service.store.due(each, world, now):
                    service.store.update(each, world, _move(service, world, each, row))


def _move(service: Service, world: str, resource: Resource, row: Row) -> Row:
    states, record, now = resource.states or {}, row.read(), service.clocks.of(world).time()
    while row.due is not None and row.due <= now:
        entered = row.due
        move = plan_move(states, record, entered, row.key, "instant")
        assert move is not None
        instant = write_time(entered, service.api.style)
        record |= {states["field"]: move.to, **dict.fromkeys(move.stamps, instant)}
        record |= service.worlds.fake(resource, record, move.fills)
        _make_next(service, world, move, record, row.owner, entered)
        announce(service, world, move.emits, resource, record, row.owner)
        following = plan_move(states, record, entered, row.key, service.speed)
        row.due = following.due if following else None
    return make_row(resource, record, row.owner, row.due)


def _make_next(
    service: Service, world: str, move: Move, source: Json, owner: str | None, entered: float
) -> None:
    """The record that a move creates, unless a client was faster."""
    if not move.creates:
        return
    resource = service.api.resources[move.creates]
    instant = write_time(entered, service.api.style)
    shared = {name: source[name] for name in resource.properties if name in source and name != resource.key}
    record: Json = {name: value for name, value in shared.items() if name not in resource.stamps}
    record |= {resource.key: make_next_key(resource.form), **dict.fromkeys(resource.stamps, instant)}
    record |= {resource.states["field"]: resource.states["first"]} if resource.states else {}
    names = tuple(name for name in resource.properties if name not in record)
    record |= service.worlds.fake(resource, record, names)
    following = plan_move(resource.states, record, entered, record[resource.key], service.speed)
    due = following.due if following else None
    try:
        service.store.insert(resource, world, [make_row(resource, record, owner, due)])
    except Duplicate:
        record = _find_existing(service, world, resource, record)
    apply_effects(service, world, resource, "create", record, instant)


def _find_existing(service: Service, world: str, resource: Resource, record: Json) -> Json:
    """The record that stands where a new one would."""
    for fields in resource.unique:
        conditions = [Condition((field,), "eq", dig(record, field)) for field in fields]
        found = service.store.page(resource, world, (), conditions, (), Window(0, 1))
        if found:
            existing: Json = load(found[0])
            return existing
    return record


def set_path(record: Json, path: str, value: Any) -> None:
    """Set a field by its dotted path; an object on the way that is missing is made."""
    *way, last = path.split(".")
    for name in way:
        below = record.get(name)
        record[name] = dict(below) if isinstance(below, dict) else {}
        record = record[name]
    record[last] = value
