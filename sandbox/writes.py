"""Operations that write: create, amend, replace, remove."""

import random
from collections.abc import Callable, Iterator
from datetime import timedelta

import orjson

from .calls import Answer, Call
from .clock import write_instant
from .declared import Api, Reference, Resource
from .filters import Condition, dig
from .keys import make_key
from .multipart import FACTS
from .pages import UNPAGED, Window
from .problems import Fault, Problem, refuse
from .reads import find, is_visible
from .schemas import Json, show
from .states import plan_move
from .store import Duplicate, make_row

KEYS = random.SystemRandom()


def create(call: Call) -> Answer:
    """A new record: defaults, the given fields, what the files say, and what the server sets."""
    resource = call.resource
    record = _complete(call, _given(call))
    record |= {resource.key: make_key(resource.form, KEYS)}
    record |= dict.fromkeys(resource.stamps, call.instant())
    record |= {resource.states["field"]: resource.states["first"]} if resource.states else {}
    _derive(call, record)
    move = plan_move(resource.states, record, call.clock.time(), record[resource.key], call.service.speed)
    _check_references(call, record)
    row = make_row(resource, record, _own(call, record), move.due if move else None)
    with call.store.transaction():
        _save(call, lambda: call.store.insert(resource, call.world, [row]), record)
        for file in call.body.files.values():
            call.store.keep(resource, call.world, row.key, file)
    return Answer("one", {"item": row.document}, _locate(call, row.key))


def _derive(call: Call, record: Json) -> None:
    """What a new record has where the client gave nothing: a time to come, a text of other fields, null."""
    for name, part in call.resource.properties.items():
        words = part.get("x-sandbox", {})
        if name in record:
            continue
        if "later" in words:
            instant = call.clock.now() + timedelta(**words["later"])
            day = part.get("format") == "date"
            record[name] = instant.date().isoformat() if day else write_instant(instant, call.api.style)
        elif "form" in words:
            record[name] = words["form"].format_map(record)
        elif "default" in part:
            record[name] = part["default"]
        elif name in call.resource.schema.get("required", ()) and part.get("nullable"):
            record[name] = None


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


def _complete(call: Call, given: Json) -> Json:
    """The given fields, with the defaults of the request and the facts of the files beneath them."""
    properties = _request_properties(call)
    record = {name: part["default"] for name, part in properties.items() if "default" in part}
    for part, file in call.body.files.items():
        facts = properties.get(part, {}).get("x-sandbox", {}).get("file", {}).get("facts", {})
        record |= {name: FACTS[fact](file) for name, fact in facts.items()}
    return record | given


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
        replaced = {name: value for name, value in record.items() if name in kept} | _complete(call, given)
        _derive(call, replaced)
        return replaced

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
    written = make_row(resource, record, row.owner, row.due)
    with call.store.transaction():
        _save(call, lambda: call.store.update(resource, call.world, written), record)
    return Answer("one", {"item": written.document})


def _save(call: Call, write: Callable[[], None], record: Json) -> None:
    try:
        write()
    except Duplicate as error:
        fields = next((fields for fields in call.resource.unique if _is_taken(call, fields, record)), ())
        values = ", ".join(f"{name} {show(dig(record, name))}" for name in fields)
        raise Problem("conflict", f"a {call.resource.name} with {values} exists") from error


def _is_taken(call: Call, fields: tuple[str, ...], record: Json) -> bool:
    conditions = [Condition((field,), "eq", dig(record, field)) for field in fields]
    return call.store.count(call.resource, call.world, (), conditions) > 0


def _check_references(call: Call, record: Json) -> None:
    for reference in call.resource.references:
        value = dig(record, reference.field)
        for key in value if isinstance(value, list) else [value]:
            row = call.store.get(call.api.resources[reference.resource], call.world, str(key))
            if key is None or (row is not None and is_visible(call, row)):
                continue
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
