"""Operations that write: create, amend, replace, remove. Each runs inside one transaction."""

from collections.abc import Callable, Iterator
from http import HTTPStatus

from .calls import Answer, Call
from .declared import Api
from .drafts import (
    check_references,
    complete,
    derive,
    find_owner,
    read_changes,
    renew_forms,
)
from .effects import apply_effects, plan_again
from .filters import Condition, dig
from .keys import make_next_key
from .pages import UNPAGED, Window
from .problems import Fault, Problem, refuse
from .reads import exists, find, resource_rule
from .resources import Reference, Resource
from .schemas import Json, show
from .states import plan_move
from .store import Duplicate, Row, make_row
from .store.rows import fit_column
from .values import load
from .webhooks import announce


def create(call: Call) -> Answer:
    """A new record: defaults, the given fields, what the files say, and what the server sets."""
    resource, key = call.resource, make_next_key(call.resource.form)
    record = complete(call, read_changes(call, {resource.key: key}))
    record[resource.key] = key
    if resource.stamps:
        record |= dict.fromkeys(resource.stamps, call.instant())
    if resource.states:
        record[resource.states["field"]] = resource.states["first"]
    derive(call, record)
    move = plan_move(resource.states, record, call.clock.time(), key, call.service.speed)
    check_references(call, record)
    row = make_row(resource, record, find_owner(call, record), move.due if move else None)
    _save(call, lambda: call.store.insert(resource, call.world, (row,)), record)
    for file in call.body.files.values():
        call.store.keep(resource, call.world, row.key, file)
    _tell(call, "create", row)
    status = int(HTTPStatus.CREATED) if call.operation.does == "upsert" else None
    return Answer("one", {"item": row.document}, _locate(call, row.key), status)


def _tell(call: Call, cause: str, row: Row) -> None:
    """Let the write have its effects on other records and on subscribers."""
    if cause in call.resource.effects:
        apply_effects(call.service, call.world, call.resource, cause, row.read(), call.instant())
    if call.operation.emits:
        announce(call.service, call.world, call.operation.emits, call.resource, row.read(), row.owner)


def _locate(call: Call, key: str) -> dict[str, str]:
    """The Location header, where the document lists one and the API shows the resource by key."""
    if not call.operation.locates:
        return {}
    path, mark = call.api.shown.get(call.resource.name, ("", ""))
    return {"Location": call.base + path.replace(mark, key)} if path else {}


def amend(call: Call) -> Answer:
    """The record with the given fields changed, and nothing else."""
    return _rewrite(call, lambda record, given: record | given)


def replace(call: Call) -> Answer:
    """The record with the given fields only, beside those of the server."""

    def merge(record: Json, given: Json) -> Json:
        kept = call.resource.immutable | set(call.resource.stamps) | {call.resource.key}
        kept |= {name for name, part in call.resource.properties.items() if part.get("readOnly")}
        replaced = {name: value for name, value in record.items() if name in kept} | complete(call, given)
        derive(call, replaced)
        return replaced

    return _rewrite(call, merge)


def upsert(call: Call) -> Answer:
    """The record that the parameters select, amended; a new one where there is none."""
    return amend(call) if exists(call) else create(call)


def _rewrite(call: Call, merge: Callable[[Json, Json], Json]) -> Answer:
    resource, row = call.resource, find(call)
    before = row.read()
    given = read_changes(call, before)
    changed = {name for name in resource.immutable if name in given and given[name] != before.get(name)}
    if changed:
        rule, message = resource_rule(resource, "immutable"), "never changes; leave it out"
        raise refuse(
            [
                Fault("body", f"/{name}", message, rule, given[name], before.get(name), "what it is already")
                for name in sorted(changed)
            ]
        )
    check_references(call, given)
    record = merge(before, given) | _stamp(call, given)
    record |= renew_forms(call, before, record)
    due = plan_again(call.service, call.world, resource, row, record)
    written = make_row(resource, record, row.owner, due)
    _save(call, lambda: call.store.update(resource, call.world, written), record)
    for file in call.body.files.values():
        call.store.keep(resource, call.world, row.key, file)
    if given:
        _tell(call, "amend", written)
    status = int(HTTPStatus.OK) if call.operation.does == "upsert" else None
    return Answer("one", {"item": written.document}, status=status)


def _stamp(call: Call, given: Json) -> Json:
    """The timestamps that a change of the given fields moves."""
    return {
        name: call.instant()
        for name, rule in call.resource.stamps.items()
        if given and (rule == "change" or (isinstance(rule, list) and given.keys() & set(rule)))
    }


def _save(call: Call, write: Callable[[], None], record: Json) -> None:
    try:
        write()
    except Duplicate as error:
        fields = next((fields for fields in call.resource.unique if _is_taken(call, fields, record)), ())
        values = ", ".join(f"{name} {show(dig(record, name))}" for name in fields)
        message = f"a {call.resource.name} with {values} exists"
        raise Problem("conflict", message, clues=list(_explain_taken(call, fields, record))) from error


def _explain_taken(call: Call, fields: tuple[str, ...], record: Json) -> Iterator[Fault]:
    """The record in the way, for each field that it has in common."""
    resource, conditions = call.resource, _make_conditions(call.resource, fields, record)
    found = call.store.page(resource, call.world, (), conditions, (), Window(0, 1))
    key = load(found[0])[resource.key] if found else None
    rule, expected = resource_rule(resource, "unique"), f"what no other {resource.name} has"
    for name in fields:
        place, value = f"/{name.replace('.', '/')}", dig(record, name)
        yield Fault("body", place, "", rule, value, f"{resource.name} {key} has it", expected)


def _is_taken(call: Call, fields: tuple[str, ...], record: Json) -> bool:
    conditions = _make_conditions(call.resource, fields, record)
    return call.store.count(call.resource, call.world, (), conditions) > 0


def _make_conditions(resource: Resource, fields: tuple[str, ...], record: Json) -> list[Condition]:
    return [Condition((field,), "eq", fit_column(resource, field, dig(record, field))) for field in fields]


def remove(call: Call) -> Answer:
    """The record is gone, with those that cannot be without it."""
    row = find(call)
    _remove(call, call.resource, row.key)
    _tell(call, "remove", row)
    return Answer("one", {"item": row.document})


def _remove(call: Call, resource: Resource, key: str) -> None:
    # First, so that records that refer to each other in a circle come to an end.
    call.store.delete(resource, call.world, key)
    for other, reference in _find_referring(call.api, resource):
        for document in _find_children(call, other, reference, key):
            record = load(document)
            child = str(record[other.key])
            if reference.removal == "conflict":
                message = f"the {resource.name} {key} is in use by the {other.name} {child}"
                rule = resource_rule(other, "references", reference.field)
                near = f"remove {other.name} {child} first"
                clue = Fault("path", call.operation.key or "", "", rule, key, near, "a record not in use")
                raise Problem("conflict", message, clues=[clue])
            _remove(call, other, child)
            apply_effects(call.service, call.world, other, "remove", record, call.instant())


def _find_referring(api: Api, resource: Resource) -> Iterator[tuple[Resource, Reference]]:
    for other in api.resources.values():
        for reference in other.references:
            if reference.resource == resource.name and reference.removal != "stays":
                yield other, reference


def _find_children(call: Call, resource: Resource, reference: Reference, key: str) -> list[bytes]:
    condition = Condition((reference.field,), "eq", key)
    return call.store.page(resource, call.world, (), [condition], (), Window(0, UNPAGED))
