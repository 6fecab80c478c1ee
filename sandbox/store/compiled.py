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
        self._defaults: Mapping[str, Any] = compiled.params
        self._constants = {name: value for name, value in self._defaults.items() if value is not None}
        self._pick = _make_pick(self._names)
        self._lacks_nul = dialect.name in WITHOUT_NUL

    def bind(self, values: Mapping[str, Any]) -> tuple[Any, ...]:
        """The parameters in the driver's order."""
        try:
            bound = self._pick({**self._constants, **values} if self._constants else values)
        except KeyError:
            bound = self._pick({**self._defaults, **values})
        return tuple(map(_replace_nul, bound)) if self._lacks_nul else bound


def _make_pick(names: Sequence[str]) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    """What picks the values of the names, in their order."""
    if len(names) < 2:  # of one name, itemgetter makes no tuple
        return lambda values: tuple(values[name] for name in names)
    return itemgetter(*names)


def _replace_nul(value: Any) -> Any:
    return value.replace("\0", NUL) if isinstance(value, str) and "\0" in value else value
