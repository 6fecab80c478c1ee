"""Lists as laws read them: pages, whole walks, and cohorts of our own records inside a filter."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import ceil
from typing import Any

from contract_tests.answers import Page, read_page
from contract_tests.contracts import Operation, Parameter
from contract_tests.records import Maker, Record, Unmakeable, address, holds_mark
from contract_tests.schemas import merge
from contract_tests.sessions import Session

Json = Any
PAGES = 12  # pages that a walk takes at most where the size can be chosen
FEW = 7  # records of a cohort unless a law needs more


class TooMany(Exception):
    """A list is too long to be read whole; the text says how long."""


class NoList(Exception):
    """The answer of a list is not one that can be read; the text says why."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


@dataclass
class Listing:
    """One list of a deployment, as one user sees it.

    `fence` is a query that only our own records match, where the API has one.
    """

    session: Session
    operation: Operation
    role: str = "owner"
    path: Mapping[str, Json] = field(default_factory=dict)
    fence: dict[str, Json] = field(default_factory=dict)

    @property
    def size(self) -> Parameter | None:
        """The parameter that says how many records a page has."""
        return self._named("size")

    @property
    def start(self) -> Parameter | None:
        """The parameter that says where a page starts."""
        return self._named("start")

    def _named(self, word: str) -> Parameter | None:
        return self.operation.parameter(self.operation.contract.words.get("page", {}).get(word, ""))

    @property
    def offsets(self) -> bool:
        """Whether pages start at an index from 0, not at a number from 1."""
        return bool(self.operation.contract.words.get("page", {}).get("style") == "offset")

    @property
    def maximum(self) -> int:
        """The greatest documented size of a page."""
        return int(self.size.schema.get("maximum", 100)) if self.size else 100

    @property
    def default(self) -> int:
        """The documented size of a page that names none."""
        return int(self.size.schema.get("default", 20)) if self.size else 20

    def fetch(self, query: Mapping[str, Json] | None = None, *, fenced: bool = True) -> Page:
        """One page. Raises NoList where the answer is none."""
        asked = ({**self.fence} if fenced else {}) | dict(query or {})
        exchange = self.session.send(self.operation, dict(self.path), query=asked, role=self.role)
        page = read_page(self.operation, exchange)
        if page is None:
            shown = exchange.response.body[:200].decode("utf-8", "replace")
            raise NoList(f"{exchange}, not with a page of records: {shown}", exchange.status)
        return page

    def at(self, number: int, size: int) -> dict[str, int]:
        """The query of the page with that number (from 0) and size."""
        if self.start is None or self.size is None:
            return {}
        return {self.start.name: number * size if self.offsets else number + 1, self.size.name: size}

    def walk(
        self, size: int, query: Mapping[str, Json] | None = None, *, pages: int = PAGES
    ) -> Iterator[Page]:
        """The pages of that size, up to the first that is not full; a list without paging is one page.

        A server may cut a large page, and may refuse one past the end: both are lived with.
        """
        met, total, seen = 0, None, None
        for number in range(pages):
            try:
                page = self.fetch({**(query or {}), **self.at(number, size)})
            except NoList as error:
                if number and 400 <= error.status < 500 and (total is None or met >= total):
                    return
                raise
            if number and total is None and page.raw == seen:
                return  # past the end some answer with the last page again
            yield page
            met, total, seen = met + len(page.items), _count(page), page.raw
            if not number and 0 < len(page.items) < (size if total is None else min(size, total)):
                size = len(page.items)  # where no total tells, one more page does
            if len(page.items) < size or self.start is None or self.size is None:
                return

    def everything(
        self, query: Mapping[str, Json] | None = None, *, afresh: bool = False
    ) -> list[dict[str, Json]]:
        """All records, with the largest pages. Raises NoList, and TooMany where there are too many to read.

        What a list holds is remembered until this run writes, a trial is repeated, or it is asked for afresh.
        """
        asked = {**self.fence, **(query or {})}
        key = (self.operation.name, self.role, str(self.path), str(sorted(asked.items())))
        if afresh or key not in self.session.snapshots:
            self.session.snapshots[key] = self._read(query or {})
        return list(self.session.snapshots[key])

    def _read(self, query: Mapping[str, Json]) -> list[dict[str, Json]]:
        pages = list(self.walk(self.maximum, query))
        count = sum(len(page.items) for page in pages)
        if len(pages) == PAGES and len(pages[-1].items) == len(pages[0].items):
            raise TooMany(f"more than {count} records: too many to compare")
        return [item for page in pages for item in page.items]

    def step(self, total: int) -> int:
        """A page size with which a few pages hold them all, the last one not full."""
        size = max(2, ceil(total / 6))
        if size > self.default:
            size = max(self.default, ceil(total / (PAGES - 1)))
        return min(size + (total % size == 0 and total > size), self.maximum)

    def keys(self, items: list[dict[str, Json]]) -> list[str]:
        """The keys of records, or their whole content where they have none."""
        resource = self.operation.resource
        return [str(item.get(resource.key, item)) if resource else str(item) for item in items]


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


def _count(page: Page) -> int | None:
    total = page.values.get("total")
    return total if isinstance(total, int) else None


def _is_free(node: Mapping[str, Json]) -> bool:
    return holds_mark(node) and "format" not in node


def listing_of(
    session: Session, maker: Maker, operation: Operation, count: int = FEW, role: str = "owner"
) -> Listing:
    """The list of an operation, holding at least so many records where we may make them.

    Raises Unmakeable where a parent that the path names cannot be made.
    """
    if operation.within("path"):
        record = maker.shared(operation.words["of"], role)
        return Listing(session, operation, role, address(operation, record))
    if role != "owner" or not session.writes:
        return Listing(session, operation, role, fence=demanded(session, operation, role))
    cohort = maker.cohorts.setdefault(operation.name, Cohort(session, maker, operation))
    cohort.grow(count)
    fence = dict(cohort.fence) if cohort.records else {}
    return Listing(session, operation, role, fence={**demanded(session, operation, role, fence), **fence})


def demanded(
    session: Session, operation: Operation, role: str, given: Mapping[str, Json] | None = None
) -> dict[str, Json]:
    """Values of the required filters that are not given: those of a record that another list shows.

    Raises Unmakeable where no record shows one.
    """
    missing = [row for row in operation.within("query") if row.required and row.name not in (given or {})]
    if not missing:
        return {}
    others = [row for row in session.contract.of(operation.resource, "list") if not row.within("path")]
    simple = next((row for row in others if not any(part.required for part in row.within("query"))), None)
    page = read_page(simple, session.send(simple, role=role)) if simple else None
    for item in page.items if page else ():
        values = {row.name: item.get(row.fields[0]) for row in missing if row.fields}
        if len(values) == len(missing) and all(isinstance(value, str) and value for value in values.values()):
            return {name: str(value).split()[0] for name, value in values.items()}
    raise Unmakeable(f"{operation.name} needs {missing[0].name}, and no record shows a value for it")
