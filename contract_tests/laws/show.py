"""Reading one record: the right one, as the list has it, and a clear no for what does not exist."""

import time
from collections.abc import Iterable
from typing import Any

from contract_tests.answers import Page, read_record
from contract_tests.comparisons import expect_agreement, expect_kept
from contract_tests.contracts import Contract
from contract_tests.exchanges import NOTHING
from contract_tests.laws import law
from contract_tests.lists import Listing, NoList
from contract_tests.operations import Operation
from contract_tests.records import Record, Unmakeable, address
from contract_tests.trials import Ground, Trial
from contract_tests.views import special

Json = Any
SAMPLE = 4  # records that are compared one by one
SECOND = 1.1  # so that a stamp in whole seconds would move


def details(contract: Contract) -> Iterable[Ground]:
    """Every operation that shows the record that its path names."""
    for operation in contract.operations:
        if operation.does == "show" and operation.resource and operation.within("path"):
            yield Ground(operation, "", (*(row.ids for row in operation.within("path")), operation.ids))


def listed(contract: Contract) -> Iterable[Ground]:
    """Every such operation of a resource that has a list."""
    for ground in details(contract):
        if contract.of(ground.operation.resource, "list") and "body" not in ground.operation.words:
            yield Ground(ground.operation)


def keyed(contract: Contract) -> Iterable[Ground]:
    """Every operation but a removal whose path ends with the key of a record."""
    for operation in contract.operations:
        if (
            operation.does in ("show", "amend", "replace", "download")
            and operation.resource
            and operation.within("path")
        ):
            yield Ground(operation, "", (operation.ids, *(row.ids for row in operation.within("path"))))


def some(trial: Trial) -> list[dict[str, Json]]:
    """A few records of the resource, as its list has them, ours among them where we may make any."""
    for operation in trial.contract.of(trial.resource, "list"):
        if not operation.within("path") and not any(row.required for row in operation.within("query")):
            items = trial.listing(3, operation=operation).fetch().items
            return (
                [items[0], *trial.random.sample(items[1:], min(SAMPLE - 1, len(items) - 1))] if items else []
            )
    return []


def as_record(trial: Trial, item: dict[str, Json]) -> Record:
    """A record that a list has shown."""
    return Record(trial.resource, item, {}, {}, NOTHING)


def unknown_path(trial: Trial) -> dict[str, Json]:
    """Path parameters of the documented form that name no record."""
    try:
        keys = [item.get(trial.resource.key) for item in some(trial)] or [trial.make().key]
    except Unmakeable as error:
        trial.skip(str(error))
    unknown = alter(str(keys[0]), {str(key) for key in keys})
    parameters = trial.operation.within("path")
    return {row.name: "1901-02-03" if row.schema.get("format") == "date" else unknown for row in parameters}


def turn(letter: str) -> str:
    """Another digit for a digit, another letter from a to f for a letter."""
    if letter.isdigit():
        return str((int(letter) + 7) % 10)
    return chr((ord(letter.lower()) - 97 + 3) % 6 + 97) if letter.isascii() and letter.isalpha() else letter


def alter(key: str, taken: set[str]) -> str:
    """A key of the same form that is not taken: its last letters and digits turned round."""
    head = key[: max(len(key) - 10, key.rfind("_") + 1)]
    text = head + "".join(map(turn, key[len(head) :]))
    return text if text not in taken or text == key else alter(text, taken)


@law("show.missing", "what does not exist is answered with the status for it", keyed)
def check_missing(trial: Trial) -> None:
    """A key of the documented form that no record has."""
    operation = trial.operation
    if not operation.safe and not trial.session.writes:
        trial.skip("the profile observe sends only GET and HEAD (--profile write)")
    body: dict[str, Json] = (
        {"body": example_body(trial, operation)} if operation.body and "json" in operation.body[0] else {}
    )
    trial.expect_kind(trial.send(operation, unknown_path(trial), **body), "missing")


def example_body(trial: Trial, operation: Operation) -> Json:
    """A valid body of an update."""
    return trial.maker.drafts.body(operation, "owner", {})[0] or (
        operation.body[1].get("example", {}) if operation.body else {}
    )


@law("show.own", "a key leads to the record that has it", details, shared=True)
def check_own(trial: Trial) -> None:
    """Several records of the list."""
    if trial.resource.key not in trial.operation.shown:
        trial.skip("the documented answer does not show the key")
    for item in some(trial):
        fields = _read(trial, item)
        trial.expect(
            fields.get(trial.resource.key) == item.get(trial.resource.key),
            "another record is shown",
            item.get(trial.resource.key),
            fields.get(trial.resource.key),
        )


def _read(trial: Trial, item: dict[str, Json]) -> dict[str, Json]:
    exchange = trial.send(trial.operation, address(trial.operation, as_record(trial, item)))
    trial.expect(exchange.status == 200, f"{exchange}, but the list has it", 200, exchange.status)
    fields = read_record(trial.operation, exchange)
    return fields if fields is not None else trial.skip("the detail cannot be read")


@law("show.agrees", "the list and the detail of a record say the same", listed, shared=True)
def check_agrees(trial: Trial) -> None:
    """Each field that both have; in a record of ours the texts hold what must be written in a special way."""
    for item in [*special(trial), *some(trial)]:
        expect_agreement(trial, item, _read(trial, item), trial.operation, "list and detail differ in")


@law("show.steady", "reading changes nothing", listed, shared=True, waits=True)
def check_steady(trial: Trial) -> None:
    """A record read twice, more than a second apart, with reads of list and detail between."""
    memo = trial.session.memo
    if ("looks",) not in memo:
        memo["looks",] = _first_looks(trial)
    first = memo["looks",].get(trial.operation.name)
    if first is None:
        trial.skip("there is no record to read")
    item, before, at = first
    trial.pause(max(0.0, at + SECOND - time.monotonic()))
    after = [_read(trial, item), _read(trial, item)][-1]
    expect_kept(trial, before, after, "reading changed")


def _first_looks(trial: Trial) -> dict[str, tuple[dict[str, Json], dict[str, Json], float]]:
    """One record of each resource with list and detail, read now: all wait together."""
    looks = {}
    for ground in listed(trial.contract):
        for operation in trial.contract.of(ground.operation.resource, "list"):
            if operation.within("path") or any(row.required for row in operation.within("query")):
                continue
            page = _first_page(trial, operation)
            if page is None:
                continue
            for item in _calmest(trial, page.items):
                record = Record(ground.operation.resource, item, {}, {}, page.exchange)  # type: ignore[arg-type]
                fields = read_record(
                    ground.operation, trial.send(ground.operation, address(ground.operation, record))
                )
                if fields is not None:
                    looks[ground.operation.name] = (item, fields, time.monotonic())
    return looks


def _calmest(trial: Trial, items: list[dict[str, Json]]) -> list[dict[str, Json]]:
    """One record, if there is any: one that no law of this run changes, where there is such a one."""
    ours = {row.key for row in trial.session.ledger.entries}
    return sorted(items, key=lambda item: str(item.get(trial.resource.key)) in ours)[:1]


def _first_page(trial: Trial, operation: Operation) -> Page | None:
    try:
        return Listing(trial.session, operation).fetch()
    except NoList:
        return None
