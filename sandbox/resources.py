"""What a document declares of its resources: collections of records."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from .schemas import Json

OWNER = "$owner"  # a record's owner: in fixtures, and beside the fields of a record that `item` renders


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
