"""Drafts: valid bodies of creations, with a mark of this run in them."""

import re
from collections.abc import Callable, Mapping

from contract_tests import samples
from contract_tests.operations import Operation, Resource
from contract_tests.records import Record, holds_mark
from contract_tests.schemas import Json, Node, merge
from contract_tests.sessions import Session

PRIVILEGE = ("title", "name", "resourceKey", "notes", "description")
LONG = 6  # characters of a key that is not by chance the value of another field


class Drafts:
    """Makes bodies of creations.

    Parameters: session; shared, the record of a resource (by name) and a role that bodies may refer to.
    `owners` are the only owners for whom a credential may create, by role, as far as known.
    """

    def __init__(self, session: Session, shared: Callable[[str, str], Record]) -> None:
        self.session, self.contract, self.shared = session, session.contract, shared
        self.owners: dict[str, Json] = {}

    def body(
        self, operation: Operation, role: str, values: Mapping[str, Json]
    ) -> tuple[dict[str, Json], list[Record]]:
        """A valid body of a creation: the document's example, with a mark,
        fresh unique fields and real parents.
        """
        schema = operation.body[1] if operation.body else {}
        plain = dict(samples.plain(self.contract.root, schema)) if schema else {}
        resource = operation.resource
        plain |= self._calm(resource)
        parents: list[Record] = []
        marked = marks(operation)
        for name, node in schema.get("properties", {}).items():
            if name in values:
                plain[name] = values[name]
            elif resource and name in resource.words.get("references", {}):
                if name in plain or name in schema.get("required", ()):
                    parent = self.shared(resource.words["references"][name]["resource"], role)
                    parents.append(parent)
                    plain[name] = (
                        [parent.key] if merge(self.contract.root, node).get("type") == "array" else parent.key
                    )
            elif name in marked and not (
                resource and name == resource.words.get("owner") and role in self.owners
            ):
                plain[name] = self._fresh(merge(self.contract.root, node))
        if resource and resource.words.get("owner") in plain and resource.words["owner"] not in values:
            plain[resource.words["owner"]] = self.owners.get(role, plain[resource.words["owner"]])
        return plain | {name: value for name, value in values.items() if name not in plain}, parents

    def _calm(self, resource: Resource | None) -> dict[str, Json]:
        """For a subscription to events: only such as no operation sends, so that nobody is bothered."""
        words = self.contract.words.get("webhooks", {})
        if resource is None or words.get("subscriptions") != resource.name:
            return {}
        sent = {row.words.get("emits") for row in self.contract.operations}
        states = [row.words.get("states", {}) for row in self.contract.resources.values()]
        moves = [move for row in states for move in row.get("moves", ())]
        sent |= {move.get("emits") for move in moves}
        rare = [name for name in words.get("events", {}) if name not in sent]
        fields = [name for name, node in resource.properties.items() if node.get("type") == "array"]
        return {fields[0]: rare[:1]} if rare and fields else {}

    def _fresh(self, node: Node) -> str:
        name = self.session.name()
        return f"{name}@example.com" if node.get("format") == "email" else name

    def mark_of(self, sent: Json) -> str:
        """The text in a body by which its record can be found."""
        found = re.search(f"t{self.session.run}-[0-9]+", str(sent))
        return found[0] if found else ""

    def trace(self, sent: Json) -> str:
        """The mark in a body; else the key of a record of ours that it names, which no other's names."""
        values = sent.values() if isinstance(sent, dict) else ()
        named = {str(part) for value in values for part in (value if isinstance(value, list) else [value])}
        own = (row.key for row in reversed(self.session.ledger.entries) if row.state == "done")
        return self.mark_of(sent) or next((key for key in own if len(key) >= LONG and key in named), "")


def marks(operation: Operation) -> list[str]:
    """The fields of a body that take a text of ours: those that must be unique, or else the best one."""
    schema = operation.body[1] if operation.body else {}
    nodes = {
        name: merge(operation.contract.root, node) for name, node in schema.get("properties", {}).items()
    }
    free = [name for name, node in nodes.items() if holds_mark(node)]
    unique = {
        name
        for row in (operation.resource.words.get("unique", []) if operation.resource else [])
        for name in row
    }
    chosen = [name for name in free if name in unique and name in schema.get("required", ())]
    best = [name for name in PRIVILEGE if name in free] + [
        name for name in free if name in schema.get("required", ())
    ]
    spare = [name for name in PRIVILEGE if name in free and name != best[0]]  # where a law sets the best one
    return chosen or [*best[:1], *spare[:1]]
