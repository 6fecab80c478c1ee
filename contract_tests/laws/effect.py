"""Effects: what is done to one record changes another as documented, and nothing else."""

import time
from typing import Any

from contract_tests.grounds.affected import (
    amending,
    creating,
    effects_of,
    families,
    following,
    making,
    removing,
    siblings,
    silent,
)
from contract_tests.laws import law
from contract_tests.operations import Resource
from contract_tests.records import Record, address
from contract_tests.relations import same
from contract_tests.relatives import amend, beside, finds, parent_of
from contract_tests.trials import Trial
from contract_tests.views import lists, look
from contract_tests.watches import moves_of, patience

Json = Any
PAUSE = 0.4


def reached(other: Resource, name: str, found: Json, expected: Json) -> bool:
    """Whether a field has the value, or one that follows it in the list of its values."""
    listed = other.properties.get(name, {}).get("enum", [])
    if same(found, expected):
        return True
    return name == other.words.get("states", {}).get("field") and found in listed[listed.index(expected) :]


def judge(
    trial: Trial, record: Record, parent: Record, kind: str, *, fields: dict[str, Json] | None = None
) -> None:
    """One case for each field of the ground: the parent has the value that the effect gives it."""
    resource = record.resource if fields is None else trial.contract.resources[str(fields.pop("$resource"))]
    source = record.fields if fields is None else fields
    now = look(trial, parent)
    for other, name, value, _ in effects_of(trial.contract, resource, kind):
        if f"{other.name}.{name}" != trial.subject:
            continue
        expected = source.get(value[1:]) if isinstance(value, str) and value.startswith("$") else value
        holds = reached(other, name, now.get(name), expected)
        trial.expect(
            holds, f"{name} of the {other.name} after a {kind} of a {resource.name}", expected, now.get(name)
        )


def scene(trial: Trial, resource: Resource | None = None) -> tuple[Record, Record]:
    """A new record and the new parent that it changes."""
    record = trial.make(resource)
    parent = parent_of(record, trial.subject.partition(".")[0])
    return record, parent or trial.skip("the record does not name its parent in its path")


@law("effect.create", "a new record changes another as documented", creating, writes=True)
def check_create(trial: Trial) -> None:
    """The other one before it, and right after the answer, so that an old copy of it would be noticed."""
    creation = trial.maker.creation(trial.resource)
    path, parents = trial.maker.lineage(creation)
    for parent in parents:
        look(trial, parent)
    body, more = trial.maker.drafts.body(creation, "owner", {})
    record = trial.maker.create(creation, path, body, parents=parents + more)
    trial.succeed(record.exchange)
    changed = parent_of(record, trial.subject.partition(".")[0])
    judge(trial, record, changed or trial.skip("the path does not name the other record"), "create")


@law("effect.listed", "the list shows what a new record changed in another", creating, writes=True)
def check_listed(trial: Trial) -> None:
    """The other one in its lists, beside its detail."""
    _, parent = scene(trial)
    name = trial.subject.partition(".")[2]
    now = look(trial, parent)
    for view in lists(trial, parent):
        rows = [row for row in view.everything(afresh=True) if row.get(parent.resource.key) == parent.key]
        if rows and name in rows[0] and name in now:
            trial.expect(
                same(rows[0][name], now[name]),
                f"{view.operation.name} has another {name}",
                now[name],
                rows[0][name],
            )


@law("effect.remove", "the removal of a record changes another as documented", removing, writes=True)
def check_remove(trial: Trial) -> None:
    """The other one, right after the answer."""
    record, parent = scene(trial)
    trial.succeed(_remove(trial, record))
    judge(trial, record, parent, "remove")


def _remove(trial: Trial, record: Record) -> Any:
    removal = trial.maker.removal(record.resource) or trial.skip(f"nothing removes a {record.resource.name}")
    exchange = trial.send(removal, address(removal, record))
    if record.entry is not None and 200 <= exchange.status < 300:
        record.entry.state = "undone"
        trial.session.ledger.note(record.entry)
        trial.maker.made = [row for row in trial.maker.made if row is not record]
    return exchange


