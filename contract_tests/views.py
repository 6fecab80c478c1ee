"""Our records as other operations show them: in the detail, and in the list."""

from typing import Any

from contract_tests.answers import envelope, read_record
from contract_tests.fields import body_fields
from contract_tests.lists import Listing
from contract_tests.operations import Operation
from contract_tests.records import Record, Unmakeable, address, holds_mark
from contract_tests.trials import Skipped, Trial

Json = Any
SPECIAL = '"Zoë" & <b>it\'s</b> 日本'


def shows(trial: Trial, record: Record) -> Operation | None:
    """The operation that shows one record whole; None where there is none, or only one of a part of it."""
    operations = trial.contract.of(record.resource, "show")
    return next((row for row in operations if row.within("path") and _is_whole(row)), None)


def _is_whole(operation: Operation) -> bool:
    return "$item" in str(envelope(operation))


def viewer(trial: Trial, record: Record) -> Operation | None:
    """The operation by which `look` sees the record: the one that shows it, or else a list."""
    return shows(trial, record) or next((row.operation for row in lists(trial, record)), None)


def look(trial: Trial, record: Record, role: str | None = None) -> dict[str, Json]:
    """The record as it is now. Skips where no operation shows it, or it does not answer with a record."""
    operation = shows(trial, record)
    if operation is None:
        return find(trial, record)
    exchange = trial.send(operation, address(operation, record), role=role or record.role)
    fields = read_record(operation, exchange)
    if fields is None or exchange.status != 200:
        trial.skip(f"{exchange}, not with the {record.resource.name} that was made")
    return fields


def lists(trial: Trial, record: Record) -> list[Listing]:
    """The lists in which the record should be, inside a filter that only it matches where there is one.

    The ones below the record's own path come first: they are short.
    """
    found = []
    for operation in trial.contract.of(record.resource, "list"):
        if any(row.required for row in operation.within("query")):
            continue
        path = address(operation, record) if operation.within("path") else {}
        found.append(Listing(trial.session, operation, record.role, path, fence_of(operation, record)))
    return sorted(found, key=lambda row: not row.path)


def fence_of(operation: Operation, record: Record) -> dict[str, Json]:
    """The query by equality that a value of the record with the mark of this run matches."""
    for parameter in operation.within("query"):
        values = [record.fields.get(name) for name in parameter.fields]
        entry = record.entry
        if (
            parameter.relation == "eq"
            and entry
            and entry.mark
            and any(entry.mark in str(value) for value in values)
        ):
            return {parameter.name: values[0]}
    return {}


def find(trial: Trial, record: Record) -> dict[str, Json]:
    """The record as a list shows it. Skips where no list has it."""
    for listing in lists(trial, record):
        for item in listing.everything():
            if item.get(record.resource.key) == record.key:
                return item
    return trial.skip(f"no operation shows a {record.resource.name}")


def updates(trial: Trial, record: Record) -> Operation | None:
    """The operation that amends or replaces the record by a body."""
    operations = trial.contract.of(record.resource, "amend", "replace")
    return next(
        (row for row in operations if row.within("path") and row.body and "into" not in row.words), None
    )


def special(trial: Trial) -> list[dict[str, Json]]:
    """A new record as its list has it, with quotes, angle brackets and letters beyond ASCII in its texts.

    None where none can be made, or no list shows it.
    """
    creation = next(iter(trial.contract.of(trial.resource, "create", "upsert")), None)
    if creation is None or not trial.session.writes:
        return []
    fixed = {trial.resource.words.get("owner"), *trial.resource.words.get("references", {})}
    texts: dict[str, Json] = {
        name: f"{trial.session.name()} {SPECIAL}"
        for name, node in body_fields(creation)
        if name not in fixed and holds_mark(node) and "format" not in node
    }
    try:
        return [find(trial, trial.make(**texts))]
    except (Unmakeable, Skipped):
        return []
