"""Lists of records: how many match, and a window of them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..filters import Condition
from ..pages import Window
from ..resources import Resource
from .answers import Answers
from .database import Database
from .indexes import name_column
from .places import FAR, Place, add, find_columns, find_nearest, shift
from .statements import Statements


@dataclass(slots=True)
class Page:
    """The documents of a window of records. read: one by one; join: as one text, with commas."""

    read: Callable[[], list[bytes]]
    join: Callable[[], bytes]

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.read())

    def __len__(self) -> int:
        return len(self.read())


class Lists:
    """Reads lists of records. What was asked and is remembered: whose records, which, and in what order
    for places, None for how many there are.
    """

    _db: Database
    _statements: Statements
    _answers: Answers

    def count(
        self, resource: Resource, world: str, owners: Sequence[str], conditions: Sequence[Condition]
    ) -> int:
        """How many records match. owners: whose records, none for everybody's."""
        owners, conditions = tuple(owners), tuple(conditions)
        number: int = self._answers.get(
            world,
            resource.table,
            (owners, conditions, None),
            lambda: self._count(resource, world, owners, conditions),
        )
        return number

    def _count(
        self, resource: Resource, world: str, owners: Sequence[str], conditions: Sequence[Condition]
    ) -> int:
        statement = self._statements.count(resource, len(owners), shape_conditions(conditions))
        return int(self._db.run(statement, bind_conditions(world, owners, conditions)).fetchone()[0])

    def page(
        self,
        resource: Resource,
        world: str,
        owners: Sequence[str],
        conditions: Sequence[Condition],
        order: tuple[str, ...],
        window: Window,
    ) -> list[bytes]:
        """The documents of a window of the matching records. order: fields, '-' for descending."""
        if window.offset >= FAR and find_columns(resource, order):
            far = self._page_far(resource, world, tuple(owners), tuple(conditions), order, window)
            if far is not None:
                return far
        statement = self._statements.page(resource, len(owners), shape_conditions(conditions), order)
        values = bind_page(world, owners, conditions, window)
        return [document for (document,) in self._db.run(statement, values).fetchall()]

    def window(
        self,
        resource: Resource,
        world: str,
        owners: Sequence[str],
        conditions: Sequence[Condition],
        order: tuple[str, ...],
        window: Window,
    ) -> "Page":
        """The same as `page`, read when it is known in what form it is wanted."""

        def join() -> bytes:
            if window.offset >= FAR:
                return b",".join(read())
            statement = self._statements.page_text(resource, len(owners), shape_conditions(conditions), order)
            values = bind_page(world, owners, conditions, window)
            return bytes(self._db.run(statement, values).fetchone()[0] or b"")

        def recall() -> bytes:
            question = tuple(owners), tuple(conditions), order, window.offset, window.size
            return self._answers.text(world, resource.table, question, join)

        def read() -> list[bytes]:
            return self.page(resource, world, owners, conditions, order, window)

        return Page(read, recall)

    def _page_far(
        self,
        resource: Resource,
        world: str,
        owners: tuple[str, ...],
        conditions: tuple[Condition, ...],
        order: tuple[str, ...],
        window: Window,
    ) -> list[bytes] | None:
        """The same from the nearest place that is known; None when records without a value are among them."""
        question = owners, conditions, order
        places: list[Place] = self._answers.get(world, resource.table, question, list)
        near = find_nearest(places, window.offset)
        shape = shape_conditions(conditions)
        statement = self._statements.page_far(resource, len(owners), shape, order, near is not None)
        values = bind_page(world, owners, conditions, window)
        if near:
            values |= {"place_value": near.value, "place_key": near.key}
            values["offset"] = window.offset - near.before
        rows = self._db.run(statement, values).fetchall()
        there = min(window.size, self.count(resource, world, owners, conditions) - window.offset)
        if near and len(rows) < there:
            return None
        for index in {0, len(rows) - 1} if rows else ():  # for this page, and for the next
            if rows[index][1] is not None:
                add(places, Place(window.offset + index, *rows[index][1:]))
        return [document for document, _, _ in rows]

    def _follow(
        self, resource: Resource, world: str, key: str, by: int, written: Mapping[str, Any] | None = None
    ) -> None:
        """Let the answers follow a record that is written (1), or will not stay as it is (-1).

        written: its columns, where they are known.
        """

        def change(question: Any, answer: Any) -> Any:
            owners, conditions, order = question
            if order is None and written:
                counted = _is_counted(resource, written, owners, conditions)
                if counted is not None:
                    return answer + by * counted
            conditions = (*conditions, Condition((resource.key,), "eq", key))
            if order is None:
                return answer + by * self._count(resource, world, owners, conditions)
            return self._shift(resource, world, (owners, conditions, order), answer, by)

        self._answers.follow(world, resource.table, change)

    def _shift(
        self, resource: Resource, world: str, question: Any, places: list[Place], by: int
    ) -> list[Place]:
        owners, conditions, order = question
        columns, shape = find_columns(resource, order), shape_conditions(conditions)
        statement = self._statements.page_far(resource, len(owners), shape, order, False)
        values = bind_page(world, owners, conditions, Window(0, 1))
        row = self._db.run(statement, values).fetchone()
        return shift(places, row[1], row[2], by, columns) if row and columns else places


def _is_counted(
    resource: Resource, written: Mapping[str, Any], owners: Sequence[str], conditions: Sequence[Condition]
) -> bool | None:
    """Whether a record is one of those that are counted; None where only the database can tell."""
    if owners and "owner" not in written:
        return None
    if owners and written["owner"] not in owners:
        return False
    for condition in conditions:
        found = [written.get(name_column(resource, field)) for field in condition.fields]
        if condition.by != "eq" or not all(isinstance(each, str) for each in (condition.value, *found)):
            return None
        if condition.value not in found:
            return False
    return True


def bind_conditions(world: str, owners: Sequence[str], conditions: Sequence[Condition]) -> dict[str, Any]:
    """The parameters of `count` and `page`."""
    values: dict[str, Any] = {"world_": world}
    values |= {f"owner{index}": owner for index, owner in enumerate(owners)}
    return values | {f"value{index}": condition.value for index, condition in enumerate(conditions)}


def bind_page(
    world: str, owners: Sequence[str], conditions: Sequence[Condition], window: Window
) -> dict[str, Any]:
    """The parameters of a page."""
    return bind_conditions(world, owners, conditions) | {"limit": window.size, "offset": window.offset}


def shape_conditions(conditions: Sequence[Condition]) -> tuple[tuple[tuple[str, ...], str], ...]:
    """What of the conditions decides the SQL."""
    return tuple((condition.fields, condition.by) for condition in conditions)
