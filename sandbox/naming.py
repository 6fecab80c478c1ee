"""Words that name something: what they name must be there."""

from collections.abc import Iterator
from typing import Any

from .problems import Unusable
from .schemas import Json

WORDS = "x-sandbox"
Named = Iterator[tuple[str, str]]


def check_resource(name: str, schema: Json, resources: set[str]) -> None:
    """Raise Unusable, with a pointer, for a field or resource that the words of a resource name in vain.

    schema: the component schema with its references expanded; resources: the names of all resources.
    """
    words, where = schema[WORDS], f"/components/schemas/{name}/{WORDS}"
    known = {*schema.get("properties", {}), *words.get("alias", {})}
    known |= {words["key"]["field"]} if "item" in words else set()
    for word, field in _find_fields(words):
        if field.split(".")[0] not in known:
            raise Unusable(f"{where}/{word}: {field!r} is not a property of {name}")
    for word, other in _find_resources(words):
        _check_there(f"{where}/{word}", other, resources)
    for pointer, word, other in _find_property_names(schema, f"/components/schemas/{name}"):
        _check_there(f"{pointer}/{WORDS}/{word}", other, resources)


def check_operation(
    where: str, node: Json, parameters: list[Json], fields: set[str], resources: set[str]
) -> None:
    """Raise Unusable for what the words of an operation and its parameters name in vain.

    where: its pointer; fields: of its resource, aliases too; empty where it has none.
    """
    names = {parameter["name"] for parameter in parameters}
    for parameter in parameters:
        words = parameter.get(WORDS, {})
        at = f"{where}/parameters/{parameter['name']}/{WORDS}"
        filters = words.get("filters", [])
        for field in [filters] if isinstance(filters, str) else filters:
            if fields and field.split(".")[0] not in fields:
                raise Unusable(f"{at}/filters: {field!r} is not a field of {node[WORDS]['of']}")
        for word in ("together", "until"):
            if words.get(word, next(iter(names))) not in names:
                raise Unusable(f"{at}/{word}: there is no parameter {words[word]!r} beside it")
        if "names" in words:
            _check_there(f"{at}/names", words["names"], resources)


def _check_there(pointer: str, name: str, resources: set[str]) -> None:
    if name not in resources:
        raise Unusable(f"{pointer}: there is no resource {name!r}; those are {', '.join(sorted(resources))}")


def _find_fields(words: Json) -> Named:
    """The fields that the words of a resource name, each with its word."""
    yield "key", words["key"]["field"]
    if "owner" in words:
        yield "owner", words["owner"]
    for word in ("immutable", "order", "stamps", "references"):
        yield from ((word, field.removeprefix("-")) for field in words.get(word, ()))
    for rule in words.get("stamps", {}).values():
        yield from (("stamps", field) for field in rule if isinstance(rule, list))
    yield from (("unique", field) for fields in words.get("unique", ()) for field in fields)
    yield from (("alias", field) for field in words.get("alias", {}).values())
    if "states" in words:
        yield "states/field", words["states"]["field"]
        for move in words["states"].get("moves", ()):
            yield from (
                ("states/moves", field) for field in (*move.get("stamps", ()), *move.get("fills", ()))
            )


def _find_resources(words: Json) -> Named:
    yield from (("references", to["resource"]) for to in words.get("references", {}).values())
    yield from (("effects", each["of"]) for effects in words.get("effects", {}).values() for each in effects)
    for move in words.get("states", {}).get("moves", ()):
        if "creates" in move:
            yield "states/moves", move["creates"]


def _find_property_names(schema: Any, pointer: str) -> Iterator[tuple[str, str, str]]:
    """Pointer, word and resource for each property that takes something from a resource."""
    if not isinstance(schema, dict):
        return
    for name, part in schema.get("properties", {}).items():
        at = f"{pointer}/properties/{name}"
        words = part.get(WORDS, {})
        yield from ((at, word, words[word]) for word in ("refers", "first_of") if word in words)
        yield from _find_property_names(part, at)
    yield from _find_property_names(schema.get("items"), f"{pointer}/items")
