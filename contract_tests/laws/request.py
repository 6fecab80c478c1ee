"""Bad requests: refused with the documented status, and without any effect."""

from collections.abc import Iterable, Iterator
from typing import Any

from contract_tests.contracts import Contract, Operation
from contract_tests.exchanges import Exchange
from contract_tests.laws import law
from contract_tests.laws.create import body_fields, node_of, places
from contract_tests.records import Record, address
from contract_tests.relations import same
from contract_tests.schemas import Node
from contract_tests.trials import Ground, Trial
from contract_tests.views import find, lists, look

Json = Any
BODIES = ("create", "amend", "replace", "upsert")
UNREADABLE = {
    "cut off": b'{"name": "x", ',
    "no JSON": b"name=x&value=1",
    "not UTF-8": b'{"name": "\xff\xfe"}',
    "two values": b"{}{}",
}


def bodies(contract: Contract) -> Iterable[Ground]:
    """Every operation that takes a JSON body for a record."""
    for operation in contract.operations:
        if operation.does in BODIES and operation.resource and operation.body and "json" in operation.body[0]:
            yield Ground(operation, "", tuple(_answer_ids(operation)))


def forms(contract: Contract) -> Iterable[Ground]:
    """Every operation that takes a body for a record, forms too."""
    for operation in contract.operations:
        if operation.does in BODIES and operation.resource and operation.body:
            yield Ground(operation)


def _answer_ids(operation: Operation) -> Iterator[tuple[str, ...]]:
    for kind in ("unreadable", "invalid"):
        node = operation.response(operation.contract.kind(kind))
        if node is not None:
            yield tuple(node.get("x-requirements", ()))


def fields(contract: Contract) -> Iterable[Ground]:
    """Every field of such a body; the subject is the field."""
    for ground in forms(contract):
        for name, node in body_fields(ground.operation):
            yield Ground(ground.operation, name, (*places(ground.operation, name, node), *_answer_ids(ground.operation)))


def required(contract: Contract) -> Iterable[Ground]:
    """Every required field of such a body, files too."""
    for ground in forms(contract):
        schema = ground.operation.body[1] if ground.operation.body else {}
        for name in schema.get("required", ()):
            node = schema["properties"].get(name, {})
            yield Ground(ground.operation, name, (*places(ground.operation, name, node), *_answer_ids(ground.operation)))


class Attempt:
    """A body sent to an operation, and what there was before it."""

    def __init__(self, trial: Trial) -> None:
        self.trial, self.operation = trial, trial.operation
        self.record: Record | None = None
        if self.operation.does in ("amend", "replace"):
            if not self.operation.within("path"):
                trial.skip("a record that cannot be made is not put at risk")
            self.record = trial.make()
            self.before = look(trial, self.record)
            self.path = address(self.operation, self.record)
            self.body = dict(self.operation.body[1].get("example", {})) if self.operation.body else {}
        else:
            self.path, _ = trial.maker.lineage(self.operation)
            self.body, _ = trial.maker.body(self.operation, "owner", {})

    def send(self, body: Json, **options: Any) -> Exchange:
        """Send a body; what it creates by mistake is noted."""
        if self.record is None:
            return self.trial.maker.create(self.operation, self.path, body, **options).exchange
        return self.trial.send(self.operation, self.path, body=body, **options)

    def expect_refusal(self, exchange: Exchange, *kinds: str) -> None:
        """Two cases: the status, and that nothing was changed or made."""
        self.trial.expect_kind(exchange, *kinds)
        if self.record is not None:
            after = look(self.trial, self.record)
            moving = {self.record.resource.words.get("states", {}).get("field")}
            changed = [name for name, value in self.before.items() if name not in moving and not same(value, after.get(name))]
            settled = not changed or bool(self.record.resource.words.get("states"))
            self.trial.expect(settled, f"the refused request changed {changed}", self.before, after)


@law("request.unreadable", "a body that cannot be read is refused", bodies, writes=True)
def check_unreadable(trial: Trial) -> None:
    """Truncated, no JSON, not UTF-8, two values."""
    attempt = Attempt(trial)
    for raw in UNREADABLE.values():
        exchange = trial.send(trial.operation, attempt.path, raw=raw, media_type="application/json")
        attempt.expect_refusal(exchange, "unreadable", "invalid")


