"""The maker of our own records: it makes what a law needs, and removes it again."""

import json
import re
from collections.abc import Mapping
from typing import Any

from contract_tests import samples
from contract_tests.answers import read_page, read_record
from contract_tests.contracts import Contract, Operation, Resource
from contract_tests.ledger import Entry
from contract_tests.records import Record, Unmakeable, address, holds_mark
from contract_tests.schemas import Node, merge
from contract_tests.sessions import Session
from contract_tests.transport import Unreachable

Json = Any
PRIVILEGE = ("title", "name", "resourceKey", "notes", "description")
LONG = 6  # characters of a key that is not by chance the value of another field
SILENCES = 3  # undoings in a row that are not answered, before the server is left alone


class Maker:
    """Makes and removes records. `parents` are made where a record needs them.

    Parameters: session.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.made: list[Record] = []
        self.cohorts: dict[str, Any] = {}
        self._shared: dict[tuple[str, str], Record] = {}
        self._owners: dict[str, Json] = {}
        self.silences = 0

    @property
    def contract(self) -> Contract:
        """The contract under test."""
        return self.session.contract

    def creation(self, resource: Resource) -> Operation:
        """The operation that creates records of the resource. Raises Unmakeable where none may be used."""
        if not self.session.writes:
            raise Unmakeable(f"the profile observe creates nothing (--profile write): {resource.name}")
        operations = self.contract.of(resource, "create", "upsert", "register")
        if not operations:
            raise Unmakeable(f"the document has no operation that creates a {resource.name}")
        if not self.session.leftovers and not self.removal(resource):
            raise Unmakeable(f"no documented delete of a {resource.name} (--allow-leftovers)")
        return operations[0]

    def removal(self, resource: Resource) -> Operation | None:
        """The operation that removes a record of the resource."""
        return next(iter(self.contract.of(resource, "remove")), None)

    def make(
        self,
        resource: Resource,
        *,
        role: str = "owner",
        without: tuple[str, ...] = (),
        kept: bool = False,
        **values: Json,
    ) -> Record:
        """A new record.

        Parameters: role, whose it is; without, fields of the plain body to leave out; values, fields of the
        body to set.
        Raises Unmakeable, also where the server refuses a body that the document permits.
        """
        operation = self.creation(resource)
        made = len(self.made)
        path, parents = self.lineage(operation, role)
        record = self._make(operation, path, role, without, values, parents)
        if record.exchange.status in self._foreign and self._learn_owner(resource, role, values):
            record = self._make(operation, path, role, without, values, parents)
        if kept:
            for row in self.made[made:]:
                row.kept = True
        if record.entry is None or record.entry.state != "done":
            raise Unmakeable(
                f"{record.exchange}: {record.exchange.response.body[:200].decode('utf-8', 'replace')}"
            )
        return record

    def _make(
        self, operation: Operation, path: dict[str, Json], role: str, without: tuple[str, ...],
        values: Mapping[str, Json], parents: list[Record],
    ) -> Record:  # fmt: skip
        body, more = self.body(operation, role, values)
        sent = {name: value for name, value in body.items() if name not in without}
        return self.create(operation, path, sent, role, parents + more)

    @property
    def _foreign(self) -> tuple[int, ...]:
        return self.contract.kind("foreign"), self.contract.kind("forbidden")

    def _learn_owner(self, resource: Resource, role: str, values: Mapping[str, Json]) -> bool:
        """Find the only owner for whom this credential may create,
        where the server has just refused another.
        """
        owner = resource.words.get("owner")
        if owner is None or owner in values or role in self._owners:
            return False
        for operation in self.contract.of(resource, "list"):
            page = read_page(operation, self.session.send(operation, role=role))
            found = (
                {item[owner] for item in page.items if isinstance(item.get(owner), str)} if page else set()
            )
            if found:
                self._owners[role] = sorted(found)[0]
                return True
        return False

    def create(
        self, operation: Operation, path: dict[str, Json], sent: Json, role: str = "owner",
        parents: list[Record] | None = None, **options: Any,
    ) -> Record:  # fmt: skip
        """Ask for a new record, whatever the answer; it is noted before it is sent,
        and removed at the end.
        """
        resource = operation.resource
        if resource is None:
            raise Unmakeable(f"{operation.name} creates no resource")
        self.creation(resource)
        entry = self.session.ledger.plan(operation.name, role, self._trace(sent), path=path)
        exchange = self.session.send(operation, path, body=sent, role=role, **options)
        self.session.clock.sleep(self.session.settle)
        fields = (read_record(operation, exchange) or {}) if 200 <= exchange.status < 300 else {}
        body = sent if isinstance(sent, dict) else {}
        record = Record(resource, fields, body, path, exchange, entry, role, parents or [])
        self._note(record)
        return record

    def _note(self, record: Record) -> None:
        """Note what came of a creation; where the answer does not tell, the entry stays planned."""
        entry, status = record.entry, record.exchange.status
        if entry is None:
            return
        if 400 <= status < 500:
            entry.state = "refused"
        elif 200 <= status < 300:
            self._note_made(record, entry)
        self.session.ledger.note(entry)

    def _note_made(self, record: Record, entry: Entry) -> None:
        removal = self.removal(record.resource)
        path = address(removal, record) if removal else {}
        if None in path.values():
            return
        if removal is not None:
            url = self.session.url(removal, path)
            entry.undo = ("DELETE", url.removeprefix(self.session.target.url), None)
        entry.state, entry.key = "done", str(record.key)
        self.made.append(record)

    def mark_of(self, sent: Json) -> str:
        """The text in a body by which its record can be found."""
        found = re.search(f"t{self.session.run}-[0-9]+", str(sent))
        return found[0] if found else ""

    def _trace(self, sent: Json) -> str:
        """The mark in a body; else the key of a record of ours that it names, which no other's names."""
        values = sent.values() if isinstance(sent, dict) else ()
        named = {str(part) for value in values for part in (value if isinstance(value, list) else [value])}
        own = (row.key for row in reversed(self.session.ledger.entries) if row.state == "done")
        return self.mark_of(sent) or next((key for key in own if len(key) >= LONG and key in named), "")

    def lineage(self, operation: Operation, role: str = "owner") -> tuple[dict[str, Json], list[Record]]:
        """The path parameters of a creation, and the new parents that they name."""
        path: dict[str, Json] = {}
        parents = []
        for parameter in operation.within("path"):
            name = parameter.meaning.get("names")
            if name is None:
                raise Unmakeable(
                    f"{operation.name} needs a {parameter.name} that the document does not explain"
                )
            parent = self.make(self.contract.resources[name], role=role)
            path[parameter.name] = parent.key
            parents.append(parent)
        return path, parents

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
        marked = self.marks(operation)
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
                resource and name == resource.words.get("owner") and role in self._owners
            ):
                plain[name] = self._fresh(merge(self.contract.root, node))
        if resource and resource.words.get("owner") in plain and resource.words["owner"] not in values:
            plain[resource.words["owner"]] = self._owners.get(role, plain[resource.words["owner"]])
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

    def marks(self, operation: Operation) -> list[str]:
        """The fields of a body that take a text of ours: those that must be unique, or else the best one."""
        schema = operation.body[1] if operation.body else {}
        nodes = {name: merge(self.contract.root, node) for name, node in schema.get("properties", {}).items()}
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
        spare = [
            name for name in PRIVILEGE if name in free and name != best[0]
        ]  # where a law sets the best one
        return chosen or [*best[:1], *spare[:1]]

    def shared(self, name: str, role: str = "owner") -> Record:
        """A record of the resource that many laws may refer to and none changes."""
        if (name, role) not in self._shared:
            self._shared[name, role] = self.make(self.contract.resources[name], role=role, kept=True)
        return self._shared[name, role]

    def remove(self, record: Record) -> None:
        """Remove a record that this run made, and forget it if it is gone."""
        if record.entry is not None and record.entry.state == "done":
            self.undo(record.entry)
        self.made = [row for row in self.made if row is not record]

    def undo(self, entry: Entry) -> None:
        """Undo one entry of the ledger; it stays open where the server does not do it."""
        if entry.undo is None:
            entry.state = "left" if entry.state == "done" else entry.state
        elif self.session.has(entry.role) or not self.session.has("owner"):
            method, path, body = entry.undo
            content = None if body is None else json.dumps(body).encode()
            fields = {} if body is None else {"Content-Type": "application/json"}
            status = self._ask(method, self.session.target.url + path, content, fields, entry.role)
            if 200 <= status < 300 or status in (404, 410):
                entry.state = "undone"
        self.session.ledger.note(entry)

    def _ask(self, method: str, url: str, content: bytes | None, fields: dict[str, str], role: str) -> int:
        """The status of the answer; 0 for none."""
        if self.silent:
            return 0
        try:
            status = self.session.request(method, url, None, content, fields, role=role).status
            self.silences = 0
        except Unreachable:
            self.silences, status = self.silences + 1, 0
        return status

    @property
    def silent(self) -> bool:
        """Whether the server was silent so often, one time after the other, that it is left alone."""
        return self.silences >= SILENCES

    def clean_up(self, since: int | None = None) -> None:
        """Remove what was made since then (a length of `made`), the newest first;
        at the end also what was kept.
        """
        self.silences = 0
        for record in reversed(self.made[since:]):
            if since is None or not record.kept:
                self.remove(record)
        if since is None:
            for entry in list(self.session.ledger.open()):
                self.undo(entry)

    def find(self, operation: Operation, mark: str, role: str) -> list[Record]:
        """The records of a list that carry a mark, for those whose creation was never answered."""
        page, resource = read_page(operation, self.session.send(operation, role=role)), operation.resource
        if page is None or resource is None:
            return []
        found = [item for item in page.items if mark in str(item)]
        return [Record(resource, item, {}, {}, page.exchange, role=role) for item in found]
