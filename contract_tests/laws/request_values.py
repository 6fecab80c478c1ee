"""Values that the document does not permit: refused, and without any effect."""

from collections.abc import Iterator
from typing import Any

from contract_tests.attempts import Attempt, fields
from contract_tests.fields import node_of
from contract_tests.laws import law
from contract_tests.schemas import Node
from contract_tests.trials import Trial
from contract_tests.views import look

Json = Any


@law("request.null", "null is refused where the document does not permit it", fields, writes=True)
def check_null(trial: Trial) -> None:
    """JSON bodies only: a form has no null."""
    node = node_of(trial.ground)
    if node.get("nullable") or "json" not in (trial.operation.body or ("",))[0]:
        trial.skip("null is permitted")
    attempt = Attempt(trial)
    attempt.expect_refusal(attempt.send(attempt.body | {trial.subject: None}), "invalid", "unreadable")


@law("request.type", "a value of another type is refused", fields, writes=True)
def check_type(trial: Trial) -> None:
    """One value of each other JSON type that a reasonable server does not convert."""
    node = node_of(trial.ground)
    if "json" not in (trial.operation.body or ("",))[0]:
        trial.skip("every value of a form is a text")
    wrong: dict[str, tuple[Json, ...]] = {
        "string": ({"a": 1}, ["a"], 12345), "object": ("text", [1], 17), "array": ("text", {"a": 1}),
        "boolean": ("maybe", {"a": 1}), "integer": ("many", {"a": 1}, 1.5), "number": ("many", {"a": 1}),
    }  # fmt: skip
    attempt = Attempt(trial)
    for value in wrong.get(node.get("type", ""), ()):
        attempt.expect_refusal(attempt.send(attempt.body | {trial.subject: value}), "invalid", "unreadable")


@law("request.enum", "a value that is not listed is refused", fields, writes=True)
def check_enum(trial: Trial) -> None:
    """An unknown word, and a listed one in another case."""
    node = node_of(trial.ground)
    if "enum" not in node or not isinstance(node["enum"][0], str):
        trial.skip("the document lists no values")
    attempt = Attempt(trial)
    for value in ("NO_SUCH_VALUE", str(node["enum"][0]).swapcase()):
        attempt.expect_refusal(attempt.send(attempt.body | {trial.subject: value}), "invalid")


@law("request.format", "a value that is not of the documented form is refused", fields, writes=True)
def check_format(trial: Trial) -> None:
    """Dates, instants, addresses and URLs that are none."""
    wrong = {
        "date": ("2026-13-45", "yesterday", "01/02/2026"), "date-time": ("tomorrow", "2026-13-45T99:00:00Z"),
        "email": ("no address", "a@"), "uri": ("no url",), "uuid": ("no-uuid",),
    }  # fmt: skip
    values = wrong.get(node_of(trial.ground).get("format", ""), ())
    if not values:
        trial.skip("the document names no form")
    attempt = Attempt(trial)
    for value in values:
        attempt.expect_refusal(attempt.send(attempt.body | {trial.subject: value}), "invalid")


@law(
    "request.limits",
    "a value beyond a documented limit is refused, one at the limit taken",
    fields,
    writes=True,
)
def check_limits(trial: Trial) -> None:
    """Just inside and just outside: length, size, least and greatest number, number of items, bytes."""
    pairs = list(limits(node_of(trial.ground)))
    if not pairs:
        trial.skip("the document names no limit")
    attempt = Attempt(trial)
    for inside, outside in pairs:
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
    "request.blank",
    "a text of white space only is refused where the document wants content",
    fields,
    writes=True,
)
def check_blank(trial: Trial) -> None:
    """Blanks and tabs."""
    if node_of(trial.ground).get("pattern") != "\\S":
        trial.skip("the document does not ask for content")
    attempt = Attempt(trial)
    attempt.expect_refusal(attempt.send(attempt.body | {trial.subject: " \t "}), "invalid")
