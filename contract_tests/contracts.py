"""What a document promises, as the laws see it: operations, parameters, resources, envelopes.

This is a reader of the vocabulary of its own; it shares no code with the sandbox.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import yaml

from contract_tests.problems import Unusable
from contract_tests.registers import Register
from contract_tests.schemas import Json, Node, Validator, merge

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
WRITES = ("create", "replace", "amend", "upsert", "register")
DEFAULT_KINDS = {
    "unreadable": 400,
    "invalid": 400,
    "unauthenticated": 401,
    "forbidden": 403,
    "foreign": 404,
    "missing": 404,
    "not_allowed": 405,
    "not_acceptable": 406,
    "conflict": 409,
    "too_large": 413,
    "unsupported": 415,
    "rate_limited": 429,
    "failed": 500,
    "unavailable": 503,
}


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

    @property
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

    @property
    def words(self) -> Node:
        """What the vocabulary says of the operation."""
        words: Node = self.node.get("x-sandbox", {})
        return words

    @property
    def does(self) -> str:
        """What it does: list, show, create, …; empty where the document does not say."""
        return str(self.words.get("does", ""))

    @property
    def resource(self) -> Resource | None:
        """The resource that it reads or writes."""
        return self.contract.resources.get(self.words.get("of", ""))

    @property
    def safe(self) -> bool:
        """Whether the method is GET or HEAD (RFC 9110 §9.2.1)."""
        return self.method in ("GET", "HEAD")

    @property
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


@dataclass(frozen=True)
class Contract:
    """A document, read for testing."""

    api: str
    root: Node = field(repr=False)
    register: Register = field(repr=False)

    @classmethod
    def load(cls, source: Path, api: str) -> "Contract":
        """Read a document in YAML or JSON. Raises Unusable."""
        try:
            root = yaml.load(source.read_text("utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            raise Unusable(f"{source}: {' '.join(str(error).split())}") from None
        if not isinstance(root, dict) or not isinstance(root.get("paths"), dict):
            raise Unusable(f"{source}: not an OpenAPI document (it has no `paths`)")
        contract = cls(api, root, Register.load(api))
        try:
            _ = contract.operations
        except (KeyError, TypeError, AttributeError) as error:
            raise Unusable(f"{source}: not a valid OpenAPI document ({error!r})") from None
        return contract

    @property
    def words(self) -> Node:
        """The dialect: what the vocabulary says of the whole document."""
        words: Node = self.root.get("x-sandbox", {})
        return words

    @cached_property
    def resources(self) -> dict[str, Resource]:
        """The component schemas that are collections of records."""
        schemas = self.root.get("components", {}).get("schemas", {})
        return {
            name: Resource(name, node, node["x-sandbox"], tuple(node.get("x-requirements", ())))
            for name, node in schemas.items()
            if "key" in node.get("x-sandbox", {})
        }

    @cached_property
    def operations(self) -> tuple[Operation, ...]:
        """All operations, in the order of the document."""
        return tuple(self._operations())

    def _operations(self) -> Iterator[Operation]:
        for path, item in self.root["paths"].items():
            for method in METHODS:
                if method in item:
                    node = item[method]
                    nodes = {}
                    for raw in [*item.get("parameters", ()), *node.get("parameters", ())]:
                        parameter = merge(self.root, raw)
                        nodes[parameter["in"], parameter["name"]] = parameter
                    name = node.get("operationId") or f"{method.upper()} {path}"
                    parameters = tuple(self._parameter(row) for row in nodes.values())
                    yield Operation(self, name, method.upper(), path, node, parameters)

    def _parameter(self, node: Node) -> Parameter:
        schema = merge(self.root, node.get("schema", {}))
        return Parameter(
            node["name"], node["in"], bool(node.get("required")), schema, node.get("x-sandbox", {}),
            (*node.get("x-requirements", ()), *schema.get("x-requirements", ())),
            node.get("example", schema.get("example")),
        )  # fmt: skip

    def of(self, resource: Resource | None, *does: str) -> list[Operation]:
        """The operations that do one of these things to the resource."""
        return [row for row in self.operations if resource and row.resource == resource and row.does in does]

    def operation(self, name: str) -> Operation:
        """The operation of that operationId. Raises KeyError."""
        return (
            next(iter([row for row in self.operations if row.name == name])) if name else self.operations[0]
        )

    def kind(self, kind: str) -> int:
        """The status of a kind of problem, such as `missing`."""
        kinds = self.words.get("errors", {}).get("kinds", {})
        if kind == "invalid_token" and kind not in kinds:
            kind = "unauthenticated"
        if kind == "unsubscribed" and kind not in kinds:
            kind = "forbidden"
        return int(kinds[kind][0]) if kind in kinds else DEFAULT_KINDS[kind]

    def validator(self, node: Node) -> Validator:
        """The compiled schema, made once for each node of the document."""
        cache = self._validators
        if id(node) not in cache:
            cache[id(node)] = Validator(self.root, node)
        return cache[id(node)]

    @cached_property
    def _validators(self) -> dict[int, Validator]:
        return {}

    @cached_property
    def general_ids(self) -> tuple[str, ...]:
        """The statements on the whole document: servers, credentials, dialect."""
        components = self.root.get("components", {})
        nodes = [
            self.root.get("servers", []),
            components.get("securitySchemes", {}),
            self.root.get("info", {}),
        ]
        return tuple(key for node in [*nodes, self.root.get("externalDocs", {})] for key in self.ids_of(node))

    def ids_of(self, node: Json, deep: bool = True) -> list[str]:
        """The statements on a part of the document and, if deep, on all that it contains or refers to."""
        found: dict[str, None] = {}
        self._collect(node, deep, found, set())
        return list(found)

    def _collect(self, node: Json, deep: bool, found: dict[str, None], seen: set[int]) -> None:
        if isinstance(node, dict):
            node = merge(self.root, node)
        if id(node) in seen:
            return
        seen.add(id(node))
        if isinstance(node, dict):
            found.update(dict.fromkeys(node.get("x-requirements", ())))
            if deep:
                for key, part in node.items():
                    if key not in ("x-requirements", "example", "examples"):
                        self._collect(part, deep, found, seen)
        elif isinstance(node, list) and deep:
            for part in node:
                self._collect(part, deep, found, seen)
