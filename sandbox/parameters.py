"""Path, query, header and cookie parameters: decoded, coerced by their schema, validated."""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

from .credentials import read_cookie
from .declared import Operation, Parameter
from .problems import Fault, Problem
from .schemas import Schema, show

INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")
NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
LARGEST = 2**63 - 1
MOST_QUERIES = 1000  # that are remembered, for clients ask again
LONGEST = 4000  # digits that Python reads at once


def parse_query(query: bytes) -> list[tuple[str, str]]:
    """The pairs of a query string. Raises Problem unreadable for bytes that are not UTF-8."""
    if not query:
        return []
    try:
        return list(_parse(query))
    except ValueError as error:
        message = f"the query string cannot be read: {error}; expected percent-encoded UTF-8"
        clue = Fault("query", "", "", value=query.decode("latin-1"), expected="percent-encoded UTF-8")
        raise Problem("unreadable", message, clues=[clue]) from error


@lru_cache(MOST_QUERIES)
def _parse(query: bytes) -> tuple[tuple[str, str], ...]:
    text = query.decode("ascii")
    return tuple(parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=1000))


def _read_integer(text: str) -> int | None:
    return int(text) if INTEGER.fullmatch(text) and len(text) <= LONGEST else None


def _read_number(text: str) -> float | None:
    value = float(text) if NUMBER.fullmatch(text) else math.inf
    return value if math.isfinite(value) else None


TYPES: dict[str, tuple[str, Callable[[str], Any]]] = {
    "integer": ("an integer", _read_integer),
    "number": ("a number", _read_number),
    "boolean": ("true or false", {"true": True, "false": False}.get),
}


# OpenAPI 3.0.3 §4.7.12.1: parameters of these names are to be ignored.
IGNORED_HEADERS = {"accept", "content-type", "authorization"}


class Parameters:
    """The parameters of an operation."""

    def __init__(self, operation: Operation) -> None:
        self._parameters = [
            p for p in operation.parameters if p.location != "header" or p.name.lower() not in IGNORED_HEADERS
        ]
        self._schemas = {p.name: Schema(p.schema) for p in self._parameters if _constrains(p)}
        self._defaults = {p.name: p.schema["default"] for p in self._parameters if "default" in p.schema}
        structured = [p for p in self._parameters if p.schema.get("type") in ("array", "object")]
        self._structured = {p.name for p in structured}
        self._parser = _make_parser(structured) if structured else None

    def read(
        self,
        path: dict[str, str],
        query: list[tuple[str, str]],
        headers: Mapping[str, str],
        faults: list[Fault],
    ) -> dict[str, Any]:
        """The values by name, defaults filled in. headers: lower-case names; faults: gets what is wrong."""
        if not self._parameters:
            return {}
        values = dict(self._defaults)
        texts: dict[str, Mapping[str, str]] = {"path": path, "query": dict(query), "header": headers}
        structured = self._read_structured(query)
        for parameter in self._parameters:
            name = parameter.name
            text = _find_text(parameter, texts)
            if name in structured:
                self._validate(parameter, structured[name], values, faults)
            elif text is not None and name not in self._structured:
                self._coerce(parameter, text, values, faults)
            elif parameter.required:
                faults.append(Fault(parameter.location, name, "is required but missing", ("required",)))
        return values

    def _coerce(self, parameter: Parameter, text: str, values: dict[str, Any], faults: list[Fault]) -> None:
        expected, read = TYPES.get(parameter.schema.get("type", ""), ("", None))
        value: Any = read(text) if read else text
        if value is None:
            message = f"must be {expected}, got {show(text)}"
            faults.append(Fault(parameter.location, parameter.name, message, ("schema", "type"), text))
        else:
            self._validate(parameter, value, values, faults)

    def _validate(
        self, parameter: Parameter, value: Any, values: dict[str, Any], faults: list[Fault]
    ) -> None:
        schema = self._schemas.get(parameter.name)
        found = schema.find_faults(value, parameter.location) if schema else []
        if not found and isinstance(value, int) and abs(value) > LARGEST:
            message = f"must be at most {LARGEST}, got {show(value)}"
            found = [Fault(parameter.location, "", message, ("type",), value, LARGEST)]
        faults.extend(
            replace(fault, pointer=parameter.name + fault.pointer, rule=("schema", *fault.rule))
            for fault in found
        )
        values[parameter.name] = value

    def _read_structured(self, query: list[tuple[str, str]]) -> dict[str, Any]:
        if not self._parser:
            return {}
        pairs: dict[str, list[str]] = {}
        for name, text in query:
            pairs.setdefault(name, []).append(text)
        resolved = self._parser.resolve_query(pairs)
        return {name: value for name, value in resolved.items() if name in self._structured}


def _find_text(parameter: Parameter, texts: Mapping[str, Mapping[str, str]]) -> str | None:
    if parameter.location == "header":
        return texts["header"].get(parameter.name.lower())
    if parameter.location == "cookie":
        return read_cookie(texts["header"].get("cookie", ""), parameter.name)
    return texts[parameter.location].get(parameter.name)


def _constrains(parameter: Parameter) -> bool:
    return (
        bool(parameter.schema.keys() - {"type", "description", "default", "example"})
        or "type" not in parameter.schema
    )


def _make_parser(structured: list[Parameter]) -> Any:
    """Connexion's parser of styles."""
    from connexion.uri_parsing import OpenAPIURIParser  # it takes long to import, and few documents need it

    return OpenAPIURIParser([_describe(p) for p in structured], {})


def _describe(parameter: Parameter) -> dict[str, Any]:
    """The parameter as Connexion's parser of styles reads it."""
    description: dict[str, Any] = {
        "name": parameter.name,
        "in": parameter.location,
        "schema": parameter.schema,
    }
    description |= {"style": parameter.style} if parameter.style else {}
    return description | ({"explode": parameter.explode} if parameter.explode is not None else {})
