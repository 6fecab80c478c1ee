"""What teams do to the free JSON of `data` between the request and the database."""

import re
from collections.abc import Callable
from typing import Any

LONG_TEXT = 255
EXACT_INTEGER = 2**53

Change = Callable[[Any], Any]


def each_leaf(value: Any, change: Change) -> Any:
    """The same value with each text, number, truth value and null changed.

    Parameters: value, the JSON; change, what becomes of one leaf.
    """
    if isinstance(value, dict):
        return {name: each_leaf(member, change) for name, member in value.items()}
    if isinstance(value, list):
        return [each_leaf(member, change) for member in value]
    return change(value)


def each_member(value: Any, keep: Callable[[Any], bool], rename: Callable[[str], str] = str) -> Any:
    """The same value without some members of its objects, the others renamed.

    Parameters: value, the JSON; keep, whether a member stays; rename, its new name.
    """
    if isinstance(value, dict):
        kept = {name: member for name, member in value.items() if keep(member)}
        return {rename(name): each_member(member, keep, rename) for name, member in kept.items()}
    if isinstance(value, list):
        return [each_member(member, keep, rename) for member in value]
    return value


def camel_case(name: str) -> str:
    """A snake-case name in camel case.

    Parameters: name, the name.
    """
    return re.sub(r"_([a-z])", lambda found: found[1].upper(), name)


def _rounded(value: Any) -> Any:
    return round(value, 2) if isinstance(value, float) else value


def _as_double(value: Any) -> Any:
    large = isinstance(value, int) and EXACT_INTEGER < abs(value) < 10**300
    return int(float(value)) if large else value


def _cut(value: Any) -> Any:
    return value[:LONG_TEXT] if isinstance(value, str) else value


def _trimmed(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def _ascii(value: Any) -> Any:
    return value.encode("ascii", "replace").decode() if isinstance(value, str) else value


def merged(old: Any, new: Any) -> Any:
    """The old object with the members of the new one, at every depth.

    Parameters: old, what was stored; new, what was sent.
    """
    if not (isinstance(old, dict) and isinstance(new, dict)):
        return new
    return old | {name: merged(old.get(name), member) for name, member in new.items()}


# What happens to `data` whenever it is written, by the name of the bug.
DATA_DAMAGE: dict[str, Change] = {
    "data-nulls-dropped": lambda data: each_member(data, keep=lambda member: member is not None),
    "data-empties-dropped": lambda data: each_member(data, keep=lambda member: member not in ([], {})),
    "data-names-camelised": lambda data: each_member(data, keep=lambda _member: True, rename=camel_case),
    "data-floats-rounded": lambda data: each_leaf(data, _rounded),
    "data-integers-inexact": lambda data: each_leaf(data, _as_double),
    "data-texts-cut": lambda data: each_leaf(data, _cut),
    "data-texts-trimmed": lambda data: each_leaf(data, _trimmed),
    "data-unicode-lost": lambda data: each_leaf(data, _ascii),
}


def without_falsy(data: Any) -> Any:
    """The object without its members that are 0, false, empty or null.

    Parameters: data, what was sent.
    """
    return {name: member for name, member in data.items() if member} if isinstance(data, dict) else data


def stored_data(data: Any, bug: str | None) -> Any:
    """What the store keeps of `data`: all of it (DS-05).

    Parameters: data, what was sent; bug, if any.
    """
    damage = DATA_DAMAGE.get(bug or "")
    return damage(data) if damage else data
