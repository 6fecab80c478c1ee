"""Bad requests: refused with the documented status, and without any effect."""

from typing import Any

from contract_tests.answers import read_error
from contract_tests.attempts import Attempt, bodies, required
from contract_tests.drafts import marks
from contract_tests.fields import schema_of
from contract_tests.laws import law, such
from contract_tests.records import Record
from contract_tests.trials import Ground, Trial
from contract_tests.views import lists

Json = Any
UNREADABLE = {
    "cut off": b'{"name": "x", ',
    "no JSON": b"name=x&value=1",
    "not UTF-8": b'{"name": "\xff\xfe"}',
    "two values": b"{}{}",
}


@law("request.unreadable", "a body that cannot be read is refused", bodies, writes=True)
def check_unreadable(trial: Trial) -> None:
    """Truncated, no JSON, not UTF-8, two values."""
    attempt = Attempt(trial)
    for raw in UNREADABLE.values():
        exchange = trial.send(trial.operation, attempt.path, raw=raw, media_type="application/json")
        attempt.expect_refusal(exchange, "unreadable", "invalid")


@law(
    "request.malformed",
    "a body that is no JSON has the status that the document names for it",
    such(
        bodies,
        lambda row: row.operation.contract.kind("unreadable") != row.operation.contract.kind("invalid"),
    ),
    writes=True,
)
def check_malformed(trial: Trial) -> None:
    """Where it differs from the status of a field that is wrong."""
    attempt = Attempt(trial)
    exchange = trial.send(
        trial.operation, attempt.path, raw=UNREADABLE["cut off"], media_type="application/json"
    )
    attempt.expect_refusal(exchange, "unreadable")


def names_field(ground: Ground) -> bool:
    """Whether errors say which field is wrong."""
    body = str(ground.operation.contract.words.get("errors", {}).get("body", ""))
    return any(name in body for name in ("$field", "$fields", "$details"))


@law(
    "request.field",
    "the error of a field that is missing names the field",
    such(required, names_field),
    writes=True,
)
def check_field(trial: Trial) -> None:
    """In whatever place the error body has for it."""
    attempt = Attempt(trial)
    exchange = attempt.send({name: value for name, value in attempt.body.items() if name != trial.subject})
    if exchange.status != trial.contract.kind("invalid"):
        trial.skip(f"{exchange}: it was not refused for the field")
    values = read_error(trial.contract, exchange).values
    shown = str([values.get(name) for name in ("field", "fields", "details")])
    trial.expect(trial.subject in shown, f"{exchange} without the name of the field", trial.subject, shown)


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


@law(
    "request.unknown_field",
    "a field that the document does not know is refused",
    such(bodies, lambda row: schema_of(row).get("additionalProperties") is False),
    writes=True,
)
def check_unknown_field(trial: Trial) -> None:
    """Where the document closes the body."""
    attempt = Attempt(trial)
    attempt.expect_refusal(attempt.send(attempt.body | {"noSuchField": 1}), "invalid")


@law("request.media_type", "a body of another media type is refused", bodies, writes=True)
def check_media_type(trial: Trial) -> None:
    """A form, and as plain text a body that would be taken as JSON."""
    attempt = Attempt(trial)
    form = "application/x-www-form-urlencoded"
    exchange = trial.send(trial.operation, attempt.path, raw=b"a=1", media_type=form)
    attempt.expect_refusal(exchange, "unsupported", "unreadable", "invalid")
    exchange = attempt.send(attempt.body, media_type="text/plain")
    attempt.expect_refusal(exchange, "unsupported", "unreadable", "invalid")


@law(
    "request.nothing_made",
    "a refused creation makes nothing",
    such(
        bodies,
        lambda row: (
            row.operation.does == "create"
            and bool(schema_of(row).get("required"))
            and not row.operation.within("path")
        ),
    ),
    writes=True,
)
def check_nothing_made(trial: Trial) -> None:
    """A creation without one of its required fields; no list has anything with our mark."""
    schema = schema_of(trial.ground)
    attempt = Attempt(trial)
    gone = [name for name in schema["required"] if name not in marks(trial.operation)] or schema["required"][
        -1:
    ]
    sent = {name: value for name, value in attempt.body.items() if name != gone[0]}
    mark = trial.maker.drafts.mark_of(sent)
    exchange = attempt.send(sent)
    if exchange.status < 400 or not mark:
        trial.skip(f"{exchange}: it was not refused" if mark else "nothing in the body could be found again")
    record = Record(trial.resource, dict(sent), sent, {}, exchange)
    for view in lists(trial, record):
        made = [item for item in view.everything() if mark in str(item)]
        trial.expect(not made, f"{view.operation.name} has a record from a refused request", [], made[:1])