@law("request.no_object", "a body that is no object is refused", bodies, writes=True)
def check_no_object(trial: Trial) -> None:
    """An array, a text, a number, null."""
    attempt = Attempt(trial)
    for body in ([], [attempt.body], "text", 17, None):
        attempt.expect_refusal(attempt.send(body), "invalid", "unreadable")


@law("request.required", "a body without a required field is refused", required, writes=True)
def check_required(trial: Trial) -> None:
    """The body without the field; then with null or nothing in it, where that is a law of its own."""
    attempt = Attempt(trial)
    body = {name: value for name, value in attempt.body.items() if name != trial.subject}
    attempt.expect_refusal(attempt.send(body), "invalid", "unreadable")


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


@law("request.limits", "a value beyond a documented limit is refused, one at the limit taken", fields, writes=True)
def check_limits(trial: Trial) -> None:
    """Just inside and just outside: length, size, least and greatest number, number of items, bytes."""
    pairs = list(limits(node_of(trial.ground)))
    if not pairs:
        trial.skip("the document names no limit")
    attempt = Attempt(trial)
    for inside, outside in pairs:
        attempt.expect_refusal(attempt.send(attempt.body | {trial.subject: outside}), "invalid", "too_large")
        if inside is not None and trial.subject not in {name for row in trial.resource.words.get("unique", ()) if len(row) == 1 for name in row}:
            exchange = attempt.send(attempt.body | {trial.subject: inside})
            trial.expect(200 <= exchange.status < 300, f"{exchange}: {trial.subject} is at its limit", 200, exchange.status)
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


@law("request.blank", "a text of white space only is refused where the document wants content", fields, writes=True)
def check_blank(trial: Trial) -> None:
    """Blanks and tabs."""
    if node_of(trial.ground).get("pattern") != "\\S":
        trial.skip("the document does not ask for content")
    attempt = Attempt(trial)
    attempt.expect_refusal(attempt.send(attempt.body | {trial.subject: " \t "}), "invalid")


@law("request.unknown_field", "a field that the document does not know is refused", bodies, writes=True)
def check_unknown_field(trial: Trial) -> None:
    """Where the document closes the body."""
    if (trial.operation.body or ("", {}))[1].get("additionalProperties") is not False:
        trial.skip("the document does not close the body")
    attempt = Attempt(trial)
    attempt.expect_refusal(attempt.send(attempt.body | {"noSuchField": 1}), "invalid")


@law("request.media_type", "a body of another media type is refused", bodies, writes=True)
def check_media_type(trial: Trial) -> None:
    """Plain text and a form."""
    attempt = Attempt(trial)
    for media_type, raw in (("text/plain", b"hello"), ("application/x-www-form-urlencoded", b"a=1")):
        exchange = trial.send(trial.operation, attempt.path, raw=raw, media_type=media_type)
        attempt.expect_refusal(exchange, "unsupported", "unreadable", "invalid")


@law("request.nothing_made", "a refused creation makes nothing", bodies, writes=True)
def check_nothing_made(trial: Trial) -> None:
    """A creation without one of its required fields; no list has anything with our mark."""
    schema = (trial.operation.body or ("", {}))[1]
    if trial.operation.does != "create" or not schema.get("required") or trial.operation.within("path"):
        trial.skip("this is no creation with a required field")
    attempt = Attempt(trial)
    gone = [name for name in schema["required"] if name not in trial.maker.marks(trial.operation)] or schema["required"][-1:]
    sent = {name: value for name, value in attempt.body.items() if name != gone[0]}
    mark = trial.maker.mark_of(sent)
    exchange = attempt.send(sent)
    if exchange.status < 400 or not mark:
        trial.skip(f"{exchange}: it was not refused" if mark else "nothing in the body could be found again")
    record = Record(trial.resource, dict(sent), sent, {}, exchange)
    for view in lists(trial, record):
        made = [item for item in view.everything() if mark in str(item)]
        trial.expect(not made, f"{view.operation.name} has a record from a refused request", [], made[:1])


__all__ = ["Attempt", "find", "limits"]
