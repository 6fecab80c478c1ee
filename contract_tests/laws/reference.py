"""References: fields and paths that name other records."""

from collections.abc import Iterator
from typing import Any

from contract_tests.answers import dig
from contract_tests.grounds.referenced import paths, reads, shower, writes
from contract_tests.laws import law
from contract_tests.operations import Resource
from contract_tests.records import Record
from contract_tests.relations import same
from contract_tests.relatives import node_of, parameters, value_of
from contract_tests.strangers import stranger
from contract_tests.trials import Trial
from contract_tests.views import look

Json = Any
SEEN = 5  # references that are followed
REFUSED = ("invalid", "missing", "unreadable", "foreign", "forbidden", "conflict", "unsupported")


def _words(trial: Trial) -> dict[str, Json]:
    words: dict[str, Json] = trial.resource.words["references"][trial.subject]
    return words


def _parent(trial: Trial) -> Resource:
    return trial.contract.resources[_words(trial)["resource"]]


def _ask(trial: Trial, key: Json, role: str = "owner") -> Record:
    """Ask for a record that names the key, whatever the answer."""
    trial.maker.creation(trial.resource)
    path, parents = trial.maker.lineage(trial.operation, role)
    value = value_of(trial.operation, trial.subject, key)
    body, more = trial.maker.drafts.body(trial.operation, role, {trial.subject: value})
    return trial.maker.create(trial.operation, path, body, role, parents=parents + more)


@law("reference.kept", "a record names the one that was asked for", writes, writes=True)
def check_kept(trial: Trial) -> None:
    """The older of two records that it might name, the newer, and both where it names several."""
    old, new = trial.make(_parent(trial)), trial.make(_parent(trial))
    many = [[old.key, new.key]] if node_of(trial.operation, trial.subject).get("type") == "array" else []
    for keys in (old.key, new.key, *many):
        record = _ask(trial, keys)
        trial.succeed(record.exchange)
        shown = [record.fields, look(trial, record)]
        for fields in (row for row in shown if trial.subject in row):
            expected = value_of(trial.operation, trial.subject, keys)
            found = fields[trial.subject]
            trial.expect(
                same(found, expected), f"the new record names another {_parent(trial).name}", expected, found
            )


@law("reference.exists", "a record that is named can be shown", reads, shared=True)
def check_exists(trial: Trial) -> None:
    """The references of the first records."""
    show = shower(trial.contract, _words(trial)) or trial.skip("no operation shows it")
    for key in list(dict.fromkeys(_named(trial)))[:SEEN]:
        exchange = trial.send(show, {row.name: key for row in show.within("path")})
        trial.expect(
            exchange.status in show.success, f"{exchange}: {trial.subject} names it", 200, exchange.status
        )


def _named(trial: Trial) -> Iterator[Json]:
    listed = trial.operation.does == "list"
    items = trial.listing().fetch().items if listed else [look(trial, trial.make())]
    for item in items:
        yield from (key for key in dig(item, trial.subject) if key is not None)


@law(
    "reference.unknown",
    "a write that names an unknown record is refused, and nothing is made",
    writes,
    writes=True,
)
def check_unknown(trial: Trial) -> None:
    """A key like a real one that no record has."""
    record = _ask(trial, stranger(trial.maker.shared(_parent(trial).name).key))
    status = record.exchange.status
    trial.expect(
        400 <= status < 500, f"{record.exchange}: {trial.subject} names no record", "a refusal", status
    )
    trial.expect_kind(record.exchange, *REFUSED)
    for operation in trial.contract.of(trial.resource, "list"):
        mark = trial.maker.drafts.mark_of(record.sent)
        if mark and not operation.within("path") and not any(row.required for row in operation.parameters):
            found = trial.maker.find(operation, mark, "owner")
            trial.expect(
                not found, f"a {trial.resource.name} was made although it was refused", [], len(found)
            )


@law(
    "reference.status",
    "a write that names an unknown record is refused with the documented status",
    writes,
    writes=True,
)
def check_status(trial: Trial) -> None:
    """The kind of problem that the reference says."""
    record = _ask(trial, stranger(trial.maker.shared(_parent(trial).name).key))
    if record.exchange.status < 400:
        trial.skip(f"{record.exchange}: it was not refused")
    trial.expect_kind(record.exchange, _words(trial).get("absent", "invalid"))


@law(
    "reference.foreign",
    "a write that names a record of another user is refused",
    writes,
    writes=True,
    roles=("peer",),
)
def check_foreign(trial: Trial) -> None:
    """A record that one of two users has just made, named by the other, both ways."""
    for one, other in (("peer", "owner"), ("owner", "peer")):
        parent = trial.make(_parent(trial), role=one)
        record = _ask(trial, parent.key, other)
        status = record.exchange.status
        trial.expect(
            400 <= status < 500, f"{record.exchange}: {trial.subject} is another user's", "a refusal", status
        )


@law("reference.path", "a path that names an unknown record is missing", paths, writes=True)
def check_path(trial: Trial) -> None:
    """A key like a real one that no record has."""
    name = next(other for parameter, other in parameters(trial.operation) if parameter == trial.subject)
    key = stranger(trial.maker.shared(name).key)
    others = {row.name: key for row in trial.operation.within("path")}
    body, _ = trial.maker.drafts.body(trial.operation, "owner", {}) if trial.operation.body else (None, [])
    if body is None:
        exchange = trial.send(trial.operation, others)
    elif trial.operation.does in ("create", "upsert"):
        exchange = trial.maker.create(trial.operation, others, body).exchange
    else:
        exchange = trial.send(trial.operation, others, body=body)
    trial.expect_kind(exchange, "missing")
