"""Undoing what a run has left, by its ledger: at the end of the run, or later and by another process."""

import re
from collections.abc import Iterator
from typing import Any

from contract_tests.drafts import marks
from contract_tests.ledger import Entry
from contract_tests.lists import Listing, NoList, TooMany
from contract_tests.makers import Maker
from contract_tests.operations import Operation, Parameter
from contract_tests.records import Record, address
from contract_tests.transport import Unreachable

Json = Any
CREATIONS = ("create", "upsert", "register")


def clean_up(maker: Maker) -> None:
    """Undo every open entry of the ledger of the maker's session, the newest first.

    A creation whose answer was not seen is looked for by its mark in the lists of the resource,
    and so is in the
    end what the server had said that it did not make, or that it removed.
    Raises TimeOver, and Unreachable where the server does not answer any more.
    """
    ledger, maker.removals.silences = maker.session.ledger, 0
    for entry in [row for row in ledger.open() if row.undo is None]:
        _seek(maker, entry)
    for _ in range(2):  # what was refused once may go when others have gone
        for entry in list(ledger.open()):
            maker.removals.undo(entry)
    for role, path, operation in _created(maker):
        _sweep(maker, operation, role, path)
    if maker.removals.silent:
        raise Unreachable("no answer again and again")


def _seek(maker: Maker, entry: Entry) -> None:
    """Find what came of a creation without an answer: its entry gets what undoes it,
    or is refused or left.
    """
    operation = _operation(maker, entry)
    findable = operation is not None and entry.mark and any(_lists(maker, operation, entry.path))
    if (
        entry.state != "planned"
        or not findable
        or not operation
        or not operation.resource
        or not maker.removal(operation.resource)
    ):
        entry.state = "left"
    else:
        found = _find(maker, operation, entry.role, entry.path, rf"(?<![\w-]){re.escape(entry.mark)}(?!\w)")
        if found is not None:
            _adopt(maker, entry, found)
    maker.session.ledger.note(entry)


def _adopt(maker: Maker, entry: Entry, paths: list[str]) -> None:
    """Note how to undo what an entry has made; what a server has made twice gets entries of its own."""
    ledger = maker.session.ledger
    known = {row.undo[1] for row in ledger.entries if row.undo is not None}
    paths = [path for path in paths if path not in known]
    entry.state = "done" if paths else "refused"
    for number, path in enumerate(paths):
        undo = ("DELETE", path, None)
        row = entry if not number else ledger.plan(entry.operation, entry.role, entry.mark, undo, entry.path)
        row.state, row.undo, row.key = "done", undo, path.rpartition("/")[2]
        ledger.note(row)


def _created(maker: Maker) -> list[tuple[str, dict[str, Json], Operation]]:
    """Where records of this run may be: role, path and creation, each once."""
    found = {}
    for entry in maker.session.ledger.entries:
        operation = _operation(maker, entry)
        if operation and operation.resource and operation.does in CREATIONS:
            found[entry.role, operation.resource.name, str(entry.path)] = (entry.role, entry.path, operation)
    return list(found.values())


def _sweep(maker: Maker, operation: Operation, role: str, path: dict[str, Json]) -> None:
    """Remove what bears the mark of this run and is still there, although it was refused or removed."""
    ledger = maker.session.ledger
    known = {row.undo[1]: row for row in ledger.entries if row.undo is not None}
    for url in _find(maker, operation, role, path, rf"t{maker.session.run}-\d") or []:
        entry = known.get(url)
        if entry is None:
            entry = ledger.plan(operation.name, role, "", ("DELETE", url, None), path)
            entry.key = url.rpartition("/")[2]
            maker.removals.undo(entry)
        elif entry.state == "undone":
            entry.state = "left"
            ledger.note(entry)


def _operation(maker: Maker, entry: Entry) -> Operation | None:
    return next((row for row in maker.contract.operations if row.name == entry.operation), None)


def _find(
    maker: Maker, operation: Operation, role: str, path: dict[str, Json], mark: str
) -> list[str] | None:
    """The paths by which to remove the records that bear a mark; None where no list could be read."""
    removal = operation.resource and maker.removal(operation.resource)
    found: dict[str, None] | None = None
    for listing in _lists(maker, operation, path):
        items = _read(maker, listing, role, path, mark)
        if removal and items is not None:
            found = found or {}
            for item in items:
                if re.search(mark, str(item)):
                    found.update(dict.fromkeys(_paths(maker, removal, item, path)))
    return None if found is None else list(found)


def _paths(maker: Maker, removal: Operation, item: dict[str, Json], path: dict[str, Json]) -> Iterator[str]:
    """The path by which the document removes a record; none where it cannot be told."""
    record = Record(removal.resource, item, {}, path, maker.session.history[-1])  # type: ignore[arg-type]
    values = address(removal, record)
    if None not in values.values():
        yield maker.session.url(removal, values).removeprefix(maker.session.target.url)


def _lists(maker: Maker, operation: Operation, path: dict[str, Json]) -> Iterator[Operation]:
    """The lists in which the records of a creation may be."""
    for listing in maker.contract.of(operation.resource, "list"):
        names = {row.name for row in listing.within("path")}
        if names <= set(path) and not any(row.required for row in listing.within("query")):
            yield listing


def _read(
    maker: Maker, listing: Operation, role: str, path: dict[str, Json], mark: str
) -> list[dict[str, Json]] | None:
    """The records of a list; of a very long one those that a filter finds; None where it cannot be read."""
    reading = Listing(
        maker.session, listing, role, {row.name: path[row.name] for row in listing.within("path")}
    )
    if maker.removals.silent:
        return None
    try:
        items = reading.everything()
        maker.removals.silences = 0
        return items
    except TooMany:
        filters = list(_filters(maker, listing))
        return (
            [item for row in filters for item in reading.fetch({row.name: _plain(mark)}).items]
            if filters
            else None
        )
    except NoList:
        return None
    except Unreachable:
        maker.removals.silences += 1
        return None


def _plain(mark: str) -> str:
    """The text in a pattern of a mark."""
    return re.sub(r"\(.*?\)|\\d|\\", "", mark)


def _filters(maker: Maker, listing: Operation) -> Iterator[Parameter]:
    """The filters by the fields that bear marks."""
    marked = {name for row in maker.contract.of(listing.resource, "create") for name in marks(row)}
    return (
        row
        for row in listing.within("query")
        if row.relation in ("eq", "contains") and marked & set(row.fields)
    )
