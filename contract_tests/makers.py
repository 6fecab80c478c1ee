"""The maker of our own records: it makes what a law needs, and removes it again."""

from collections.abc import Mapping
from typing import Any

from contract_tests.answers import read_page, read_record
from contract_tests.contracts import Contract
from contract_tests.drafts import Drafts
from contract_tests.ledger import Entry
from contract_tests.operations import Operation, Resource
from contract_tests.records import Record, Unmakeable, address
from contract_tests.removals import Removals
from contract_tests.sessions import Session

Json = Any


class Maker:
    """Makes and removes records. `parents` are made where a record needs them.

    Parameters: session.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.made: list[Record] = []
        self.cohorts: dict[str, Any] = {}
        self._shared: dict[tuple[str, str], Record] = {}
        self.drafts = Drafts(session, self.shared)
        self.removals = Removals(session)

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
        body, more = self.drafts.body(operation, role, values)
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
        if owner is None or owner in values or role in self.drafts.owners:
            return False
        for operation in self.contract.of(resource, "list"):
            page = read_page(operation, self.session.send(operation, role=role))
            found = (
                {item[owner] for item in page.items if isinstance(item.get(owner), str)} if page else set()
            )
            if found:
                self.drafts.owners[role] = sorted(found)[0]
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
        entry = self.session.ledger.plan(operation.name, role, self.drafts.trace(sent), path=path)
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

    def shared(self, name: str, role: str = "owner") -> Record:
        """A record of the resource that many laws may refer to and none changes."""
        if (name, role) not in self._shared:
            self._shared[name, role] = self.make(self.contract.resources[name], role=role, kept=True)
        return self._shared[name, role]

    def remove(self, record: Record) -> None:
        """Remove a record that this run made, and forget it if it is gone."""
        if record.entry is not None and record.entry.state == "done":
            self.removals.undo(record.entry)
        self.made = [row for row in self.made if row is not record]

    def clean_up(self, since: int | None = None) -> None:
        """Remove what was made since then (a length of `made`), the newest first;
        at the end also what was kept.
        """
        self.removals.silences = 0
        for record in reversed(self.made[since:]):
            if since is None or not record.kept:
                self.remove(record)
        if since is None:
            for entry in list(self.session.ledger.open()):
                self.removals.undo(entry)

    def find(self, operation: Operation, mark: str, role: str) -> list[Record]:
        """The records of a list that carry a mark, for those whose creation was never answered."""
        page, resource = read_page(operation, self.session.send(operation, role=role)), operation.resource
        if page is None or resource is None:
            return []
        found = [item for item in page.items if mark in str(item)]
        return [Record(resource, item, {}, {}, page.exchange, role=role) for item in found]
