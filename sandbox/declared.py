"""What a document declares, as frozen dataclasses that the engine runs on."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from .schemas import Json, Registry

OWNER = "$owner"  # a record's owner: in fixtures, and beside the fields of a record that `item` renders


@dataclass(frozen=True, eq=False)
class Parameter:
    """A parameter of an operation; `filters` are the fields it selects by, after aliases."""

    name: str
    location: str
    required: bool
    schema: Json
    style: str | None
    explode: bool | None
    filters: tuple[str, ...]
    by: str
    together: str | None
    until: str | None
    names: str | None = None
    sets: str | None = None


@dataclass(frozen=True, eq=False)
class Reference:
    """A field that holds the key of a record of another resource."""

    field: str
    resource: str
    absent: str
    removal: str


@dataclass(frozen=True, eq=False)
class Resource:
    """A collection of records. schema: the component schema with its properties' references followed;
    columns: fields that the store compares; sought: those of them by which it finds or orders many.
    """

    api: str
    name: str
    schema: Json
    key: str
    form: str
    owner: str | None
    unique: tuple[tuple[str, ...], ...]
    references: tuple[Reference, ...]
    immutable: frozenset[str]
    stamps: dict[str, Any]
    states: Json | None
    alias: dict[str, str]
    order: tuple[str, ...]
    seeds: dict[str, int]
    pick: tuple[str, ...]
    item: Json | None
    effects: Json
    secret: str | None
    columns: tuple[str, ...]
    sought: tuple[str, ...]

    @cached_property
    def reaches(self) -> set[str]:
        """The resources that its moves by the clock make or change."""
        made = {move["creates"] for move in (self.states or {}).get("moves", ()) if "creates" in move}
        return made | {effect["of"] for effects in self.effects.values() for effect in effects}

    @cached_property
    def table(self) -> str:
        """The name of its table."""
        return f"{self.api}_{self.name}"

    @cached_property
    def properties(self) -> Json:
        """Property name to schema, references followed."""
        result: Json = self.schema["properties"]
        return result

    @cached_property
    def derived(self) -> Json:
        """The properties that a new record may have where the client gives nothing."""
        required = self.schema.get("required", ())
        return {
            name: part
            for name, part in self.properties.items()
            if {"later", "form"} & part.get("x-sandbox", {}).keys()
            or "default" in part
            or (name in required and part.get("nullable"))
        }

    @cached_property
    def joined(self) -> dict[str, str]:
        """The resource of which a property shows the first record, by property."""
        words = {name: part.get("x-sandbox", {}) for name, part in self.properties.items()}
        return {name: each["first_of"] for name, each in words.items() if "first_of" in each}

    @cached_property
    def hidden(self) -> frozenset[str]:
        """The properties that are written only, the password among them: nobody is told them."""
        return frozenset(
            name for name, part in self.properties.items() if part.get("writeOnly") or name == self.secret
        )


@dataclass(frozen=True, eq=False)
class Operation:
    """One method of one path."""

    id: str
    method: str
    path: str
    does: str | None
    of: Resource | None
    body: Any
    needs: frozenset[str]
    where: Json
    sort: Json | None
    emits: str | None
    words: Json
    parameters: tuple[Parameter, ...]
    requests: dict[str, Json]
    schemas: dict[str, Json]
    body_required: bool
    responses: dict[str, Json]
    security: tuple[Json, ...]

    def response(self, status: int) -> Json | None:
        """What the document says of a status: by its number, its range (4XX), or the default."""
        known = self.responses
        return known.get(str(status), known.get(f"{status // 100}XX", known.get("default")))

    @cached_property
    def success(self) -> int:
        """The lowest documented 2xx, else 200."""
        return min(
            (int(code) for code in self.responses if code.startswith("2") and code.isdigit()), default=200
        )

    @cached_property
    def fields(self) -> Json:
        """The properties of the request body, by name; without one, of the resource."""
        bodies = (schema["properties"] for schema in self.requests.values() if "properties" in schema)
        found: Json = next(bodies, self.of.properties if self.of else {})
        return found

    @cached_property
    def naming(self) -> tuple[tuple[str, str], ...]:
        """The parameters that name a record, each with its resource."""
        return tuple((each.name, each.names) for each in self.parameters if each.names)

    @cached_property
    def key(self) -> str | None:
        """The path parameter that holds the key of the record: the last one that does not filter."""
        names = [p.name for p in self.parameters if p.location == "path" and not p.filters]
        return names[-1] if names else None


@dataclass(frozen=True, eq=False)
class Api:
    """A document, read. path: the path of its first server, without a final slash."""

    name: str
    document: Json
    path: str
    dialect: Json
    resources: dict[str, Resource]
    operations: tuple[Operation, ...]
    security_schemes: Json
    registry: Registry

    @cached_property
    def shown(self) -> dict[str, tuple[str, str]]:
        """The path that shows one record of a resource, and what of it stands for the key, by resource."""
        showing = [each for each in reversed(self.operations) if each.does == "show" and each.key]
        return {each.of.name: (each.path, f"{{{each.key}}}") for each in showing if each.of}

    @cached_property
    def moving(self) -> dict[str, list[Resource]]:
        """By name of a resource, those with states that change it when they move: itself, and others."""
        moving = [each for each in self.resources.values() if each.states]
        return {
            name: [each for each in moving if each is resource or name in each.reaches]
            for name, resource in self.resources.items()
        }

    @property
    def prefix(self) -> str:
        """Where the API answers beside its documented path: /<name><path>."""
        return f"/{self.name}{self.path}"

    @property
    def style(self) -> str:
        """Form of the instants this API writes."""
        return str(self.dialect.get("timestamps", "seconds"))
