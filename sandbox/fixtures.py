"""Fixtures of an API: personas, catalogs that demo data picks from, and named records."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from json import dumps
from pathlib import Path
from re import fullmatch
from typing import Any

from .access import Persona, read_personas
from .cache import NO_CACHE, Cache
from .clock import write_instant
from .declared import Api
from .documents import find_folder, read_yaml
from .filters import dig
from .problems import Fault, Unusable
from .resources import OWNER, Resource
from .schemas import Json, Schema, point
from .values import dump

PERSONA = "$persona"
TOKEN = r"[A-Za-z0-9_-]+"
DURATION = r"(-?)P(?=.)(?:([0-9]+)D)?(?:T(?=.)(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+)S)?)?"
RESOLVED = {"format", "properties", "items"}  # of what may have or be an instant
ANY_DAY = datetime(2000, 1, 1, tzinfo=UTC)
SHAPE = Schema.plain(
    {
        "type": "object",
        "additionalProperties": False,
        "required": ["personas"],
        "properties": {
            "personas": {
                "type": "object",
                "minProperties": 1,
                "additionalProperties": {
                    "type": "object",
                    "additionalProperties": False,
                    "properties": {
                        "user": {"type": "string"},
                        "account": {"type": "string"},
                        "quota": {"type": "integer", "minimum": 1},
                        "quotas": {
                            "type": "object",
                            "additionalProperties": {"type": "integer", "minimum": 1},
                        },
                        "scopes": {"type": "array", "items": {"type": "string"}},
                        "expired": {"type": "boolean"},
                    },
                },
            },
            "catalogs": {"type": "object", "additionalProperties": {"type": "array", "minItems": 1}},
            "records": {
                "type": "object",
                "additionalProperties": {"type": "array", "items": {"type": "object"}},
            },
        },
    }
)


@dataclass(frozen=True)
class Fixtures:
    """What a fixture file holds. Durations in records are still texts."""

    personas: dict[str, Persona]
    catalogs: dict[str, list[Any]]
    records: dict[str, list[Json]]

    @property
    def main(self) -> Persona:
        """The persona that owns what no `$owner` claims: the first one."""
        return next(iter(self.personas.values()))


def read_fixtures(api: Api, folder: Path | None, cache: Cache = NO_CACHE) -> Fixtures:
    """The fixtures of an API from a folder of <api>.yaml files, else the shipped ones, else the plain ones.

    Raises Unusable with file and pointer for a bad file.
    """
    shipped = find_folder("fixtures")
    places = [place / f"{api.name}.yaml" for place in (folder, shipped) if place] + [shipped / "plain.yaml"]
    path = next(place for place in places if place.is_file())
    content = cache.remember("fixtures", [path, dump(api.document)], lambda: _read_content(api, path))
    return _make_fixtures(content)


def _read_content(api: Api, path: Path) -> Json:
    content: Json = read_yaml(path)
    faults = SHAPE.find_faults(content, "fixtures")
    if faults:
        raise Unusable(f"{path}: {faults[0].pointer or '/'}: {faults[0].message}")
    for pointer, message in _find_faults(api, _make_fixtures(content)):
        raise Unusable(f"{path}: {pointer}: {message}")
    return content


def _make_fixtures(content: Json) -> Fixtures:
    return Fixtures(
        read_personas(content["personas"]), content.get("catalogs", {}), content.get("records", {})
    )


def _find_faults(api: Api, fixtures: Fixtures) -> Iterator[tuple[str, str]]:
    for token in fixtures.personas:
        if not fullmatch(TOKEN, token):
            yield f"/personas{point(token)}", "a token is made of letters, digits, '-' and '_'"
    for resource in api.resources.values():
        for catalog in sorted({*resource.pick, *_find_picks(resource.schema)} - fixtures.catalogs.keys()):
            yield "/catalogs", f"there is no catalog {catalog!r}, which {resource.name} picks from"
    for name, rows in fixtures.records.items():
        if name not in api.resources:
            yield f"/records/{name}", f"there is no resource {name!r}; those are {', '.join(api.resources)}"
            return
        for pointer, message in _find_record_faults(api, api.resources[name], rows):
            yield f"/records/{name}/{pointer}", message


def _find_picks(schema: Any) -> Iterator[str]:
    """The catalogs that properties are picked from."""
    if isinstance(schema, dict):
        pick = schema.get("x-sandbox", {}).get("pick", ())
        yield from [pick] if isinstance(pick, str) else pick
        for part in (*schema.get("properties", {}).values(), schema.get("items")):
            yield from _find_picks(part)


def _find_record_faults(api: Api, resource: Resource, rows: list[Json]) -> Iterator[tuple[str, str]]:
    known = resource.properties.keys() | {OWNER, resource.key}
    properties = {name: {**part, "readOnly": False} for name, part in resource.properties.items()}
    validator = Schema({"properties": properties}, api.registry)
    seen: set[tuple[Any, ...]] = set()
    for index, row in enumerate(rows):
        if row.get(resource.key) is None:
            yield f"{index}/{resource.key}", "is required but missing"
        for field in row.keys() - known:
            yield f"{index}{point(field)}", f"is not a property of {resource.name}"
        for fault in _find_value_faults(api, resource, validator, row):
            yield f"{index}{fault.pointer}", fault.message
        for fields in ((resource.key,), *resource.unique):
            values = [dig(row, field) for field in fields]
            mark = (fields, dumps(values))
            if mark in seen and None not in values:
                yield str(index), f"another record has the same {' and '.join(fields)}"
            seen.add(mark)


def _find_value_faults(api: Api, resource: Resource, validator: Schema, row: Json) -> list[Fault]:
    try:
        resolved = resolve_durations(row, resource.schema, ANY_DAY, api.style)
    except OverflowError:
        return [Fault("fixtures", "", "has a duration that leads beyond the calendar")]
    return validator.find_faults(resolved, "fixtures")


def resolve_durations(value: Any, schema: Json, anchor: datetime, style: str) -> Any:
    """The value with each ISO 8601 duration where an instant or a date belongs replaced by that one."""
    if isinstance(value, dict):
        resolved = dict(value)
        for name, part in schema.get("properties", {}).items():
            if name in value and RESOLVED & part.keys():
                resolved[name] = resolve_durations(value[name], part, anchor, style)
        return resolved
    if isinstance(value, list):
        return [resolve_durations(part, schema.get("items", {}), anchor, style) for part in value]
    if not isinstance(value, str) or schema.get("format") not in ("date-time", "date") or "P" not in value:
        return value
    match = fullmatch(DURATION, value)
    if not match:
        return value
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups()[1:])
    span = timedelta(days, seconds, hours=hours, minutes=minutes)
    instant = anchor - span if match[1] else anchor + span
    return instant.date().isoformat() if schema["format"] == "date" else write_instant(instant, style)
