"""Cohorts: records of our own for the laws on one list, inside a filter where there is one."""

from collections.abc import Iterator, Mapping
from typing import Any

from contract_tests.exchanges import NOTHING
from contract_tests.lists import FEW, Listing, demanded
from contract_tests.makers import Maker
from contract_tests.operations import Operation, Parameter
from contract_tests.records import Record, Unmakeable, address, holds_mark
from contract_tests.schemas import merge
from contract_tests.sessions import Session

Json = Any


class Cohort:
    """Records of our own for the laws on one list, varied in every field that it filters or sorts by.

    Parameters: session; maker; operation, the list. `records` are those made so far.
    """

    def __init__(self, session: Session, maker: Maker, operation: Operation) -> None:
        self.session, self.maker, self.operation = session, maker, operation
        self.records: list[Record] = []
        self.fence: dict[str, Json] = {}
        self.obstacle = ""

    def fences(self) -> Iterator[Parameter]:
        """The filters inside which only our own records can be."""
        resource = self.operation.resource
        for creation in self.session.contract.of(resource, "create"):
            properties = creation.body[1].get("properties", {}) if creation.body else {}
            for parameter in self.operation.within("query"):
                nodes = [
                    merge(self.session.contract.root, properties.get(name, {"enum": []}))
                    for name in parameter.fields
                ]
                if nodes and parameter.relation in ("eq", "contains") and _is_free(nodes[0]):
                    yield parameter

    def grow(self, count: int) -> None:
        """Make records until there are so many; `obstacle` says why it could not."""
        resource = self.operation.resource
        if resource is None or self.obstacle or len(self.records) >= count:
            return
        try:
            self.maker.creation(resource)
            if not self.records:
                self._open()
            while len(self.records) < count:
                self.records.append(self._make(len(self.records)))
        except Unmakeable as error:
            self.obstacle = str(error)

    def _open(self) -> None:
        """Make the first record, inside the first fence in which the server lets us make one."""
        for parameter in self.fences():
            try:
                self.fence = {parameter.name: self.session.name()}
                self.records.append(self._make(0))
                return
            except Unmakeable:
                self.fence = {}
        self.records.append(self._make(0))

    def _make(self, number: int) -> Record:
        return self.maker.make(self.operation.resource, kept=True, **self.vary(number))  # type: ignore[arg-type]

    def vary(self, number: int) -> dict[str, Json]:
        """The values of the record with that number: enums and booleans cycle, dates move on, with ties."""
        resource = self.operation.resource
        creation = next(iter(self.session.contract.of(resource, "create", "upsert")), None)
        schema = creation.body[1] if creation and creation.body else {}
        values: dict[str, Json] = {}
        for name, raw in schema.get("properties", {}).items():
            node = merge(self.session.contract.root, raw)
            if "enum" in node:
                values[name] = node["enum"][number % min(3, len(node["enum"]))]
            elif node.get("format") == "date" and name in self.filtered():
                values[name] = f"20{10 + number % 5}-0{1 + number % 4}-1{number % 3}"
        for parameter in self.operation.within("query"):
            if parameter.name in self.fence:
                suffix = f" {number}" if parameter.relation == "contains" else ""
                values[parameter.fields[0]] = f"{self.fence[parameter.name]}{suffix}"
            elif (
                parameter.relation == "eq"
                and parameter.fields
                and parameter.fields[0] in schema.get("properties", {})
            ):
                field_name = parameter.fields[0]
                if field_name not in values and _is_free(
                    merge(self.session.contract.root, schema["properties"][field_name])
                ):
                    values[field_name] = f"{'ABC'[number // 3 % 3]}-{self.session.run}"
        return values

    def filtered(self) -> set[str]:
        """The fields by which the list filters."""
        resource = self.operation.resource
        names = {name for row in self.operation.within("query") for name in row.fields}
        return {resource.dealias(name) for name in names} if resource else names


def _is_free(node: Mapping[str, Json]) -> bool:
    return holds_mark(node) and "format" not in node


def listing_of(
    session: Session, maker: Maker, operation: Operation, count: int = FEW, role: str = "owner"
) -> Listing:
    """The list of an operation, holding at least so many records where we may make them.

    Raises Unmakeable where a parent that the path names cannot be made, and no record is there.
    """
    if operation.within("path"):
        return Listing(session, operation, role, _path(session, maker, operation, role))
    if role != "owner" or not session.writes:
        return Listing(session, operation, role, fence=demanded(session, operation, role))
    cohort = maker.cohorts.setdefault(operation.name, Cohort(session, maker, operation))
    cohort.grow(count)
    fence = dict(cohort.fence) if cohort.records else {}
    return Listing(session, operation, role, fence={**demanded(session, operation, role, fence), **fence})


def _path(session: Session, maker: Maker, operation: Operation, role: str) -> dict[str, Json]:
    """The path of a record of our own; else the one that most of the records that are there share."""
    try:
        return address(operation, maker.shared(operation.words["of"], role))
    except Unmakeable:
        key = ("path", operation.name, role)
        if key in session.snapshots:
            return dict(session.snapshots[key])
        paths = [address(operation, row) for row in _present(session, operation, role)]
        if not paths:
            raise
        session.snapshots[key] = max(paths, key=paths.count)
        return dict(session.snapshots[key])


def _present(session: Session, operation: Operation, role: str) -> list[Record]:
    """The records of another list, if they hold all that the path of this one names."""
    resource = operation.resource
    lists = [
        row for row in session.contract.of(resource, "list") if not any(p.required for p in row.parameters)
    ]
    if resource is None or not lists or not all(row.fields for row in operation.within("path")):
        return []
    records = Listing(session, lists[0], role).everything()
    return [Record(resource, fields, {}, {}, NOTHING, role=role) for fields in records]
