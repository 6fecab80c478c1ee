"""Strategies of valid values that real servers lose: falsy, unicode, long, nested null, exact numbers."""

import re
from datetime import datetime

from hypothesis import strategies as st

from contract_tests.samples import LONG, plain_text
from contract_tests.schemas import Json, Node, merge

TEXTS = (
    "0",
    "false",
    "null",
    "Zoë Ñandú",
    "日本語テキスト",
    "🙂👩‍👩‍👧",
    "e\u0301 combined",
    'quote " and \\ backslash',
    "<b>&amp;</b>",
    "a'b; DROP TABLE x; --",
    "line\nbreak\ttab",
    "%41+%2B",
    "{{7*7}}",
    "x" * 250,
)
NUMBERS = (0, 1, -1, 0.1, 1.5, 1e-7, 123456789.123, 2**31, 2**53 - 1)


def unusual(root: Node, schema: Node) -> st.SearchStrategy[Json]:
    """Valid values that real servers lose: falsy, unicode, long, nested null, exact numbers."""
    schema = merge(root, schema)
    strategy = _strategy(root, schema)
    return st.one_of(strategy, st.none()) if schema.get("nullable") else strategy


def _strategy(root: Node, schema: Node) -> st.SearchStrategy[Json]:
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    match schema.get("type"):
        case "boolean":
            return st.booleans()
        case "integer":
            low, high = schema.get("minimum", -(2**31)), schema.get("maximum", 2**31)
            return st.one_of(st.sampled_from([low, high, min(max(0, low), high)]), st.integers(low, high))
        case "number":
            low, high = schema.get("minimum", -1e9), schema.get("maximum", 1e9)
            fixed = [value for value in NUMBERS if low <= value <= high]
            return st.sampled_from(fixed) if fixed else st.integers(int(low), int(high))
        case "array":
            items = unusual(root, schema.get("items", {}))
            return st.lists(items, min_size=schema.get("minItems", 0), max_size=schema.get("maxItems", 3))
        case "object":
            return _objects(root, schema)
        case "string":
            return _texts(schema)
    return st.one_of(st.sampled_from(NUMBERS), st.sampled_from(TEXTS))


def _texts(schema: Node) -> st.SearchStrategy[Json]:
    if schema.get("format") == "date":
        return st.dates(datetime(1920, 1, 1).date(), datetime(2099, 12, 31).date()).map(
            lambda day: day.isoformat()
        )
    if schema.get("format") == "date-time":
        moments = st.datetimes(datetime(2001, 1, 1), datetime(2099, 12, 31))
        return moments.map(lambda moment: moment.replace(microsecond=0).isoformat() + "Z")
    if schema.get("format") == "email":
        return st.from_regex(r"\A[a-z]{3,12}\.[a-z0-9]{3,12}\Z").map(lambda name: f"{name}@example.com")
    if schema.get("format"):
        return st.just(plain_text(schema, ""))
    low, high = schema.get("minLength", 0), schema.get("maxLength", LONG)
    pattern = re.compile(schema.get("pattern", ""))
    texts = [*TEXTS, "", "y" * min(high, LONG), "é" * min(high, 255), "z" * max(low, 1)]
    fitting = [text for text in texts if low <= len(text) <= high and pattern.search(text)]
    return st.sampled_from(fitting) if fitting else st.just(plain_text(schema, "sample"))


def _objects(root: Node, schema: Node) -> st.SearchStrategy[Json]:
    properties = schema.get("properties", {})
    if properties:
        required = set(schema.get("required", ()))
        return st.fixed_dictionaries(
            {key: unusual(root, node) for key, node in properties.items() if key in required},
            optional={key: unusual(root, node) for key, node in properties.items() if key not in required},
        )
    return free_objects()


def free_objects() -> st.SearchStrategy[Json]:
    """Objects of any shape: falsy values, nested nulls, unicode keys, numbers of every kind."""
    leaves = st.one_of(
        st.none(),
        st.booleans(),
        st.sampled_from(NUMBERS),
        st.sampled_from([*TEXTS, "", " padded "]),
        st.just([]),
        st.just({}),
    )
    keys = st.sampled_from(["a", "b", "zero", "clé", "with space", "a.b", "$ref", "0", "nested"])
    values = st.recursive(
        leaves,
        lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(keys, inner, max_size=3)),
        max_leaves=5,
    )
    return st.dictionaries(keys, values, max_size=4)
