"""The control plane's look into the records: any resource, also of an API that only reads."""

from collections.abc import Container
from dataclasses import replace

from ..calls import Service
from ..clock import write_time
from ..effects import plan_again, settle
from ..filters import dig
from ..keys import make_next_key
from ..pages import Window
from ..problems import Fault, Problem, refuse
from ..resources import OWNER, Resource
from ..schemas import Json, Schema
from ..states import plan_move
from ..store import Duplicate, Row, make_row
from ..values import load
from .desk import Desk, Question


def list_records(desk: Desk, question: Question) -> Json:
    """The resources of an API, and a page of the records of one. Raises Problem."""
    asked, world = question.parameters, question.world
    service = desk.find_service(asked["api"], "query", "api")
    service.worlds.enter(world)
    resources = [
        {"name": name, "key": resource.key, "records": service.store.count(resource, world, (), ())}
        for name, resource in service.api.resources.items()
    ]
    items, total = [], 0
    if "resource" in asked:
        resource = _find_resource(service, asked["resource"])
        settle(service, world, resource)
        if "key" in asked:
            row = service.store.get(resource, world, asked["key"])
            items, total = [_show(resource, row.read())] if row else [], int(row is not None)
        else:
            window = Window(asked["offset"], asked["limit"])
            found = service.store.page(resource, world, (), (), resource.order, window)
            items = [_show(resource, load(document)) for document in found]
            total = service.store.count(resource, world, (), ())
    return {"items": items, "total": total, "resources": resources}


def show_record(desk: Desk, question: Question) -> Json:
    """One record. Raises Problem missing."""
    service, resource = _enter(desk, question)
    settle(service, question.world, resource)
    return _show(resource, _find(service, resource, question).read())


def add_record(desk: Desk, question: Question) -> Json:
    """A new record; where it names none, with a key, timestamps and a state of its own. Raises Problem."""
    service, resource = _enter(desk, question)
    clock, world = service.clocks.of(question.world), question.world
    record: Json = {resource.key: make_next_key(resource.form)}
    record |= dict.fromkeys(resource.stamps, write_time(clock.time(), service.api.style))
    record |= {resource.states["field"]: resource.states["first"]} if resource.states else {}
    record |= question.body
    _check(service, resource, record)
    move = plan_move(resource.states, record, clock.time(), str(record[resource.key]), service.speed)
    owner = dig(record, resource.owner) if resource.owner else service.fixtures.main.owner
    row = make_row(resource, record, owner, move.due if move else None)
    try:
        with service.transaction(world):
            service.store.insert(resource, world, [row])
    except Duplicate as error:
        raise _say_taken(resource) from error
    return _show(resource, row.read())


def replace_record(desk: Desk, question: Question) -> Json:
    """A record instead of another; it keeps its key, its owner, and what nobody is told. Raises Problem."""
    service, resource = _enter(desk, question)
    with service.transaction(question.world):
        before = _find(service, resource, question)
        row = _rewrite(service, resource, question, before)
        try:
            service.store.update(resource, question.world, row)
        except Duplicate as error:
            raise _say_taken(resource) from error
    return _show(resource, row.read())


def _rewrite(service: Service, resource: Resource, question: Question, before: Row) -> Row:
    old, body = before.read(), question.body
    kept = {name: old[name] for name in resource.hidden & old.keys() if name not in body}
    record = {**kept, **body, resource.key: old[resource.key]}
    _check(service, resource, record, trusted=kept)
    due = plan_again(service, question.world, resource, before, record)
    # A password that is kept is a hash already.
    shape = replace(resource, secret=None) if resource.secret in kept else resource
    return make_row(shape, record, before.owner, due)


def delete_record(desk: Desk, question: Question) -> None:
    """Remove a record and its files. Raises Problem missing."""
    service, resource = _enter(desk, question)
    with service.transaction(question.world):
        key = _find(service, resource, question).key
        service.store.delete(resource, question.world, key)


def _enter(desk: Desk, question: Question) -> tuple[Service, Resource]:
    service = desk.find_service(question.parameters["api"], "path", "api")
    service.worlds.enter(question.world)
    return service, _find_resource(service, question.parameters["resource"])


def _find_resource(service: Service, name: str) -> Resource:
    if name not in service.api.resources:
        known = ", ".join(service.api.resources) or "none"
        raise Problem("missing", f"{service.api.name} has no resource {name!r}; it has {known}")
    return service.api.resources[name]


def _find(service: Service, resource: Resource, question: Question) -> Row:
    key = question.parameters["key"]
    row = service.store.get(resource, question.world, key)
    if row is None:
        raise Problem("missing", f"there is no {resource.name} {key}")
    return row


def _check(service: Service, resource: Resource, record: Json, trusted: Container[str] = ()) -> None:
    faults: list[Fault] = Schema(resource.schema, service.api.registry).find_faults(record, "body")
    faults = [fault for fault in faults if fault.field not in trusted]
    if faults:
        raise refuse(faults)


def _show(resource: Resource, record: Json) -> Json:
    """A record without what nobody is told."""
    return {name: value for name, value in record.items() if name not in {OWNER, *resource.hidden}}


def _say_taken(resource: Resource) -> Problem:
    sets = " or ".join(" and ".join(fields) for fields in ((resource.key,), *resource.unique))
    return Problem("conflict", f"a {resource.name} with the same {sets} exists")
