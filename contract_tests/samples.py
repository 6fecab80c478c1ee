"""Values for requests: plain ones that any server takes, and ones that real servers get wrong."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from contract_tests.bodies import FILES, File
from contract_tests.schemas import Node, merge

Json = Any
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
LONG = 4000
MIXED = "MiXed Case Zoë 日本語 🙂"
KEPT = {
    "zero": 0,
    "no": False,
    "nothing": None,
    "empty": "",
    "list": [],
    "object": {},
    "order": [3, 1, 2, 2],
    "float": 1.23456789,
    "large": 2**53 - 1,
    "text": MIXED,
    "padded": "  x ",
    "Clé": {"a b": "k", "x.y": 1},
    "deep": {"a": {"b": [{"c": None}]}},
    "long": "x" * 300,
    "digits": "007",
    "instant": "2026-01-31T23:59:59.123456+02:00",
}


def plain(root: Node, schema: Node, name: str = "") -> Json:
    """A valid value of a schema that no server finds unusual.

    Parameters: root, the document; schema; name, a text to use where any text is right.
    """
    schema = merge(root, schema)
    if schema.get("format") == "binary":
        return file_of(schema)
    if "example" in schema:
        return schema["example"]
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type", "object" if "properties" in schema else "string")
    if kind == "object":
        required = schema.get("required", ())
        properties = schema.get("properties", {})
        return {key: _plain_part(root, properties.get(key, {}), name, key) for key in required}
    if kind == "array":
        return [plain(root, schema.get("items", {}), name)] * schema.get("minItems", 0)
    if kind in ("integer", "number"):
        return max(schema.get("minimum", 1), 1) if schema.get("maximum", 1) >= 1 else schema["maximum"]
    if kind == "boolean":
        return True
    return _plain_text(schema, name)


def _plain_part(root: Node, schema: Node, name: str, key: str) -> Json:
    schema = merge(root, schema)
    return file_of(schema, key) if schema.get("format") == "binary" else plain(root, schema, name)


def _plain_text(schema: Node, name: str) -> Json:
    now = datetime.now(UTC).replace(microsecond=0)
    match schema.get("format"):
        case "date":
            return now.date().isoformat()
        case "date-time":
            return (now + timedelta(days=2)).isoformat().replace("+00:00", "Z")
        case "email":
            return f"{name or 'someone'}@example.com"
        case "uri":
            return f"https://example.com/{name}"
        case "uuid":
            return "3d1f0a52-6c0e-4b8a-9a57-0c9b7e1d2f34"
        case "password":
            return "Sandbox-2026"
    return (name or "sample")[: schema.get("maxLength", 100)].ljust(schema.get("minLength", 0), "x")


def file_of(schema: Node, name: str = "") -> File:
    """A small real file of the first kind that the part of an upload takes,
    else of the kind that its name says.
    """
    kinds = schema.get("x-sandbox", {}).get("file", {}).get("types", [name])
    return FILES.get(kinds[0], FILES[""])


def telling(root: Node, schema: Node) -> list[Json]:
    """The valid values that servers lose most often, few enough to try them all."""
    schema = merge(root, schema)
    if "enum" in schema or schema.get("format") in ("binary", "password", "uri", "uuid", "email"):
        return []
    match schema.get("type"):
        case "object" if not schema.get("properties"):
            return [KEPT, {}]
        case "object" if schema.get("additionalProperties") is True:
            return [{**KEPT, **plain(root, schema)}]
        case "string" if schema.get("format") == "date":
            return ["2024-02-29", "1999-12-31"]
        case "string" if "format" not in schema:
            low, high = schema.get("minLength", 0), schema.get("maxLength", LONG)
            texts = [MIXED, "line one\nline two", "0", 'quote " \\ <b>&amp;</b>', "x" * min(high, 250), ""]
            return [
                text
                for text in texts
                if low <= len(text) <= high and re.search(schema.get("pattern", ""), text)
            ]
        case "integer" | "number":
            low, high = schema.get("minimum", -(2**31)), schema.get("maximum", 2**31)
            whole = schema["type"] == "integer"
            return [value for value in ((0, low, high) if whole else (0, 4.25, 0.1)) if low <= value <= high]
    return []


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
        return st.just(_plain_text(schema, ""))
    low, high = schema.get("minLength", 0), schema.get("maxLength", LONG)
    pattern = re.compile(schema.get("pattern", ""))
    texts = [*TEXTS, "", "y" * min(high, LONG), "é" * min(high, 255), "z" * max(low, 1)]
    fitting = [text for text in texts if low <= len(text) <= high and pattern.search(text)]
    return st.sampled_from(fitting) if fitting else st.just(_plain_text(schema, "sample"))


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
