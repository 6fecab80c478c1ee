"""The order of a list, and the index of each field that serves it without sorting."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from ..resources import Resource

# How a column of an index falls: what has no value is last, in SQLite by itself.
FALLS: dict[str, Callable[[sa.Column[Any]], Any]] = {
    "sqlite": lambda column: column.desc(),
    "postgresql": lambda column: column.desc().nulls_last(),
}


@dataclass(frozen=True, slots=True)
class Part:
    """A column of an order. turned: whether the order is that of the index backwards."""

    column: str
    falls: bool
    turned: bool = False


def name_column(resource: Resource, field: str) -> str:
    """The column of a field."""
    return "key" if field == resource.key else f"f_{field}"


def find_order(resource: Resource, order: Sequence[str]) -> list[Part]:
    """The columns of an order of fields, '-' for descending, until no two records are equal.

    Records with one value of the only field are in the default order, then by key; all of it is turned
    when the field falls though its index rises, so that the index serves it backwards.
    """
    asked = [_read(resource, name) for name in order]
    rest = {part.column: part for part in (_read(resource, name) for name in resource.order)}
    rest.setdefault("key", Part("key", False))
    if len(asked) != 1 or asked[0].column == "key":
        return [*asked, Part("key", False)]
    natural = rest.pop(asked[0].column, replace(asked[0], falls=False))
    turned = asked[0].falls != natural.falls
    return [Part(part.column, part.falls != turned, turned) for part in (natural, *rest.values())]


def _read(resource: Resource, name: str) -> Part:
    return Part(name_column(resource, name.removeprefix("-")), name.startswith("-"))


def make_index(table: sa.Table, resource: Resource, field: str, dialect: str) -> None:
    """The index that serves pages filtered or ordered by a field.

    The owner stands in it so that the rows themselves are read neither to count nor to skip.
    """
    falling = [name for name in resource.order if name == f"-{field}"]
    order = find_order(resource, falling or [field])
    fall = FALLS[dialect]
    columns = (fall(table.c[part.column]) if part.falls else table.c[part.column] for part in order)
    sa.Index(f"{table.name}_{field}", table.c.world, *columns, table.c.owner)


def sort(table: sa.Table, resource: Resource, order: Sequence[str], dialect: str) -> Iterator[Any]:
    """What to order by. Records without the first field are last in both directions."""
    for index, part in enumerate(find_order(resource, order)):
        column = table.c[part.column]
        sorted_ = column.desc() if part.falls else column.asc()
        # SQLite uses an index further than its first column only where none is out of its own place.
        if part.column == "key" or (index and dialect == "sqlite" and _is_needed(resource, part)):
            yield sorted_
        elif index and part.turned:
            yield sorted_.nulls_first()
        else:
            yield sorted_.nulls_last()


def _is_needed(resource: Resource, part: Part) -> bool:
    """Whether every valid record has a value there."""
    field = part.column.removeprefix("f_")
    schema = resource.properties.get(field, {})
    return field in resource.schema.get("required", ()) and not schema.get("nullable")