@law("effect.amend", "the change of a record changes another as documented", amending, writes=True)
def check_amend(trial: Trial) -> None:
    """After each operation that amends it."""
    record, parent = scene(trial)
    for operation in trial.contract.of(trial.resource, "amend", "upsert"):
        amend(trial, operation, record)
        judge(trial, record, parent, "amend")


@law(
    "effect.moves",
    "a record that is worked on leads to the documented other one",
    making,
    writes=True,
    waits=True,
)
def check_moves(trial: Trial) -> None:
    """Within four times the longest documented delay."""
    _, found = _made_later(trial, trial.subject)
    trial.expect(
        found is not None, f"no {trial.subject} came of the {trial.resource.name}", trial.subject, None
    )


@law(
    "effect.follows",
    "the record that comes later changes the other one too",
    following,
    writes=True,
    waits=True,
)
def check_follows(trial: Trial) -> None:
    """The fields of the parent once the later record is there."""
    later = next(row["creates"] for row in moves_of(trial.resource) if "creates" in row)
    record, found = _made_later(trial, later)
    parent = parent_of(record, trial.subject.partition(".")[0])
    if found is None or parent is None:
        trial.skip(f"no {later} came of the {trial.resource.name}")
    judge(trial, record, parent, "create", fields={**found, "$resource": later})


def _made_later(trial: Trial, later: str) -> tuple[Record, dict[str, Json] | None]:
    """A record of our own and the one that the server made of it, waited for once in a run."""
    key = ("later", trial.resource.name, later)
    if key not in trial.session.memo:
        record = trial.make(kept=True)
        wait = patience(trial, trial.resource)
        end, found = time.monotonic() + wait, None
        while found is None and time.monotonic() < end:
            found = finds(trial, trial.contract.resources[later], record.path)
            trial.pause(0 if found else PAUSE)
        if found is None and trial.examples <= 3:
            trial.skip(f"no {later} after {wait:.0f} s (a longer --depth waits longer)")
        trial.session.memo[key] = (record, found)
    made: tuple[Record, dict[str, Json] | None] = trial.session.memo[key]
    return made


@law("effect.others", "a removal leaves the other records of the same parent", families, writes=True)
def check_others(trial: Trial) -> None:
    """One of another kind beside the one that is removed."""
    other = trial.contract.resources[trial.subject]
    trial.maker.creation(trial.resource)
    first = trial.make(other)
    record = beside(trial, trial.resource, first.path)
    trial.succeed(_remove(trial, record))
    found = finds(trial, other, first.path)
    trial.expect(
        found is not None, f"the removal of a {trial.resource.name} removed the {other.name}", first.key, None
    )
    if found:
        trial.expect(
            same(found.get(other.key), first.key),
            f"another {other.name} is there",
            first.key,
            found.get(other.key),
        )


@law(
    "effect.quiet", "a change that says nothing of its parent leaves the parent as it is", silent, writes=True
)
def check_quiet(trial: Trial) -> None:
    """A parent with everything that can hang on it, before and after."""
    record = trial.make()
    parent = parent_of(record, trial.subject) or trial.skip(
        f"the {trial.resource.name} does not name its parent in its path"
    )
    for other in siblings(trial.contract, trial.resource, trial.subject):
        if not any("creates" in row for row in moves_of(other)):
            beside(trial, other, record.path)
    before = look(trial, parent)
    amend(trial, trial.operation, record)
    after = look(trial, parent)
    for name in (key for key in before if key not in parent.resource.words.get("stamps", {})):
        trial.expect(
            same(after.get(name), before[name]),
            f"{trial.operation.name} changed {name}",
            before[name],
            after.get(name),
        )
