"""Tables in Markdown, and how figures look in them."""

import math
from collections.abc import Iterable, Iterator, Sequence

MEBIBYTE = 2**20
REFERENCE = "Prism"  # the server that the others are compared with


def write_table(names: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The lines of a table."""
    yield f"| {' | '.join(names)} |"
    yield "|" + " --- |" * len(names)
    for row in rows:
        yield f"| {' | '.join(row)} |"


def show_ratio(value: float, reference: float) -> str:
    """One figure in units of another, '' when that is 0."""
    return f"{value / reference:.2f}" if reference else ""


def show_megabytes(size: float) -> str:
    """Bytes in MB."""
    return f"{size / MEBIBYTE:.0f}"


def show_floor(value: float) -> str:
    """Two digits behind the point, the rest cut off."""
    return f"{math.floor(value * 100) / 100:.2f}"


def show_ceiling(value: float) -> str:
    """Two digits behind the point, rounded up."""
    return f"{math.ceil(value * 100) / 100:.2f}"
