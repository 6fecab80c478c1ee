"""Lists as laws read them: pages, whole walks, and cohorts of our own records inside a filter."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import ceil
from typing import Any

from contract_tests.answers import Page, read_page
from contract_tests.exchanges import encode_query
from contract_tests.operations import Operation, Parameter
from contract_tests.records import Unmakeable
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
        """One page; it is remembered as what `everything` reads. Raises NoList where the answer is none."""
        asked = ({**self.fence} if fenced else {}) | dict(query or {})
        address = self.session.url(self.operation, self.path) + encode_query(dict(sorted(asked.items())))
        snapshots, key = self.session.snapshots, ("page", self.role, address)
        if key in snapshots:
            self.session.history.append(snapshots[key].exchange)
        else:
            snapshots[key] = self._fetch(asked)
        page: Page = snapshots[key]
        return page

    def _fetch(self, asked: dict[str, Json]) -> Page:
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
        if afresh:
            self.session.snapshots.clear()
        if key not in self.session.snapshots:
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


def _count(page: Page) -> int | None:
    total = page.values.get("total")
    return total if isinstance(total, int) else None


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
