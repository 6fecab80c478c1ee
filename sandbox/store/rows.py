"""What the tables hold, as values: records, uploaded files, webhook deliveries."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import cache, lru_cache
from typing import Any

from ..filters import dig, field_schema, is_instant, to_column
from ..passwords import hash_password
from ..resources import OWNER, Resource
from ..values import dump, load

LARGEST = 2**63 - 1  # an integer of SQL
MOST_INSTANTS, LONGEST_INSTANT = 1000, 40  # that are remembered, and characters of one


@dataclass(slots=True)
class Row:
    """A record as it is kept. document: its JSON; record: the same, where it is known; due: Unix time of
    the next move by the clock; columns: the values of the resource's columns, where they are known.
    """

    key: str
    owner: str | None
    document: bytes
    due: float | None = None
    record: dict[str, Any] | None = None
    columns: Sequence[Any] | None = None

    def read(self) -> dict[str, Any]:
        """The record; a new copy of its first level."""
        record: dict[str, Any] = load(self.document) if self.record is None else dict(self.record)
        return record


def make_row(resource: Resource, record: dict[str, Any], owner: str | None, due: float | None = None) -> Row:
    """The row of a record, its fields in the order of the schema; of a password only its hash."""
    if resource.secret and isinstance(record.get(resource.secret), str):
        hashed = hash_password(record[resource.secret], str(record[resource.key]))
        record = {**record, resource.secret: hashed}
    ordered = {name: record[name] for name in (resource.key, *resource.properties) if name in record}
    if len(ordered) < len(record):
        ordered |= record
    if resource.item:
        ordered[OWNER] = owner
    return Row(str(record[resource.key]), owner, dump(ordered), due, ordered)


@dataclass(frozen=True, slots=True)
class File:
    """An uploaded file. field: the name of its multipart part."""

    field: str
    name: str
    media_type: str
    content: bytes


def make_columns(resource: Resource, row: Row, **place: str) -> dict[str, Any]:
    """The values of a row by column. place: its world, or its snapshot."""
    columns = find_columns(resource, row) if row.columns is None else row.columns
    values = dict(zip(_name_columns(resource), columns, strict=True))
    values.update(place, key=row.key, owner=row.owner, document=row.document, due=row.due)
    return values


def find_columns(resource: Resource, row: Row) -> list[Any]:
    """The values of the resource's columns, in their order."""
    if not resource.columns:
        return []
    record = load(row.document) if row.record is None else row.record
    return [
        fit(dig(record, name) if is_path else record.get(name)) for name, is_path, fit in _find_fits(resource)
    ]


@cache
def _name_columns(resource: Resource) -> tuple[str, ...]:
    return tuple(f"f_{name}" for name in resource.columns)


def fit_column(resource: Resource, name: str, value: Any) -> Any:
    """A value as the column of a field holds it, to compare with."""
    fits = {known: fit for known, _, fit in _find_fits(resource)}
    return fits.get(name, _fit_text)(value)


@cache
def _find_fits(resource: Resource) -> tuple[tuple[str, bool, Callable[[Any], Any]], ...]:
    """For each column, whether its field is a path, and what makes a value of its type."""
    kinds = {name: str(field_schema(resource.schema, name).get("type")) for name in resource.columns}
    return tuple(
        (name, "." in name, _fit_instant if is_instant(resource, name) else FITS.get(kind, _fit_text))
        for name, kind in kinds.items()
    )


def _fit_text(value: Any) -> Any:
    return value if value is None or isinstance(value, str) else dump(value).decode()


def _fit_instant(value: Any) -> Any:
    if isinstance(value, str) and len(value) <= LONGEST_INSTANT:
        return _fit_instant_text(value)
    return _fit_text(to_column(value))


_fit_instant_text = lru_cache(MOST_INSTANTS)(to_column)  # many records are written in one second


def _fit_number(value: Any) -> Any:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    return float(value) if abs(value) > LARGEST else value


def _fit_boolean(value: Any) -> Any:
    return value if isinstance(value, bool) else None


FITS: dict[str, Callable[[Any], Any]] = {
    "integer": _fit_number,
    "number": _fit_number,
    "boolean": _fit_boolean,
}


@dataclass(slots=True)
class Delivery:
    """A webhook delivery. due: Unix time of the next attempt in the world's time, None when it is over.

    state: pending, delivered or failed; status: of the last answer; error: why the last attempt failed;
    claimed: Unix time of this machine until which a courier is at it.
    """

    id: str
    api: str
    world: str
    event: str
    event_id: str
    url: str
    secret: str
    body: bytes
    created: float
    due: float | None
    state: str = "pending"
    attempts: int = 0
    status: int | None = None
    error: str | None = None
    claimed: float | None = None

    def columns(self) -> dict[str, Any]:
        """The values by column."""
        return asdict(self)


def read_delivery(row: Sequence[Any]) -> Delivery:
    """A delivery from a row of its table."""
    return Delivery(**dict(zip(COLUMNS, row, strict=True)))


# In the order of the table.
COLUMNS = (
    "id", "api", "world", "event", "event_id", "url", "secret", "state", "error",
    "body", "created", "due", "attempts", "status", "claimed",
)  # fmt: skip
