"""Operations that read: list, show, download."""

import re
from collections.abc import Iterator
from urllib.parse import quote

from .calls import Answer, Call
from .effects import settle
from .filters import Condition, dig, read_order
from .pages import Window, describe_page, open_window
from .problems import ROOT, Fault, Problem
from .resources import Resource
from .samples import make_sample
from .schemas import Json
from .store import Page, Row
from .suggestions import count_same
from .values import dump, load

# What a quoted file name in a header may not hold (RFC 6266 §4.3).
UNQUOTABLE = re.compile(r"[^ !#-\[\]-~]")

LOOKED_AT, SUGGESTED = 20, 3  # records, to suggest keys of


def list_(call: Call) -> Answer:
    """One page of the records that the caller sees and that match."""
    resource, owners, conditions = call.resource, call.caller.persona.owners, call.conditions()
    settle(call.service, call.world, resource)
    page = call.api.dialect.get("page")
    window = open_window(page, call.parameters)
    order = read_order(resource, call.operation.sort or call.api.dialect.get("sort"), call.parameters)
    total = call.store.count(resource, call.world, owners, conditions)
    items: Page | list[bytes] = []
    if window.offset < total:
        items = call.store.window(resource, call.world, owners, conditions, order, window)
    path = call.url if page and page.get("urls") == "absolute" else call.url[call.url.index("/", 8) :]
    return Answer(
        "many",
        {"items": items, **describe_page(page, window, total, path, call.query, call.service.page_names)},
    )


def show(call: Call) -> Answer:
    """One record, with what its properties show of others."""
    document = find(call).document
    joined = call.resource.joined
    if joined:
        record = load(document)
        for name, resource in joined.items():
            record[name] = _show_first(call, call.api.resources[resource], call.resource.properties[name])
        document = dump(record)
    return Answer("one", {"item": document})


def _show_first(call: Call, resource: Resource, schema: Json) -> Json:
    settle(call.service, call.world, resource)
    first = _first(call, resource, [])
    record = load(first) if first else {}
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
        key = load(document)[resource.key] if document else ""
        named = ", ".join(f"{parameter} {call.parameters[parameter]}" for parameter in _selecting(call))
    else:
        key = named = str(call.parameters[name])
    row = call.store.get(resource, call.world, key) if key else None
    return _check_visible(call, resource, named, row if row and _is_meant(call, row) else None, name)


def _is_meant(call: Call, row: Row) -> bool:
    """Whether the row has what `where` asks for."""
    where = call.operation.where
    if not where:
        return True
    record = row.read()
    return all(dig(record, field) == value for field, value in where.items())


def exists(call: Call) -> bool:
    """Whether a record of the caller matches the parameters."""
    settle(call.service, call.world, call.resource)
    return _first(call, call.resource, call.conditions()) is not None


def _check_visible(call: Call, resource: Resource, named: str, row: Row | None, parameter: str | None) -> Row:
    """The row, if the caller sees it. parameter: the one that names it."""
    if row is not None and is_visible(call, row):
        return row
    place = next((p.location for p in call.operation.parameters if p.name == parameter), "path")
    near = suggest_keys(call, resource, named)
    clue = Fault(place, parameter or "", "", (), named, near, f"the key of a {resource.name} that you see")
    absent = f"there is no {resource.name} {named}".rstrip()
    if row is None:
        raise Problem("missing", absent, clues=[clue])
    message = f"the {resource.name} {row.key} is not yours" if _tells(call) else absent
    raise Problem("foreign", message, clues=[clue])


def suggest_keys(call: Call, resource: Resource, key: str) -> list[str]:
    """A few keys of records that the caller sees, those first that begin like the given one."""
    owners, window = call.caller.persona.owners, Window(0, LOOKED_AT)
    found = call.store.page(resource, call.world, owners, [], resource.order, window)
    keys = [str(load(document)[resource.key]) for document in found]
    return sorted(keys, key=lambda known: count_same(known, key), reverse=True)[:SUGGESTED]


def _selecting(call: Call) -> Iterator[str]:
    return (p.name for p in call.operation.parameters if p.filters and p.name in call.parameters)


def resource_rule(resource: Resource, *words: str) -> tuple[str | int, ...]:
    """Where the document says something of a resource."""
    return (ROOT, "components", "schemas", resource.name, "x-sandbox", *words)


def _tells(call: Call) -> bool:
    """Whether this API admits that a foreign record exists."""
    kinds = call.api.dialect["errors"]["kinds"]
    return bool(kinds["foreign"] != kinds["missing"])


def is_visible(call: Call, row: Row) -> bool:
    """Whether the caller sees the row."""
    owners = call.caller.persona.owners
    return not owners or row.owner in owners


def check_named(call: Call) -> None:
    """Every record that a parameter names must exist for the caller. Raises Problem missing or foreign."""
    for parameter, name in call.operation.naming:
        if parameter in call.parameters:
            resource, key = call.api.resources[name], str(call.parameters[parameter])
            row = call.store.get(resource, call.world, key)
            _check_visible(call, resource, key, row, parameter)


def download(call: Call) -> Answer:
    """The file of a record, as it was uploaded; demo records have a small one."""
    row, part = find(call), call.operation.words["file"]
    file = call.store.file(call.resource, call.world, row.key, part)
    if file is None:
        response = call.operation.responses[str(call.operation.success)]
        media_type = next(iter(response.get("content", {})), "application/octet-stream")
        file = make_sample(part, media_type, _find_file_name(call, part, row))
    plain = UNQUOTABLE.sub("_", file.name)
    named = f'attachment; filename="{plain}"'
    if plain != file.name:
        named += f"; filename*=UTF-8''{quote(file.name, safe='')}"
    return Answer(
        "file", {"content": file.content}, {"Content-Type": file.media_type, "Content-Disposition": named}
    )


def _find_file_name(call: Call, part: str, row: Row) -> str:
    """The name that the record says its file has, else its key."""
    for operation in call.api.operations:
        for schema in operation.requests.values() if operation.of is call.resource else ():
            words = schema.get("properties", {}).get(part, {}).get("x-sandbox", {}).get("file", {})
            for field, fact in words.get("facts", {}).items():
                if fact == "name":
                    return str(row.read().get(field) or row.key)
    return row.key
