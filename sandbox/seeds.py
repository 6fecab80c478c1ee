"""Demo data: every record of a new world, from one seed."""

import random
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from .access import Persona
from .clock import read_instant
from .declared import Api
from .fakes import Faking
from .filters import dig, field_schema
from .fixtures import PERSONA, Fixtures, resolve_durations
from .keys import make_key
from .resources import OWNER, Reference, Resource
from .schemas import Json
from .states import find_later_fields, plan_move
from .store import Row, find_columns, make_row

SAME_INSTANT = 0.08  # share of records created at the instant of the one before: ties to sort
UNCHANGED = 0.3  # share of records that were never changed


def make_rows(api: Api, fixtures: Fixtures, seed: int, anchor: datetime) -> dict[str, list[Row]]:
    """The rows of a new world, by resource: the named records, then `seeds` for each persona.

    The same arguments give the same bytes on every machine.
    """
    rows: dict[str, list[Row]] = {}
    seeder = Seeder(api, fixtures, seed, anchor, rows)
    taken = {name for resource in api.resources.values() for name in _find_sources(resource)}
    for name in _order_by_reference(api):
        rows[name] = []
        for row in seeder.make(api.resources[name]):
            row.columns = find_columns(api.resources[name], row)
            if name not in taken:
                row.record = None  # the text is enough from now on
            rows[name].append(row)
    return rows


def _order_by_reference(api: Api) -> list[str]:
    """Names of the resources, each after those that its records take something from."""
    done: list[str] = []

    def visit(name: str, above: tuple[str, ...]) -> None:
        if name not in done and name not in above and name in api.resources:
            resource = api.resources[name]
            for needed in _find_sources(resource):
                visit(needed, (*above, name))
            done.append(name)

    for name in api.resources:
        visit(name, ())
    return done


def _find_sources(resource: Resource) -> Iterator[str]:
    """The resources that its records take something from."""
    yield from _find_needed(resource.schema)
    yield from (to.resource for to in resource.references)


