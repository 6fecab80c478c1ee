"""JSON values and their texts. orjson is fast, but makes a float of an integer beyond 64 bits."""

import json
import math
import re
from typing import Any

import orjson

DEEPEST = 250  # levels; orjson writes 254, jsonschema-rs checks 255
# Only a text like these can hold a number that 64 bits or a double cannot.
LONG = re.compile(rb"\d(?:[eE][+-]?\d{3}|\d{18})")


def load(content: bytes) -> Any:
    """The value of a JSON text. Raises ValueError for any other text, and for what cannot be kept."""
    value = orjson.loads(content)
    if content.count(b"[") + content.count(b"{") > DEEPEST and _measure(value) > DEEPEST:
        raise ValueError(f"it is nested deeper than {DEEPEST} levels")
    return json.loads(content, parse_float=_read_float) if LONG.search(content) else value


def dump(value: Any) -> bytes:
    """The value as compact JSON."""
    try:
        return orjson.dumps(value)
    except TypeError:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _measure(value: Any) -> int:
    """How deep a value is nested."""
    depth, level = -1, [value]
    while level:
        below = [
            part.values() if isinstance(part, dict) else part
            for part in level
            if isinstance(part, dict | list)
        ]
        depth, level = depth + 1, [part for parts in below for part in parts]
    return depth


def _read_float(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"the number {text[:40]} is beyond the range of a double")
    return value
