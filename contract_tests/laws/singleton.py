"""Records at a path without a key, such as the user behind the credential."""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from contract_tests.answers import read_record
from contract_tests.contracts import Contract
from contract_tests.laws import law, such
from contract_tests.relations import same
from contract_tests.singletons import amends, changed, fields_of, fresh, look, malformed, show_of, shows
from contract_tests.trials import Ground, Skipped, Trial

Json = Any
REFUSED = ("invalid", "unreadable")
WRONG = {
    "string": {"wrong": "type"},
    "boolean": "perhaps",
    "integer": "many",
    "number": "many",
    "object": "text",
    "array": "text",
}


def singletons(contract: Contract) -> Iterable[Ground]:
    """Every operation that shows a record by a path without a key."""
    return (Ground(operation) for operation in shows(contract))


def own(contract: Contract) -> Iterable[Ground]:
    """Those that show the user itself: the record is its own owner."""
    for operation in shows(contract):
        if operation.resource and operation.resource.words.get("owner") == operation.resource.key:
            yield Ground(operation)


def changes(contract: Contract) -> Iterable[Ground]:
    """Every field of every change of such a record; the subject is the field."""
    for operation, _ in amends(contract):
        for name, node in fields_of(operation).items():
            yield Ground(operation, name, (tuple(node.get("x-requirements", ())),))


def typed(contract: Contract) -> Iterable[Ground]:
    """The fields with a type."""
    return (row for row in changes(contract) if fields_of(row.operation)[row.subject].get("type") in WRONG)


def formed(contract: Contract) -> Iterable[Ground]:
    """The fields of which a value of the right type can have a wrong form."""
    return (row for row in changes(contract) if malformed(fields_of(row.operation)[row.subject]) is not None)


@law("singleton.show", "a path without a key shows the same record each time", singletons)
def check_show(trial: Trial) -> None:
    """Its key, or what it always has, is the same in two answers."""
    first, second = (look(trial, trial.operation) for _ in range(2))
    key = trial.resource.key
    if key in first:
        trial.expect(
            same(first[key], second.get(key)),
            "the key changes from one answer to the next",
            first[key],
            second.get(key),
        )
    trial.expect(
        first.keys() == second.keys(),
        "the fields change from one answer to the next",
        sorted(first),
        sorted(second),
    )


@law("singleton.own", "each credential is shown its own user", own, roles=("peer",))
def check_own(trial: Trial) -> None:
    """Two users are shown two records."""
    mine, theirs = (look(trial, trial.operation, role) for role in ("owner", "peer"))
    key = trial.resource.key
    marks = [name for name in (key, "email", "username", "login") if mine.get(name) is not None]
    if not marks:
        trial.skip("the answer has nothing that tells users apart")
    for name in marks[:1]:
        trial.expect(
            mine[name] != theirs.get(name), f"two users are shown the same {name}", "two values", mine[name]
        )


@law("singleton.amend", "a change is in the answer and is there afterwards", changes, writes=True)
def check_amend(trial: Trial) -> None:
    """One field with a new value."""
    name, show = trial.subject, show_of(trial.operation)
    value = fresh(trial, name, fields_of(trial.operation)[name])
    with changed(trial, trial.operation, {name: value}) as exchange:
        trial.expect(exchange.status in trial.operation.success, f"{exchange}", "success", exchange.status)
        answered = read_record(trial.operation, exchange)
        if answered and name in answered:
            trial.expect(
                same(answered[name], value), f"{exchange} with another {name}", value, answered[name]
            )
        seen = look(trial, show)
        trial.expect(same(seen.get(name), value), f"{name} is not as it was changed", value, seen.get(name))


@law(
    "singleton.together",
    "several fields can be changed at once",
    such(changes, lambda row: len(fields_of(row.operation)) > 1),
    writes=True,
)
def check_together(trial: Trial) -> None:
    """The field beside all others that can be put back."""
    name, show = trial.subject, show_of(trial.operation)
    fields = fields_of(trial.operation)
    body = {name: fresh(trial, name, fields[name])}
    for key, value in look(trial, show).items():
        if key in fields and key != name and value is not None:
            with suppress(Skipped):
                body[key] = fresh(trial, key, fields[key])
    if len(body) == 1:
        trial.skip("no other field can be changed and put back")
    with changed(trial, trial.operation, body) as exchange:
        trial.expect(exchange.status in trial.operation.success, f"{exchange}", "success", exchange.status)
        found = look(trial, show).get(name)
        trial.expect(same(found, body[name]), f"{name} is not as it was changed", body[name], found)


@law("singleton.partial", "a change of one field leaves the others as they are", changes, writes=True)
def check_partial(trial: Trial) -> None:
    """All other fields that can be written, the key and the time of creation."""
    name, show = trial.subject, show_of(trial.operation)
    value = fresh(trial, name, fields_of(trial.operation)[name])
    before = look(trial, show)
    stamps = [key for key, kind in trial.resource.words.get("stamps", {}).items() if kind == "create"]
    kept = [
        key
        for key in (*fields_of(trial.operation), trial.resource.key, *stamps)
        if key in before and key != name
    ]
    with changed(trial, trial.operation, {name: value}) as exchange:
        trial.succeed(exchange)
        after = look(trial, show)
        for key in kept:
            trial.expect(
                same(after.get(key), before[key]),
                f"a change of {name} changed {key}",
                before[key],
                after.get(key),
            )


@law("singleton.invalid", "a value of the wrong type is refused", typed, writes=True)
def check_invalid(trial: Trial) -> None:
    """An object for a text, a text for a number; nothing is changed."""
    _refuse(trial, WRONG[fields_of(trial.operation)[trial.subject]["type"]])


@law("singleton.format", "a value that has not the documented form is refused", formed, writes=True)
def check_format(trial: Trial) -> None:
    """A text that is no address or date, one that is too short or too long; nothing is changed."""
    _refuse(trial, malformed(fields_of(trial.operation)[trial.subject]))


def _refuse(trial: Trial, value: Json) -> None:
    name, show = trial.subject, show_of(trial.operation)
    before = look(trial, show)
    with changed(trial, trial.operation, {name: value}) as exchange:
        trial.expect_kind(exchange, *REFUSED)
        after = look(trial, show)
        trial.expect(
            same(after.get(name), before.get(name)),
            f"a refused change changed {name}",
            before.get(name),
            after.get(name),
        )
