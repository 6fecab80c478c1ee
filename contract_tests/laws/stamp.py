"""Timestamps of the server: set at creation, moved by changes, and by nothing else."""

import re
from datetime import datetime
from typing import Any

from contract_tests.experiments import experiment
from contract_tests.fields import body_fields, schema_of
from contract_tests.grounds.stamped import changed, created, listed, partial, stamps, steady, written
from contract_tests.laws import law, such
from contract_tests.relations import instant
from contract_tests.trials import Trial
from contract_tests.views import look

Json = Any
TOLERANCE = 3.0  # seconds by which the time between two stamps may differ from the time between two requests
FORMS = {
    "seconds": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
    "milliseconds": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z",
}


def read(trial: Trial, fields: dict[str, Json], name: str) -> datetime:
    """The instant of a stamp. Skips where the record does not show it."""
    if fields.get(name) is None:
        trial.skip(f"the record does not show {name}")
    moment = instant(fields[name])
    if moment is None:
        trial.expect(False, f"{name} is no instant", "an ISO 8601 instant", fields[name])
        raise AssertionError
    return moment


@law(
    "stamp.created", "a new record is stamped with the time of its creation", created, writes=True, waits=True
)
def check_created(trial: Trial) -> None:
    """Two creations: between their stamps lies about the time between the requests."""
    first, second, elapsed = experiment(trial, "create")
    moments = [read(trial, fields, trial.subject) for fields in (first, second)]
    between = (moments[1] - moments[0]).total_seconds()
    trial.expect(
        0.05 < between < elapsed + TOLERANCE,
        f"{trial.subject} of two records differs by {between} s",
        f"about {elapsed:.1f} s",
        between,
    )


@law(
    "stamp.equal",
    "a new record has not been changed yet: its stamps are equal",
    such(created, lambda row: row.subject not in stamps(row.operation.resource, "create")),
    writes=True,
)
def check_equal(trial: Trial) -> None:
    """The stamp beside the one of the creation."""
    names = stamps(trial.resource, "create")
    if not names:
        trial.skip("there is no stamp of the creation")
    fields = look(trial, trial.make())
    one, other = read(trial, fields, trial.subject), read(trial, fields, names[0])
    trial.expect(one == other, f"{trial.subject} is not {names[0]}", fields[names[0]], fields[trial.subject])


@law("stamp.again", "a record that is read again has the same stamps", created, writes=True, waits=True)
def check_again(trial: Trial) -> None:
    """A new record, read twice, more than a second apart."""
    before, after, _ = experiment(trial, "again")
    _expect_same(trial, before, after, f"{trial.subject} moved by reading")


@law("stamp.changed", "an update moves the stamp of changes", changed, writes=True, waits=True)
def check_changed(trial: Trial) -> None:
    """After more than a second; forward, by about that time."""
    before, after, _ = experiment(trial, "update")
    one, other = read(trial, before, trial.subject), read(trial, after, trial.subject)
    between = (other - one).total_seconds()
    trial.expect(0.05 < between < 60, f"an update moved {trial.subject} by {between} s", "about 1 s", between)


@law("stamp.steady", "an update leaves the stamp of the creation alone", steady, writes=True, waits=True)
def check_steady(trial: Trial) -> None:
    """The same update."""
    before, after, _ = experiment(trial, "update")
    _expect_same(trial, before, after, f"an update moved {trial.subject}")


@law(
    "stamp.fields",
    "a stamp that belongs to some fields moves with them, and with no others",
    partial,
    writes=True,
    waits=True,
)
def check_fields(trial: Trial) -> None:
    """An update of one of its fields, and an update of another."""
    own = [
        name
        for name in trial.resource.words["stamps"][trial.subject]
        if name in dict(body_fields(trial.operation))
    ]
    before, after, _ = experiment(trial, "update")
    trial.expect(
        before.get(trial.subject) == after.get(trial.subject),
        f"another field moved {trial.subject}",
        before.get(trial.subject),
        after.get(trial.subject),
    )
    for name in own[:1]:
        before, after, _ = experiment(trial, name)
        one, other = read(trial, before, trial.subject), read(trial, after, trial.subject)
        trial.expect(
            other > one,
            f"an update of {name} did not move {trial.subject}",
            "a later instant",
            after[trial.subject],
        )


def expect_still(trial: Trial, name: str, what: str) -> None:
    """One case: the stamp is the same before and after an experiment."""
    before, after, _ = experiment(trial, name)
    one, other = before.get(trial.subject), after.get(trial.subject)
    trial.expect(one == other, f"{what} moved {trial.subject}", one, other)


@law(
    "stamp.empty",
    "an update without a field does not move the stamp of changes",
    such(changed, lambda row: not schema_of(row).get("required")),
    writes=True,
    waits=True,
)
def check_empty(trial: Trial) -> None:
    """An empty body, more than a second after the creation."""
    expect_still(trial, "empty", "an empty update")


@law("stamp.refused", "a refused update does not move the stamp of changes", changed, writes=True, waits=True)
def check_refused(trial: Trial) -> None:
    """A body that is no object."""
    expect_still(trial, "refused", "a refused update")


@law("stamp.order", "no record was changed before it was created", listed, shared=True)
def check_order(trial: Trial) -> None:
    """All records of the list."""
    names = [name for name in stamps(trial.resource, "create") if name in trial.operation.shown]
    for item in trial.listing().everything():
        one, other = instant(item.get(names[0])) if names else None, instant(item.get(trial.subject))
        if one is not None and other is not None:
            trial.expect(
                one <= other, f"{trial.subject} is before {names[0]}", item[names[0]], item[trial.subject]
            )


@law(
    "stamp.form",
    "instants of the server have the documented form",
    such(written, lambda row: row.operation.contract.words.get("timestamps") in FORMS),
    shared=True,
)
def check_form(trial: Trial) -> None:
    """All records of the list."""
    pattern = FORMS[trial.contract.words["timestamps"]]
    for item in trial.listing().everything():
        value = item.get(trial.subject)
        if isinstance(value, str):
            trial.expect(
                re.fullmatch(pattern, value) is not None, f"{trial.subject} is {value}", pattern, value
            )


def _expect_same(trial: Trial, before: dict[str, Any], after: dict[str, Any], message: str) -> None:
    """The stamp means the same instant in both."""
    name = trial.subject
    one, other = read(trial, before, name), read(trial, after, name)
    trial.expect(one == other, message, before[name], after[name])
