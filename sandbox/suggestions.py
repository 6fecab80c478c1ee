"""The valid value that is nearest to one that was refused."""

import difflib
import math
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from .examples import FORMATS, make_example
from .schemas import Json, Registry, Schema, show

MOST_STEPS = 5  # a text may have to become a number, and that be cut to a bound
LONGEST = 1000  # characters or items of a value that is mended
ATTEMPTS: dict[str, Callable[[Any], Any]] = {
    "integer": lambda value: round(float(value)),
    "number": float,
    "boolean": lambda value: str(value).lower() in ("true", "1", "yes", "on"),
    "string": lambda value: value if isinstance(value, str) else show(value),
    "array": lambda value: [value],
}


def suggest(schema: Json, value: Any, registry: Registry | None = None) -> Any:
    """A value that the schema accepts, as near to the given one as can be; None where there is none.

    schema: with its references expanded. What is returned has been validated.
    """
    validator = Schema(schema, registry)
    value = value[:LONGEST] if isinstance(value, str | list) else value
    for _ in range(MOST_STEPS):
        faults = validator.find_faults(value, "")
        if not faults:
            return value
        keyword = str(faults[0].rule[-1]) if faults[0].rule else ""
        mended = None if faults[0].pointer else _mend(schema, keyword, value, validator)
        if mended is None or mended == value:
            break
        value = mended
    example = make_example(schema)
    return example if validator.accepts(example) else None


def _mend(schema: Json, keyword: str, value: Any, validator: Schema) -> Any:
    """The value changed so that it obeys one keyword, None for a keyword that says not how."""
    mend = MENDS.get(keyword)
    if mend:
        with suppress(TypeError, ValueError, KeyError, OverflowError):
            return mend(schema, value)
    if isinstance(value, str):
        return next((text for text in _respell(value) if validator.accepts(text)), None)
    return None


def _respell(text: str) -> Iterator[str]:
    """What a text that matches no pattern may have meant."""
    yield from (text.strip(), text.lower(), text.upper(), text.title())
    for sign in "-_":
        yield re.sub(r"[^A-Za-z0-9]+", sign, text.strip())
        yield re.sub(r"[^A-Za-z0-9]+", sign, text.strip().lower())
    yield re.sub(r"\D+", "", text)


def _choose(schema: Json, value: Any) -> Any:
    options = schema["enum"]
    texts = {str(option).lower(): option for option in options}
    near = difflib.get_close_matches(str(value).lower(), texts, 1, 0.3)
    return texts[near[0]] if near else options[0]


def _convert(schema: Json, value: Any) -> Any:
    return ATTEMPTS[schema["type"]](value)


def _clamp(schema: Json, value: Any) -> Any:
    step = schema.get("multipleOf", 1 if schema.get("type") == "integer" else None)
    margin = step or 0.5
    least, most = schema.get("minimum", -math.inf), schema.get("maximum", math.inf)
    least += margin if schema.get("exclusiveMinimum") else 0
    most -= margin if schema.get("exclusiveMaximum") else 0
    value = min(max(value, least), most)
    if step and value % step:
        up = math.ceil(value / step) * step
        value = up if up <= most else math.floor(value / step) * step
    return int(value) if schema.get("type") == "integer" else value


def _lengthen(schema: Json, value: Any) -> Any:
    if "example" in schema or "default" in schema or not value:
        return None
    return value + value[-1] * (schema["minLength"] - len(value))


def _write_format(schema: Json, value: Any) -> Any:
    """The value in another form of a date, else an example of the format."""
    wanted = schema["format"]
    if wanted == "date-time" and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return f"{value}T00:00:00Z"
    if wanted == "date-time" and re.fullmatch(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?", value):
        return f"{value.replace(' ', 'T')}Z"
    if wanted == "date" and re.match(r"\d{4}-\d\d-\d\dT", value):
        return value[:10]
    return schema.get("example", FORMATS.get(wanted))


MENDS: dict[str, Callable[[Json, Any], Any]] = {
    "enum": _choose,
    "type": _convert,
    "minimum": _clamp,
    "maximum": _clamp,
    "multipleOf": _clamp,
    "minLength": _lengthen,
    "maxLength": lambda schema, value: value[: schema["maxLength"]],
    "minItems": lambda schema, value: [*value, *make_example(schema)][: max(len(value), schema["minItems"])],
    "maxItems": lambda schema, value: value[: schema["maxItems"]],
    "uniqueItems": lambda _, value: [part for at, part in enumerate(value) if part not in value[:at]],
    "format": _write_format,
}


def count_same(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    for index, (mine, its) in enumerate(zip(one, other, strict=False)):
        if mine != its:
            return index
    return min(len(one), len(other))
