"""Answers read back by the envelopes of the document: records, pages and error bodies."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from contract_tests.contracts import Contract
from contract_tests.exchanges import Exchange, NotJson
from contract_tests.operations import Operation, Resource
from contract_tests.templates import Reading, read

Json = Any


@dataclass(frozen=True)
class Page:
    """One page of a list: its records, as flat fields, and what its envelope and headers say.

    `values` has the names of the envelope that were there: total, page, size, pages, next, prev, first, last.
    """

    exchange: Exchange
    items: list[dict[str, Json]]
    raw: list[Json]
    values: Mapping[str, Json] = field(default_factory=dict)


def envelope(operation: Operation) -> Json:
    """The template of the operation's successful answer."""
    if "body" in operation.words:
        return operation.words["body"]
    name = "many" if operation.does == "list" else "one"
    return operation.contract.words.get("envelopes", {}).get(name, "$items" if name == "many" else "$item")


def read_answer(operation: Operation, exchange: Exchange) -> Reading:
    """The names of the envelope in an answer; an answer that is not JSON is one mismatch."""
    try:
        return read(envelope(operation), exchange.json())
    except NotJson as error:
        return Reading(mismatches=[str(error)])


def read_record(operation: Operation, exchange: Exchange) -> dict[str, Json] | None:
    """The flat fields of the record in an answer; None where there is none to read."""
    resource, values = operation.resource, read_answer(operation, exchange).values
    if resource is None:
        return None
    if "item" in values:
        return flatten(resource, values["item"])
    return {name: value for name, value in values.items() if name not in ("token", "items")} or None


def read_page(operation: Operation, exchange: Exchange) -> Page | None:
    """The page in the answer of a list; None where its records cannot be read."""
    resource, values = operation.resource, dict(read_answer(operation, exchange).values)
    raw = values.pop("items", None)
    if resource is None or exchange.status != 200 or not isinstance(raw, list):
        return None
    items = [flatten(resource, item) for item in raw]
    if any(item is None for item in items):
        return None
    values |= _read_headers(operation.contract, exchange)
    return Page(exchange, [item for item in items if item is not None], raw, values)


def _read_headers(contract: Contract, exchange: Exchange) -> dict[str, Json]:
    templates = contract.words.get("page", {}).get("headers", {})
    found: dict[str, Json] = {}
    for header, template in templates.items():
        text = exchange.response.headers.get(header.lower())
        if text is not None and template.startswith("$"):
            found[template[1:]] = int(text) if text.isdigit() else text
    return found


def flatten(resource: Resource, item: Json) -> dict[str, Json] | None:
    """The fields of a record on the wire; its attributes and the names of its template beside each other."""
    if not isinstance(item, dict):
        return None
    template = resource.words.get("item")
    if template is None:
        return dict(item)
    values = read(template, item).values
    attributes = values.pop("attributes", {})
    owner = values.pop("owner", None)
    fields = dict(attributes) if isinstance(attributes, dict) else {}
    if resource.words.get("owner") is None and owner is not None:
        fields["$owner"] = owner
    return fields | values


def read_error(contract: Contract, exchange: Exchange) -> Reading:
    """The names of the error body in an answer."""
    template = contract.words.get("errors", {}).get("body")
    if template is None:
        return Reading()
    try:
        return read(template, exchange.json())
    except NotJson as error:
        return Reading(mismatches=[str(error)])


def dig(record: Mapping[str, Json], path: str) -> list[Json]:
    """The values at a dotted path of a record; several where an array is on the way, of which a number
    names one; none where it is absent.
    """
    values: list[Json] = [record]
    for part in path.split("."):
        found: list[Json] = []
        for value in values:
            if isinstance(value, list) and part.isdigit():
                found += value[int(part) :][:1]
                continue
            rows = value if isinstance(value, list) else [value]
            found += [row[part] for row in rows if isinstance(row, dict) and part in row]
        values = found
    return [item for value in values for item in (value if isinstance(value, list) else [value])]
