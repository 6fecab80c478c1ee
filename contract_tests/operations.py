"""Operations as the laws see them: parameters, and the resource that each reads or writes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from contract_tests.schemas import Json, Node, merge

if TYPE_CHECKING:
    from contract_tests.contracts import Contract


@dataclass(frozen=True)
class Parameter:
    """A parameter of an operation: its schema, and what the vocabulary says that it selects."""

    name: str
    where: str  # query, path, header or cookie
    required: bool
    schema: Node
    meaning: Node
    ids: tuple[str, ...]
    example: Json = None

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """The fields (dotted paths) that the parameter filters by; a record matches by any of them."""
        fields = self.meaning.get("filters", ())
        return (fields,) if isinstance(fields, str) else tuple(fields)

    @property
    def relation(self) -> str:
        """How a field relates to the value: eq, gt, gte, lt, lte, day or contains."""
        return str(self.meaning.get("by", "eq"))


@dataclass(frozen=True)
class Resource:
    """A collection of records: the resource's schema and words."""

    name: str
    schema: Node
    words: Node
    ids: tuple[str, ...]

    @property
    def key(self) -> str:
        """Name of the field that identifies a record."""
        return str(self.words.get("key", {}).get("field", "id"))

    @property
    def properties(self) -> Node:
        """The schema of each field."""
        properties: Node = self.schema.get("properties", {})
        return properties

    def dealias(self, name: str) -> str:
        """The field that a parameter means by the name."""
        return str(self.words.get("alias", {}).get(name, name))


@dataclass(frozen=True)
class Operation:
    """One method of one path: how it is called, what it does and what it answers."""

    contract: "Contract" = field(repr=False)
    name: str
    method: str
    path: str
    node: Node = field(repr=False)
    parameters: tuple[Parameter, ...] = field(repr=False)

    @cached_property
    def words(self) -> Node:
        """What the vocabulary says of the operation."""
        words: Node = self.node.get("x-sandbox", {})
        return words

    @cached_property
    def does(self) -> str:
        """What it does: list, show, create, …; empty where the document does not say."""
        return str(self.words.get("does", ""))

    @cached_property
    def resource(self) -> Resource | None:
        """The resource that it reads or writes."""
        return self.contract.resources.get(self.words.get("of", ""))

    @cached_property
    def safe(self) -> bool:
        """Whether the method is GET or HEAD (RFC 9110 §9.2.1)."""
        return self.method in ("GET", "HEAD")

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """The statements on the operation itself."""
        return tuple(self.node.get("x-requirements", ()))

    @property
    def protected(self) -> bool:
        """Whether it asks for a credential."""
        return bool(self.node.get("security", self.contract.root.get("security", [])))

    def parameter(self, name: str) -> Parameter | None:
        """The query or path parameter of that name."""
        return next(
            (row for row in self.parameters if row.name == name and row.where in ("query", "path")), None
        )

    def within(self, where: str) -> list[Parameter]:
        """The parameters of one place: query, path, header or cookie."""
        return [row for row in self.parameters if row.where == where]

    @cached_property
    def body(self) -> tuple[str, Node] | None:
        """Media type and schema of the request body; None where it has none."""
        content = merge(self.contract.root, self.node.get("requestBody", {})).get("content", {})
        for media_type, node in content.items():
            return media_type, merge(self.contract.root, node.get("schema", {}))
        return None

    @cached_property
    def success(self) -> tuple[int, ...]:
        """The documented statuses of success, the lowest first."""
        return tuple(sorted(int(status) for status in self.node["responses"] if status.startswith("2")))

    def response(self, status: int) -> Node | None:
        """What the document says of the answer with that status; None where it does not list it."""
        responses = self.node["responses"]
        node = responses.get(str(status)) or responses.get(f"{status // 100}XX") or responses.get("default")
        return None if node is None else merge(self.contract.root, node)

    @cached_property
    def shown(self) -> frozenset[str]:
        """The names of all fields, at any depth, that the schemas of its successful answers have."""
        names: set[str] = set()
        for status in self.success:
            for media in (self.response(status) or {}).get("content", {}).values():
                _collect_names(self.contract.root, media.get("schema", {}), names, set())
        return frozenset(names)

    @cached_property
    def places(self) -> tuple[Sequence[str], ...]:
        """The statements behind the operation, the most specific place first: itself, its answers,
        all it uses.
        """
        resource = self.resource
        return (
            self.ids,
            [
                key
                for node in self.node["responses"].values()
                for key in self.contract.ids_of(node, deep=False)
            ],
            resource.ids if resource else (),
            [*self.contract.ids_of(self.node), *(self.contract.ids_of(resource.schema) if resource else ())],
            self.contract.general_ids,
        )


def _collect_names(root: Node, node: Node, names: set[str], seen: set[int]) -> None:
    node = merge(root, node)
    if id(node) in seen:
        return
    seen.add(id(node))
    for name, part in node.get("properties", {}).items():
        names.add(name)
        _collect_names(root, part, names, seen)
    if isinstance(node.get("items"), dict):
        _collect_names(root, node["items"], names, seen)
