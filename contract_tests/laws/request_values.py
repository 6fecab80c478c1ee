"""Values that the document does not permit: refused, and without any effect."""

import re
from collections.abc import Iterator
from typing import Any

from contract_tests.attempts import Attempt, fields
from contract_tests.fields import node_of
from contract_tests.laws import law, such
from contract_tests.schemas import Node
from contract_tests.trials import Ground, Trial
from contract_tests.views import look

Json = Any


def is_json(ground: Ground) -> bool:
    """Whether the body is JSON: every value of a form is a text."""
    return "json" in (ground.operation.body or ("",))[0]


@law(
    "request.null",
    "null is refused where the document does not permit it",
    such(fields, lambda row: is_json(row) and not node_of(row).get("nullable")),
    writes=True,
)
def check_null(trial: Trial) -> None:
    """JSON bodies only: a form has no null."""
    attempt = Attempt(trial)
    attempt.expect_refusal(attempt.send(attempt.body | {trial.subject: None}), "invalid", "unreadable")


WRONG_TYPES: dict[str, tuple[Json, ...]] = {
    "string": ({"a": 1}, ["a"], 12345),
    "object": ("text", [1], 17),
    "array": ("text", {"a": 1}),
    "boolean": ("maybe", {"a": 1}),
    "integer": ("many", {"a": 1}, 1.5),
    "number": ("many", {"a": 1}),
}


@law(
    "request.type",
    "a value of another type is refused",
    such(fields, lambda row: is_json(row) and node_of(row).get("type") in WRONG_TYPES),
    writes=True,
)
def check_type(trial: Trial) -> None:
    """One value of each other JSON type that a reasonable server does not convert."""
    attempt = Attempt(trial)
    for value in WRONG_TYPES[node_of(trial.ground)["type"]]:
        attempt.expect_refusal(attempt.send(attempt.body | {trial.subject: value}), "invalid", "unreadable")


@law(
    "request.enum",
    "a value that is not listed is refused",
    such(fields, lambda row: isinstance(node_of(row).get("enum", [None])[0], str)),
    writes=True,
)
def check_enum(trial: Trial) -> None:
    """An unknown word, and a listed one in another case."""
    attempt = Attempt(trial)
    for value in ("NO_SUCH_VALUE", str(node_of(trial.ground)["enum"][0]).swapcase()):
        attempt.expect_refusal(attempt.send(attempt.body | {trial.subject: value}), "invalid")


WRONG_FORMS = {
    "date": ("2026-13-45", "yesterday", "01/02/2026"),
    "date-time": ("tomorrow", "2026-13-45T99:00:00Z"),
    "email": ("no address", "a@"),
    "uri": ("no url",),
    "uuid": ("no-uuid",),
}


@law(
    "request.format",
    "a value that is not of the documented form is refused",
    such(fields, lambda row: node_of(row).get("format") in WRONG_FORMS),
    writes=True,
)
def check_format(trial: Trial) -> None:
    """Dates, instants, addresses and URLs that are none."""
    attempt = Attempt(trial)
    for value in WRONG_FORMS[node_of(trial.ground)["format"]]:
        attempt.expect_refusal(attempt.send(attempt.body | {trial.subject: value}), "invalid")


def limits(node: Node) -> Iterator[tuple[Json, Json]]:
    """Values at a limit and beyond it."""
    if node.get("type") == "string" and "format" not in node:
        if "maxLength" in node:
            yield "n" * node["maxLength"], "n" * (node["maxLength"] + 1)
        if node.get("minLength", 0) == 1:
            yield None, ""
    if "minimum" in node:
        yield node["minimum"], node["minimum"] - 1
    if "maximum" in node:
        yield node["maximum"], node["maximum"] + 1
    size = node.get("x-sandbox", {}).get("max_bytes") if node.get("type") == "object" else None
    if size:
        room = size - len('{"a":""}')
        yield {"a": "b" * room}, {"a": "b" * (room + 1)}
        yield None, {"a": "é" * (room // 2 + 1)}
    if node.get("type") == "array" and node.get("minItems"):
        yield None, []


@law(
    "request.limits",
    "a value beyond a documented limit is refused, one at the limit taken",
    such(fields, lambda row: any(True for _ in limits(node_of(row)))),
    writes=True,
)
def check_limits(trial: Trial) -> None:
    """Just inside and just outside: length, size, least and greatest number, number of items, bytes."""
    attempt = Attempt(trial)
    for inside, outside in limits(node_of(trial.ground)):
        attempt.expect_refusal(attempt.send(attempt.body | {trial.subject: outside}), "invalid", "too_large")
        if inside is not None and trial.subject not in {
            name for row in trial.resource.words.get("unique", ()) if len(row) == 1 for name in row
        }:
            exchange = attempt.send(attempt.body | {trial.subject: inside})
            trial.expect(
                200 <= exchange.status < 300,
                f"{exchange}: {trial.subject} is at its limit",
                200,
                exchange.status,
            )
            if attempt.record is not None:
                attempt.before = look(trial, attempt.record)


@law(
    "request.blank",
    "a text of white space only is refused where the document wants content",
    such(fields, lambda row: node_of(row).get("pattern") == "\\S"),
    writes=True,
)
def check_blank(trial: Trial) -> None:
    """Blanks and tabs."""
    attempt = Attempt(trial)
    attempt.expect_refusal(attempt.send(attempt.body | {trial.subject: " \t "}), "invalid")


def unlike(node: Node) -> list[str]:
    """Texts that the pattern of a field does not take."""
    pattern = node.get("pattern", "\\S")
    candidates = ("aaaaaaaaaa", "1234567890", "ABCDEFGHIJ", "-")
    return [] if pattern == "\\S" else [text for text in candidates if not re.search(pattern, text)]


@law(
    "request.pattern",
    "a text that is not of the documented pattern is refused",
    such(fields, lambda row: bool(unlike(node_of(row)))),
    writes=True,
)
def check_pattern(trial: Trial) -> None:
    """Texts of one kind of letter."""
    attempt = Attempt(trial)
    for value in unlike(node_of(trial.ground)):
        attempt.expect_refusal(attempt.send(attempt.body | {trial.subject: value}), "invalid")
