"""What a document declares, as frozen dataclasses that the engine runs on."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from .resources import Resource
from .schemas import Json, Registry


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
    def settable(self) -> frozenset[str]:
        """Those of them that a client may set."""
        return frozenset(name for name, part in self.fields.items() if not part.get("readOnly"))

    @cached_property
    def defaults(self) -> Json:
        """The defaults of the request body, by name."""
        return {name: part["default"] for name, part in self.fields.items() if "default" in part}

    @cached_property
    def setting(self) -> tuple[tuple[str, str], ...]:
        """The parameters that set a field of a new record, each with the field."""
        return tuple((each.name, each.sets) for each in self.parameters if each.sets)

    @cached_property
    def locates(self) -> bool:
        """Whether its success has a Location header."""
        return "Location" in self.responses.get(str(self.success), {}).get("headers", {})

    @cached_property
    def writes_one_row(self) -> bool:
        """Whether it writes one row of one table at most."""
        cause = {"create": "create", "amend": "amend", "replace": "amend"}.get(self.does or "")
        has_effect = not self.of or cause in self.of.effects or bool(self.emits)
        return bool(cause) and not has_effect and all(media.endswith("json") for media in self.requests)

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

    @cached_property
    def style(self) -> str:
        """Form of the instants this API writes."""
        return str(self.dialect.get("timestamps", "seconds"))
