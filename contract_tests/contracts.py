"""What a document promises, as the laws see it: its operations, resources, kinds of problems.

This is a reader of the vocabulary of its own; it shares no code with the sandbox.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import yaml

from contract_tests.operations import Operation, Parameter, Resource
from contract_tests.problems import Unusable
from contract_tests.registers import Register
from contract_tests.schemas import Json, Node, Validator, convert_components, merge

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
            cache[id(node)] = Validator(self.root, node, self._components)
        return cache[id(node)]

    @cached_property
    def _components(self) -> Node:
        return convert_components(self.root)

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
