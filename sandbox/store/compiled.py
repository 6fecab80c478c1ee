"""A statement compiled for the driver of a database."""

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any

import sqlalchemy as sa

from .engines import NUL, WITHOUT_NUL


class Statement:
    """SQL text for the driver, and the names of its parameters in order."""

    def __init__(self, element: sa.ClauseElement, dialect: sa.Dialect) -> None:
        compiled: Any = element.compile(dialect=dialect)
        self.sql = str(compiled)
        self.writes = isinstance(element, sa.UpdateBase)
        self._names: Sequence[str] = compiled.positiontup or ()
        self._constants: Mapping[str, Any] = compiled.params
        self._needed = frozenset(self._names)
        self._pick = _make_pick(self._names)
        self._lacks_nul = dialect.name in WITHOUT_NUL

    def bind(self, values: Mapping[str, Any]) -> tuple[Any, ...]:
        """The parameters in the driver's order."""
        bound = self._pick(values if self._needed <= values.keys() else {**self._constants, **values})
        return tuple(map(_replace_nul, bound)) if self._lacks_nul else bound


def _make_pick(names: Sequence[str]) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    """What picks the values of the names, in their order."""
    if len(names) < 2:  # of one name, itemgetter makes no tuple
        return lambda values: tuple(values[name] for name in names)
    return itemgetter(*names)


def _replace_nul(value: Any) -> Any:
    return value.replace("\0", NUL) if isinstance(value, str) and "\0" in value else value
