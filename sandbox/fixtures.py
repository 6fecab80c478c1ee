"""Fixtures of an API: personas, catalogs that demo data picks from, and named records."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from re import fullmatch
from typing import Any

from .access import Persona, read_personas
from .clock import write_instant
from .declared import OWNER, Api
from .documents import find_folder, read_yaml
from .problems import Unusable
from .schemas import Json, Schema

PERSONA = "$persona"
DURATION = r"(-?)P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?"
SHAPE = Schema.plain(
    {
        "type": "object",
        "additionalProperties": False,
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


def read_fixtures(api: Api, folder: Path | None) -> Fixtures:
    """The fixtures of an API from a folder of <api>.yaml files, else the shipped ones, else the plain ones.

    Raises Unusable with file and pointer for a bad file.
    """
    shipped = find_folder("fixtures")
    places = [place / f"{api.name}.yaml" for place in (folder, shipped) if place] + [shipped / "plain.yaml"]
    path = next(place for place in places if place.is_file())
    content = read_yaml(path)
    faults = SHAPE.find_faults(content, "fixtures")
    if faults:
        raise Unusable(f"{path}: {faults[0].pointer or '/'}: {faults[0].message}")
    records = content.get("records", {})
    for pointer, message in _find_faults(api, records, content.get("catalogs", {})):
        raise Unusable(f"{path}: {pointer}: {message}")
    return Fixtures(read_personas(content.get("personas", {})), content.get("catalogs", {}), records)


def _find_faults(
    api: Api, records: dict[str, list[Json]], catalogs: dict[str, list[Any]]
) -> Iterator[tuple[str, str]]:
    for name, rows in records.items():
        resource = api.resources.get(name)
        if resource is None:
            yield f"/records/{name}", f"there is no resource {name!r}; those are {', '.join(api.resources)}"
            return
        for index, row in enumerate(rows):
            for field in row.keys() - resource.properties.keys() - {OWNER, resource.key}:
                yield f"/records/{name}/{index}/{field}", f"is not a property of {name}"
    for resource in api.resources.values():
        for catalog in resource.pick:
            if catalog not in catalogs:
                yield "/catalogs", f"there is no catalog {catalog!r}, which {resource.name} picks from"


def resolve_durations(value: Any, schema: Json, anchor: datetime, style: str) -> Any:
    """The value with each ISO 8601 duration where an instant or a date belongs replaced by that one."""
    if isinstance(value, dict):
        properties = schema.get("properties", {})
        return {
            key: resolve_durations(part, properties.get(key, {}), anchor, style)
            for key, part in value.items()
        }
    if isinstance(value, list):
        return [resolve_durations(part, schema.get("items", {}), anchor, style) for part in value]
    match = fullmatch(DURATION, value) if isinstance(value, str) else None
    if not match or schema.get("format") not in ("date-time", "date"):
        return value
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups()[1:])
    span = timedelta(days, seconds, hours=hours, minutes=minutes)
    instant = anchor - span if match[1] else anchor + span
    return instant.date().isoformat() if schema["format"] == "date" else write_instant(instant, style)