def _find_needed(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        if "refers" in schema.get("x-sandbox", {}):
            yield schema["x-sandbox"]["refers"]
        for part in (*schema.get("properties", {}).values(), schema.get("items")):
            yield from _find_needed(part)


class Seeder:
    """Makes the records of an API, resource by resource. rows: what is made already."""

    def __init__(
        self, api: Api, fixtures: Fixtures, seed: int, anchor: datetime, rows: Mapping[str, list[Row]]
    ) -> None:
        self._api = api
        self._fixtures = fixtures
        self._seed = seed
        self._anchor = anchor
        self._rows = rows
        self._random = random.Random()
        self._faking = Faking(self._random, anchor, api.style, self._pick, self._choose)
        self._persona = fixtures.main
        self._created = anchor
        self._mine: dict[tuple[str, str], list[Any]] = {}

    def make(self, resource: Resource) -> Iterator[Row]:
        """The named records, then the generated ones, without breaking a unique set."""
        self._persona, self._created = self._fixtures.main, self._anchor
        seen: set[tuple[Any, ...]] = set()
        for record, owner in self._make_records(resource):
            marks = {(fields, *(dig(record, field) for field in fields)) for fields in resource.unique}
            marks = {mark for mark in marks if None not in mark}
            if not marks & seen:
                seen |= marks
                yield self._make_row(resource, record, owner)

    def _make_records(self, resource: Resource) -> Iterator[tuple[Json, str | None]]:
        for named in self._fixtures.records.get(resource.name, ()):
            given = {key: value for key, value in named.items() if key != OWNER}
            yield self._resolve(resource, given), named.get(OWNER, self._fixtures.main.owner)
        for name, count in resource.seeds.items():
            if name in self._fixtures.personas:
                self._persona = self._fixtures.personas[name]
                self._random.seed(f"{self._seed}/{self._api.name}/{resource.name}/{name}")
                for _ in range(count):
                    yield self._make_record(resource, self._persona), self._persona.owner

    def _make_row(self, resource: Resource, record: Json, owner: str | None) -> Row:
        owner = dig(record, resource.owner) if resource.owner else owner
        move = plan_move(resource.states, record, self._anchor.timestamp(), str(record[resource.key]))
        return make_row(resource, record, owner, move.due if move else None)

    def _make_record(self, resource: Resource, persona: Persona) -> Json:
        record: Json = {resource.key: make_key(resource.form, self._random)}
        if resource.owner and resource.owner != resource.key and persona.owner:
            record[resource.owner] = persona.owner
        for catalog in resource.pick:
            record |= self._pick(catalog)
        references = {to.field: partial(self._refer, resource, to) for to in resource.references}
        self._faking.fill(resource.schema, record, references, later=set(resource.stamps))
        self._stamp(resource, record)
        for name in find_later_fields(resource.states, record) & record.keys():
            record[name] = None
        named = (resource.key, *resource.properties)
        return self._resolve(resource, {name: record[name] for name in named if name in record})

    def fake(self, resource: Resource, record: Json, names: tuple[str, ...]) -> Json:
        """New demo values of some fields of a record."""
        self._random.seed(f"{self._seed}/{resource.table}/{record[resource.key]}")
        made = {name: value for name, value in record.items() if name not in names}
        for catalog in resource.pick:
            made |= {name: value for name, value in self._pick(catalog).items() if name in names}
        wanted = {name: part for name, part in resource.properties.items() if name in names}
        self._faking.fill({**resource.schema, "properties": wanted}, made, {}, later=set())
        return {name: made[name] for name in names if name in made}

    def _resolve(self, resource: Resource, record: Json) -> Json:
        resolved: Json = resolve_durations(record, resource.schema, self._anchor, self._api.style)
        return resolved

    def _pick(self, catalog: str) -> Any:
        """A row of a catalog, of those for every persona or this one."""
        row = self._random.choice(self._find_mine(catalog, self._persona.name))
        return {key: value for key, value in row.items() if key != PERSONA} if isinstance(row, dict) else row

    def _find_mine(self, catalog: str, persona: str) -> list[Any]:
        if (catalog, persona) not in self._mine:
            rows = self._fixtures.catalogs[catalog]
            mine = [row for row in rows if not isinstance(row, dict) or row.get(PERSONA) in (None, persona)]
            self._mine[catalog, persona] = mine or rows
        return self._mine[catalog, persona]

    def _choose(self, resource: str) -> Json | None:
        """A record that the persona sees."""
        owners = self._persona.owners
        rows = [row for row in self._rows.get(resource, ()) if not owners or row.owner in owners]
        return self._random.choice(rows).read() if rows else None

    def _refer(self, resource: Resource, to: Reference) -> Any:
        """The key of another record, or different ones where the field is an array."""
        schema = field_schema(resource.schema, to.field)
        if schema.get("type") != "array":
            return self._choose_key(to.resource)
        least, most = schema.get("x-sandbox", {}).get("count", (1, 3))
        keys = [self._choose_key(to.resource) for _ in range(self._random.randint(least, most))]
        return [key for key in dict.fromkeys(keys) if key is not None]

    def _choose_key(self, resource: str) -> Any:
        chosen = self._choose(resource)
        return chosen[self._api.resources[resource].key] if chosen else None

    def _stamp(self, resource: Resource, record: Json) -> None:
        """Created in the past, changed between then and the anchor."""
        created = next((name for name, rule in resource.stamps.items() if rule == "create"), None)
        if created and created not in record:
            if self._random.random() >= SAME_INSTANT or self._created == self._anchor:
                self._created = self._faking.past()
            record[created] = self._faking.write(self._created)
        start = read_instant(record[created]) if created else self._faking.past()
        changed = start if self._random.random() < UNCHANGED else self._faking.between(start, self._anchor)
        for name, rule in resource.stamps.items():
            if name not in record:
                instant = self._faking.between(start, changed) if isinstance(rule, list) else changed
                record[name] = self._faking.write(instant)
