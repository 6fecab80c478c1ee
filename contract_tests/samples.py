"""Values for requests: plain ones that any server takes, and the few that servers lose most often."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from contract_tests.bodies import FILES, File
from contract_tests.schemas import Node, merge

Json = Any
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
    return plain_text(schema, name)


def _plain_part(root: Node, schema: Node, name: str, key: str) -> Json:
    schema = merge(root, schema)
    return file_of(schema, key) if schema.get("format") == "binary" else plain(root, schema, name)


def plain_text(schema: Node, name: str) -> Json:
    """A valid text of a schema; any text will do where it says name."""
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
            texts = [MIXED, "line one\nline two", "0", 'quote " \\ <b>&amp;</b>', "x" * min(high, LONG), ""]
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
