"""What a generated request may touch: records of our own, and never anybody else's."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from contract_tests.answers import read_page, read_record
from contract_tests.ledger import Entry
from contract_tests.makers import Maker
from contract_tests.operations import Operation, Resource
from contract_tests.records import Record, Unmakeable, address
from contract_tests.schemas import merge

Json = Any
ITEMS = ("show", "amend", "replace", "remove", "download")
LEFT = 4  # accepted creations of what the document cannot remove


@dataclass
class Aims:
    """Turns the paths of generated requests to records of our own.

    Parameters: maker.
    """

    maker: Maker
    _records: dict[str, Record | None] = field(default_factory=dict)
    _seen: dict[str, Record | None] = field(default_factory=dict)
    _left: Counter[str] = field(default_factory=Counter)
    _removed: Counter[str] = field(default_factory=Counter)
    _singletons: dict[str, Entry] = field(default_factory=dict)

    def permits(self, operation: Operation) -> str:
        """Empty where the operation may be tried with generated requests, else why not."""
        if operation.does == "refresh":
            return "it would renew the credential of this run"
        if operation.does == "amend" and not operation.within("path"):
            return self._keep(operation)
        return ""

    def path(self, operation: Operation) -> dict[str, Json] | None:
        """Path parameters of a record that the operation may touch; None where there is none."""
        keyed = [row for row in operation.within("path") if row.meaning.get("names") or not row.fields]
        resource = operation.resource
        if operation.does in ITEMS and resource is not None:
            record = self._own(resource) or (self._other(resource) if operation.safe else None)
            return {row.name: address(operation, record)[row.name] for row in keyed} if record else None
        values = {}
        for row in keyed:
            parent = (
                self._own(self.maker.contract.resources[row.meaning["names"]])
                if "names" in row.meaning
                else None
            )
            if parent is None:
                return None
            values[row.name] = parent.key
        return values

    def is_own(self, values: dict[str, Json]) -> bool:
        """Whether one of the values is the key of a record that this run made."""
        keys = {str(record.key) for record in self.maker.made}
        return any(str(value) in keys for value in values.values())

    def forget(self, operation: Operation, path: Mapping[str, Json]) -> None:
        """Take another record from now on: the operation has removed the one at the path."""
        mine = [row for row in self.maker.made if row.resource == operation.resource]
        gone = next((row for row in mine if _same(address(operation, row), path)), None)
        if gone is None or gone.entry is None:
            return
        name = gone.resource.name
        if self._records.get(name) is gone:
            self._removed[name] += 1
            if gone.parents and self._removed[name] >= LEFT:
                return  # another one would need parents that perhaps nobody can remove
            del self._records[name]
        gone.entry.state = "undone"
        self.maker.session.ledger.note(gone.entry)
        self.maker.made.remove(gone)

    def count(self, record: Record) -> None:
        """Note a record that a generated request created."""
        if self.maker.removal(record.resource) is None:
            self._left[record.resource.name] += 1

    def is_full(self, operation: Operation) -> bool:
        """Whether enough was created that nobody can remove."""
        resource = operation.resource
        return resource is not None and self._left[resource.name] >= LEFT

    def tame(self, operation: Operation, case: Any) -> None:
        """Put the document's own address where the server would call or fetch a generated one."""
        schema = operation.body[1] if operation.body else {}
        nodes = {
            name: merge(self.maker.contract.root, node) for name, node in schema.get("properties", {}).items()
        }
        urls = [name for name, node in nodes.items() if node.get("format") == "uri"]
        if urls and isinstance(case.body, dict):
            example = schema.get("example", {})
            safe = {
                name: example.get(name, "https://example.com/")
                for name in urls
                if "://" in str(case.body.get(name))
            }
            case.body = {**case.body, **safe}

    def put_back(self) -> None:
        """Give the singletons their former values."""
        for entry in self._singletons.values():
            entry.state = "done"
            self.maker.removals.undo(entry)

    def _own(self, resource: Resource) -> Record | None:
        if resource.name not in self._records:
            try:
                self._records[resource.name] = self.maker.make(resource, kept=True)
            except Unmakeable:
                self._records[resource.name] = None
        return self._records[resource.name]

    def _other(self, resource: Resource) -> Record | None:
        """Any record that can be listed: for reading only."""
        if resource.name not in self._seen:
            lists = [row for row in self.maker.contract.of(resource, "list") if not row.within("path")]
            page = read_page(lists[0], self.maker.session.send(lists[0])) if lists else None
            found = page.items[:1] if page else []
            self._seen[resource.name] = (
                Record(resource, found[0], {}, {}, page.exchange) if page and found else None
            )
        return self._seen[resource.name]

    def _keep(self, operation: Operation) -> str:
        """Write a singleton's present values to the ledger; returns why it cannot be done."""
        if operation.name in self._singletons:
            return ""
        shows = [
            row for row in self.maker.contract.of(operation.resource, "show") if row.path == operation.path
        ]
        fields = read_record(shows[0], self.maker.session.send(shows[0])) if shows else None
        if not fields or operation.body is None:
            return "its present values cannot be read, and so not be put back"
        nodes = {
            name: merge(self.maker.contract.root, row)
            for name, row in operation.body[1].get("properties", {}).items()
        }
        present = {name: fields[name] for name in nodes if name in fields}
        body = {name: row for name, row in present.items() if row is not None or nodes[name].get("nullable")}
        undo = (operation.method, operation.path, body)
        self._singletons[operation.name] = self.maker.session.ledger.plan(operation.name, "owner", undo=undo)
        return ""


def _same(one: Mapping[str, Json], other: Mapping[str, Json]) -> bool:
    return all(str(one[name]) == str(other.get(name)) for name in one)
