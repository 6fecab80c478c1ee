"""Operations that write: create, amend, replace, remove."""

import random
from collections.abc import Callable, Iterator

import orjson

from .calls import Answer, Call
from .declared import Api, Reference, Resource
from .filters import Condition, dig
from .keys import make_key
from .multipart import FACTS
from .pages import UNPAGED, Window
from .problems import Fault, Problem, refuse
from .reads import find, is_visible
from .schemas import Json
from .states import plan_move
from .store import Duplicate, Row
from .values import dump

KEYS = random.SystemRandom()


def create(call: Call) -> Answer:
    """A new record: defaults, the given fields, what the files say, and what the server sets."""
    resource, instant = call.resource, call.instant()
    record = _complete(resource, _given(call) | {}, call)
    record |= {resource.key: make_key(resource.form, KEYS)}
    record |= dict.fromkeys(resource.stamps, instant)
    move = None
    if resource.states:
        record[resource.states["field"]] = resource.states["first"]
        move = plan_move(
            resource.states, resource.states["first"], call.clock.time(), record[resource.key], call.speed
        )
    _check_references(call, record)
    row = Row(record[resource.key], _own(call, record), _write(resource, record), move.due if move else None)
    with call.store.transaction():
        _save(call, lambda: call.store.insert(resource, call.world, [row]), record)
        for file in call.body.files.values():
            call.store.keep(resource, call.world, row.key, file)
    return Answer("one", {"item": row.document}, _locate(call, row.key))


def _given(call: Call) -> Json:
    """The fields of the body that the operation knows and the client may set."""
    value = call.body.value if isinstance(call.body.value, dict) else {}
    properties = _request_properties(call)
    return {
        name: value[name] for name in value if name in properties and not properties[name].get("readOnly")
    }


def _request_properties(call: Call) -> Json:
    for schema in call.operation.requests.values():
        if "properties" in schema:
            properties: Json = schema["properties"]
            return properties
    return call.resource.properties


def _complete(resource: Resource, given: Json, call: Call) -> Json:
    """The given fields, with the defaults of the request and the facts of the files beneath them."""
    properties = _request_properties(call)
    record = {name: part["default"] for name, part in properties.items() if "default" in part}
    for part, file in call.body.files.items():
        facts = properties.get(part, {}).get("x-sandbox", {}).get("file", {}).get("facts", {})
        record |= {name: FACTS[fact](file) for name, fact in facts.items()}
    record |= given
    for name, part in resource.properties.items():
        if name not in record and name in resource.schema.get("required", ()) and part.get("nullable"):
            record[name] = None
    return record


def _own(call: Call, record: Json) -> str | None:
    resource, persona = call.resource, call.caller.persona
    if not resource.owner:
        return persona.owner
    owner = record.get(resource.owner)
    if persona.owners and owner not in persona.owners:
        raise Problem(
            "foreign", f"{resource.owner} {owner} is not yours; this credential may write for {persona.owner}"
        )
    return owner


def _locate(call: Call, key: str) -> dict[str, str]:
    """The Location header, where the document lists one and the API shows the resource by key."""
    response = call.operation.responses.get(str(call.operation.success), {})
    if "Location" not in response.get("headers", {}):
        return {}
    for operation in call.api.operations:
        if operation.does == "show" and operation.of is call.resource and operation.key:
            return {"Location": call.base + operation.path.replace(f"{{{operation.key}}}", key)}
    return {}


def amend(call: Call) -> Answer:
    """The record with the given fields changed, and nothing else."""
    return _rewrite(call, lambda record, given: record | given)


def replace(call: Call) -> Answer:
    """The record with the given fields only, beside those of the server."""

    def merge(record: Json, given: Json) -> Json:
        kept = call.resource.immutable | set(call.resource.stamps) | {call.resource.key}
        kept |= {name for name, part in call.resource.properties.items() if part.get("readOnly")}
        return {name: value for name, value in record.items() if name in kept} | _complete(
            call.resource, given, call
        )

    return _rewrite(call, merge)


def _rewrite(call: Call, merge: Callable[[Json, Json], Json]) -> Answer:
    resource, row, given = call.resource, find(call), _given(call)
    before = row.read()
    changed = {name for name in resource.immutable if name in given and given[name] != before.get(name)}
    if changed:
        raise refuse([Fault("body", f"/{name}", "never changes; leave it out") for name in sorted(changed)])
    record = merge(before, given)
    if given:
        instant = call.instant()
        for name, rule in resource.stamps.items():
            if rule == "change" or (isinstance(rule, list) and given.keys() & set(rule)):
                record[name] = instant
    _check_references(call, given)
    written = Row(row.key, row.owner, _write(resource, record), row.due)
    with call.store.transaction():
        _save(call, lambda: call.store.update(resource, call.world, written), record)
    return Answer("one", {"item": written.document})


def _write(resource: Resource, record: Json) -> bytes:
    """The record as JSON, its fields in the order of the schema."""
    ordered = {name: record[name] for name in resource.properties if name in record}
    return dump(ordered | record)


def _save(call: Call, write: Callable[[], None], record: Json) -> None:
    try:
        write()
    except Duplicate as error:
        fields = call.resource.unique[0] if call.resource.unique else (call.resource.key,)
        values = ", ".join(f"{name} {dig(record, name)!r}" for name in fields)
        raise Problem("conflict", f"a {call.resource.name} with {values} exists") from error


def _check_references(call: Call, record: Json) -> None:
    for reference in call.resource.references:
        key = dig(record, reference.field)
        if key is None:
            continue
        row = call.store.get(call.api.resources[reference.resource], call.world, str(key))
        if row is None or not is_visible(call, row):
            fault = Fault(
                "body", f"/{reference.field.replace('.', '/')}", f"there is no {reference.resource} {key}"
            )
            raise Problem(reference.absent, str(fault), [fault] if reference.absent == "invalid" else ())


def remove(call: Call) -> Answer:
    """The record is gone, with those that cannot be without it."""
    row = find(call)
    with call.store.transaction():
        _remove(call, call.resource, row.key)
    return Answer("one", {"item": b"null"})


def _remove(call: Call, resource: Resource, key: str) -> None:
    for other, reference in _find_referring(call.api, resource):
        for document in _find_children(call, other, reference, key):
            child = str(orjson.loads(document)[other.key])
            if reference.removal == "conflict":
                raise Problem("conflict", f"the {resource.name} {key} is in use by the {other.name} {child}")
            _remove(call, other, child)
    call.store.delete(resource, call.world, key)


def _find_referring(api: Api, resource: Resource) -> Iterator[tuple[Resource, Reference]]:
    for other in api.resources.values():
        for reference in other.references:
            if reference.resource == resource.name and reference.removal != "stays":
                yield other, reference


def _find_children(call: Call, resource: Resource, reference: Reference, key: str) -> list[bytes]:
    condition = Condition((reference.field,), "eq", key)
    return call.store.page(resource, call.world, (), [condition], (), Window(0, UNPAGED))
