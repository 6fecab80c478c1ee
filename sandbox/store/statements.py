"""SQL, built with SQLAlchemy Core and compiled once for each shape of question."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import sqlalchemy as sa

from ..filters import OPERATORS
from ..resources import Resource
from .compiled import Statement
from .indexes import name_column, sort
from .places import find_columns
from .tables import TEXT, name_kept

# How documents are joined to one text. A subquery that has a limit is read in its own order.
JOINS: dict[str, Callable[[sa.ColumnElement[Any]], sa.ColumnElement[Any]]] = {
    "sqlite": lambda column: sa.cast(sa.func.group_concat(column, sa.text("','")), sa.LargeBinary),
    "postgresql": lambda column: sa.func.string_agg(column, sa.text("','::bytea")),
}


class Statements:
    """The statements of a store. Parameters: world, key, owner0…, value0…, limit, offset, now."""

    def __init__(self, tables: Mapping[str, sa.Table], dialect: sa.Dialect) -> None:
        self._tables = tables
        self._dialect = dialect
        self.get = cache(self._get)
        self.due = cache(self._due)
        self.earliest = cache(self._earliest)
        self.due_worlds = cache(self._due_worlds)
        self.due_deliveries = cache(self._due_deliveries)
        self.release = cache(self._release)
        self.count = cache(self._count)
        self.page = cache(self._page)
        self.page_text = cache(self._page_text)
        self.page_far = cache(self._page_far)
        self.insert = cache(self._insert)
        self.update = cache(self._update)
        self.delete = cache(self._delete)
        self.select = cache(self._select_all)
        self.count_worlds = cache(self._count_worlds)
        self.copy_in = cache(self._copy_in)
        self.copy_out = cache(self._copy_out)

    def _compile(self, element: sa.ClauseElement) -> Statement:
        return Statement(element, self._dialect)

    def _row(self, name: str) -> sa.Select[Any]:
        table = self._tables[name]
        return sa.select(table.c.key, table.c.owner, table.c.document, table.c.due).where(_is(table, "world"))

    def _get(self, name: str) -> Statement:
        return self._compile(self._row(name).where(_is(self._tables[name], "key")))

    def _due(self, name: str) -> Statement:
        return self._compile(self._row(name).where(self._tables[name].c.due <= sa.bindparam("now")))

    def _earliest(self, name: str) -> Statement:
        table = self._tables[name]
        # Those that never move would be read one by one for the least.
        query = sa.select(sa.func.min(table.c.due)).where(_is(table, "world"), table.c.due.is_not(None))
        return self._compile(query)

    def _due_worlds(self, name: str) -> Statement:
        table = self._tables[name]
        # Without DISTINCT, for which SQLite would read a whole index instead of what is due.
        return self._compile(sa.select(table.c.world).where(table.c.due <= sa.bindparam("now")))

    def _due_deliveries(self, own_time: bool) -> Statement:
        """Of one world, or of all that have no clock of their own."""
        outbox, clocks = self._tables["deliveries"], self._tables["clocks"]
        whose = _is(outbox, "world") if own_time else outbox.c.world.not_in(sa.select(clocks.c.world))
        due = outbox.c.due <= sa.bindparam("now")
        free = sa.or_(outbox.c.claimed.is_(None), outbox.c.claimed <= sa.bindparam("moment"))
        query = sa.select(outbox).where(_is(outbox, "api"), whose, due, free).order_by(outbox.c.due)
        return self._compile(query.limit(sa.bindparam("limit", type_=sa.Integer)))

    def _release(self) -> Statement:
        return self._compile(sa.update(self._tables["deliveries"]).values(claimed=None))

    def _count(self, resource: Resource, owners: int, conditions: tuple[Any, ...]) -> Statement:
        return self._compile(self._matching(resource, owners, conditions, sa.func.count()))

    def _page(
        self, resource: Resource, owners: int, conditions: tuple[Any, ...], order: tuple[str, ...]
    ) -> Statement:
        return self._compile(self._select_page(resource, owners, conditions, order))

    def _page_text(
        self, resource: Resource, owners: int, conditions: tuple[Any, ...], order: tuple[str, ...]
    ) -> Statement:
        """The documents of a page with commas between them: one row, which costs less than many."""
        page = self._select_page(resource, owners, conditions, order).subquery()
        return self._compile(sa.select(JOINS[self._dialect.name](page.c.document)))

    def _select_page(
        self, resource: Resource, owners: int, conditions: tuple[Any, ...], order: tuple[str, ...]
    ) -> sa.Select[Any]:
        table = self._tables[resource.table]
        return (
            self._matching(resource, owners, conditions, table.c.document)
            .order_by(*sort(table, resource, order, self._dialect.name))
            .limit(sa.bindparam("limit", type_=sa.Integer))
            .offset(sa.bindparam("offset", type_=sa.Integer))
        )

    def _page_far(
        self, resource: Resource, owners: int, conditions: tuple[Any, ...], order: tuple[str, ...], near: bool
    ) -> Statement:
        """A page with the value and key of each record. near: from a place on (place_value, place_key)."""
        table, parts = self._tables[resource.table], find_columns(resource, order)
        assert parts
        first, second = (table.c[part.column] for part in parts)
        query = self._matching(resource, owners, conditions, table.c.document).add_columns(first, second)
        if near:
            value = sa.bindparam("place_value", type_=first.type)
            key = sa.bindparam("place_key", type_=TEXT)
            # Not an OR, for each side of which SQLite would take an index of its own.
            before = sa.and_(first == value, OPERATORS["gt" if parts[1].falls else "lt"](second, key))
            query = query.where(OPERATORS["lte" if parts[0].falls else "gte"](first, value), sa.not_(before))
        return self._compile(
            query.order_by(*sort(table, resource, order, self._dialect.name))
            .limit(sa.bindparam("limit", type_=sa.Integer))
            .offset(sa.bindparam("offset", type_=sa.Integer))
        )

    def _matching(
        self, resource: Resource, owners: int, conditions: tuple[Any, ...], what: Any
    ) -> sa.Select[Any]:
        table = self._tables[resource.table]
        query = sa.select(what).select_from(table).where(_is(table, "world"))
        if owners:
            query = query.where(table.c.owner.in_([sa.bindparam(f"owner{index}") for index in range(owners)]))
        for index, (fields, by) in enumerate(conditions):
            value: Any = sa.bindparam(f"value{index}")
            query = query.where(
                sa.or_(*(OPERATORS[by](table.c[name_column(resource, name)], value) for name in fields))
            )
        return query

    def _select_all(self, name: str, *columns: str) -> Statement:
        """All columns of the rows where the given columns have the given values."""
        table = self._tables[name]
        return self._compile(sa.select(table).where(*(_is(table, column) for column in columns)))

    def _insert(self, name: str) -> Statement:
        table = self._tables[name]
        return self._compile(sa.insert(table).values({c.name: sa.bindparam(c.name) for c in table.columns}))

    def _update(self, name: str, *columns: str) -> Statement:
        """Every other column of the rows where the given columns have the given values; an owner stays."""
        table = self._tables[name]
        changed = [c.name for c in table.columns if c.name not in (*columns, "owner")]
        values: dict[str, Any] = {column: sa.bindparam(column) for column in changed}
        return self._compile(
            sa.update(table).values(values).where(*(_is(table, column) for column in columns))
        )

    def _delete(self, name: str, *columns: str) -> Statement:
        table = self._tables[name]
        return self._compile(sa.delete(table).where(*(_is(table, column) for column in columns)))

    def _count_worlds(self, name: str) -> Statement:
        """How many rows each world has."""
        world = self._tables[name].c.world
        return self._compile(sa.select(world, sa.func.count()).group_by(world))

    def _copy_in(self, name: str) -> Statement:
        """Copy the rows of a world into a snapshot. Parameters: snapshot, world_, and resource_ of files."""
        source, kept = self._tables[name], self._tables[name_kept(name)]
        columns = [column.name for column in kept.columns if column.name != "snapshot"]
        rows = sa.select(sa.bindparam("snapshot", type_=TEXT), *(source.c[column] for column in columns))
        return self._compile(
            sa.insert(kept).from_select(["snapshot", *columns], _select_copied(rows, source, "world"))
        )

    def _copy_out(self, name: str) -> Statement:
        """Copy the rows of a snapshot into a world. Parameters: world, snapshot_, and resource_ of files."""
        source, kept = self._tables[name], self._tables[name_kept(name)]
        columns = [column.name for column in source.columns if column.name != "world"]
        rows = sa.select(sa.bindparam("world", type_=TEXT), *(kept.c[column] for column in columns))
        return self._compile(
            sa.insert(source).from_select(["world", *columns], _select_copied(rows, kept, "snapshot"))
        )


def _select_copied(rows: sa.Select[Any], table: sa.Table, place: str) -> sa.Select[Any]:
    """The rows of one place; of files, those of one resource."""
    chosen = [column for column in (place, "resource") if column in table.c]
    return rows.where(*(_is(table, column) for column in chosen))


def _is(table: sa.Table, column: str) -> sa.ColumnElement[bool]:
    # SQLAlchemy keeps a column's own name for the SET clause, so conditions have names of their own.
    return table.c[column] == sa.bindparam(f"{column}_")
