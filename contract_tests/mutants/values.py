"""Changes of one value: the ways in which a server gets a number, a text, a list or an instant wrong."""

import copy
import html
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from .pointers import MISSING

Change = Callable[[Any], Any]


def make_change(change: str, words: dict[str, Any]) -> Change:
    """A change by its name, with its words. It leaves values of another type as they are."""
    function = CHANGES[change]
    return lambda value: function(value, **words)


def remove(_value: Any) -> Any:
    """The value is not there."""
    return MISSING


def set_to(_value: Any, *, to: Any) -> Any:
    """Always the same value."""
    return copy.deepcopy(to)


def shift(value: Any, *, by: float, least: float = -1e18) -> Any:
    """A number plus `by`, not below a least one; a date so many days later, an instant so many seconds."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return max(least, value + by)
    if isinstance(value, str) and re.fullmatch(r"-?\d{1,15}", value):
        return str(int(max(least, int(value) + by)))
    return _shift_time(value, by) if isinstance(value, str) else value


def _shift_time(text: str, by: float) -> str:
    for form, unit in (
        ("%Y-%m-%d", "days"),
        ("%Y%m%dT%H%M%SZ", "seconds"),
        ("%Y-%m-%dT%H:%M:%SZ", "seconds"),
        ("%Y-%m-%dT%H:%M:%S.%fZ", "seconds"),
    ):
        try:
            instant = datetime.strptime(text, form).replace(tzinfo=UTC) + timedelta(**{unit: by})
        except (ValueError, OverflowError):
            continue
        written = instant.strftime(form)
        return written[:-4] + "Z" if form.endswith("%fZ") else written
    return text


def scale(value: Any, *, by: float) -> Any:
    """A number in another unit."""
    return value * by if isinstance(value, int | float) and not isinstance(value, bool) else value


def round_to(value: Any, *, digits: int = 0) -> Any:
    """A number with fewer digits."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    return round(value, digits) if digits else round(value)


def to_text(value: Any) -> Any:
    """A number or boolean as a text."""
    return str(value).lower() if isinstance(value, int | float) else value


def lower(value: Any) -> Any:
    """A text in small letters."""
    return value.lower() if isinstance(value, str) else value


def upper(value: Any) -> Any:
    """A text in capital letters."""
    return value.upper() if isinstance(value, str) else value


def cut(value: Any, *, length: int) -> Any:
    """The beginning of a text or list."""
    return value[:length] if isinstance(value, str | list) else value


def strip(value: Any) -> Any:
    """A text without the spaces around it."""
    return value.strip() if isinstance(value, str) else value


def to_ascii(value: Any, *, by: str = "?") -> Any:
    """A text with something else for every character beyond ASCII."""
    return re.sub(r"[^\x00-\x7f]", by, value) if isinstance(value, str) else value


def escape(value: Any) -> Any:
    """A text as if it were put into HTML."""
    return html.escape(value) if isinstance(value, str) else value


def replace(value: Any, *, pattern: str, by: str) -> Any:
    """A text with every match of a pattern replaced."""
    return re.sub(pattern, by, value) if isinstance(value, str) else value


def lose_falsy(value: Any) -> Any:
    """0, false and '' are lost, as by `if value:`."""
    return MISSING if value is not None and not value else value


def lose_null(value: Any) -> Any:
    """null is lost."""
    return MISSING if value is None else value


def null_falsy(value: Any) -> Any:
    """0, false and '' become null, as by `value or None`."""
    return value or None


def blank_null(value: Any) -> Any:
    """null becomes an empty text."""
    return "" if value is None else value


def only(value: Any, *, names: list[str]) -> Any:
    """An object keeps some of its members, the others are lost."""
    return {key: part for key, part in value.items() if key in names} if isinstance(value, dict) else value


def order(value: Any) -> Any:
    """A list of texts or numbers, sorted, each once."""
    plain = (
        isinstance(value, list) and len({type(part) for part in value if isinstance(part, str | int)}) == 1
    )
    return sorted(set(value)) if plain and all(isinstance(part, str | int) for part in value) else value


def now(_value: Any, *, microseconds: bool = False) -> Any:
    """The instant of the answer."""
    text = datetime.now(UTC).isoformat(timespec="microseconds" if microseconds else "seconds")
    return text.replace("+00:00", "Z")


CHANGES: dict[str, Callable[..., Any]] = {
    "remove": remove,
    "set": set_to,
    "shift": shift,
    "scale": scale,
    "round": round_to,
    "text": to_text,
    "lower": lower,
    "upper": upper,
    "cut": cut,
    "strip": strip,
    "ascii": to_ascii,
    "escape": escape,
    "replace": replace,
    "lose_falsy": lose_falsy,
    "lose_null": lose_null,
    "null_falsy": null_falsy,
    "blank_null": blank_null,
    "only": only,
    "order": order,
    "now": now,
}
