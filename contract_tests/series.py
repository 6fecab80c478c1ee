"""Series over time: operations that answer with one item for each step of a range of dates."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from contract_tests.contracts import Contract
from contract_tests.operations import Operation, Parameter
from contract_tests.relations import instant
from contract_tests.schemas import Node, merge
from contract_tests.trials import Trial

Json = Any
STEPS = ("hour", "day", "week", "month", "year")
DATES = ("date", "day", "time", "timestamp", "period", "start")


@dataclass(frozen=True)
class Series:
    """How an operation answers with a series.

    Parameters: operation; start, end, the parameters of the range; items, the field of the answer that holds
    the items; when, the field of an item that says its date; counts, its fields that are integers; step, the
    parameter that says how long a step is; sums, fields of the answer that are totals, each with its count.
    """

    operation: Operation
    start: Parameter
    end: Parameter
    items: str
    when: str
    counts: tuple[str, ...]
    step: Parameter | None
    sums: tuple[tuple[str, str, str], ...]

    def takes(self, step: str) -> bool:
        """Whether a step of that length can be asked for."""
        return self.step is not None and step in self.step.schema.get("enum", ())


def series(contract: Contract) -> Iterator[Series]:
    """The series of a document: no lists, with a range of dates, and items with a date and counts."""
    for operation in contract.operations:
        start = next((row for row in operation.within("query") if "until" in row.meaning), None)
        end = operation.parameter(start.meaning["until"]) if start else None
        if (
            operation.does != "list"
            and operation.method == "GET"
            and start
            and end
            and not operation.within("path")
        ):
            found = _read(operation, start, end)
            if found is not None:
                yield found


def _read(operation: Operation, start: Parameter, end: Parameter) -> Series | None:
    root = operation.contract.root
    content = (operation.response(200) or {}).get("content", {}).get("application/json", {})
    properties = merge(root, content.get("schema", {})).get("properties", {})
    for name, raw in properties.items():
        fields = merge(root, merge(root, raw).get("items", {})).get("properties", {})
        when = next((row for row in DATES if fields.get(row, {}).get("type") == "string"), None)
        counts = tuple(key for key, node in fields.items() if node.get("type") == "integer")
        if when and counts:
            return Series(
                operation, start, end, name, when, counts, _step(operation), _sums(root, properties, counts)
            )
    return None


def _step(operation: Operation) -> Parameter | None:
    return next(
        (row for row in operation.within("query") if set(row.schema.get("enum", [0])) <= set(STEPS)), None
    )


def _sums(root: Node, properties: Node, counts: tuple[str, ...]) -> tuple[tuple[str, str, str], ...]:
    return tuple(
        (outer, f"total_{count}", count)
        for outer, raw in properties.items()
        for count in counts
        if f"total_{count}" in merge(root, raw).get("properties", {})
    )


@dataclass(frozen=True)
class Answer:
    """An answer: the whole body, its items and the first instant of each."""

    body: Json
    items: list[dict[str, Json]]
    dates: list[datetime]

    def sum(self, name: str) -> int:
        """The sum of a count."""
        return sum(int(item.get(name) or 0) for item in self.items)


def ask(trial: Trial, found: Series, first: date, last: date, step: str = "", role: str = "owner") -> Answer:
    """The series from one day to another, which must succeed. Raises Skipped where it cannot be read."""
    query = {found.start.name: first.isoformat(), found.end.name: last.isoformat()}
    if step and found.step:
        query[found.step.name] = step
    exchange = trial.send(found.operation, query=query, role=role)
    trial.expect(exchange.status in found.operation.success, f"{exchange}", "success", exchange.status)
    body = exchange.json()
    items = body.get(found.items) if isinstance(body, dict) else None
    if not isinstance(items, list):
        trial.skip(f"{exchange} without a list of {found.items}")
    dates = [parse(item.get(found.when)) for item in items]
    known = [moment for moment in dates if moment is not None]
    if len(known) < len(dates):
        trial.skip(f"{exchange}: {found.when} is no date")
    return Answer(body, items, known)


def parse(value: Json) -> datetime | None:
    """The first instant of a step: an instant, a date, or a month."""
    return instant(f"{value}-01") if isinstance(value, str) and len(value) == 7 else instant(value)


def today() -> date:
    """Today in UTC."""
    return datetime.now(UTC).date()


def past(days: int) -> date:
    """The day that many days ago."""
    return today() - timedelta(days)
