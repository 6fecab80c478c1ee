"""Isolation: what is one user's, another cannot see."""

from collections.abc import Iterable
from typing import Any

from contract_tests.answers import dig, read_page
from contract_tests.calls import open_lists, seen
from contract_tests.contracts import Contract
from contract_tests.exchanges import Exchange
from contract_tests.laws import law, such
from contract_tests.lists import Listing, NoList
from contract_tests.operations import Operation, Resource
from contract_tests.records import Record, address
from contract_tests.trials import Ground, Trial

Json = Any
KINDS = ("forbidden", "foreign", "missing")


def places(operation: Operation) -> tuple[list[str], ...]:
    """The statements on another's records, on the operation, its path and the security schemes."""
    contract = operation.contract
    schemes = contract.root.get("components", {}).get("securitySchemes", {})
    answers = [operation.response(contract.kind(kind)) or {} for kind in ("forbidden", "foreign", "missing")]
    ids = [key for row in answers for key in contract.ids_of(row, deep=False)]
    ids += [key for row in operation.within("path") for key in row.ids]
    return (
        [
            *ids,
            *operation.ids,
            *contract.ids_of(schemes),
            *(operation.resource.ids if operation.resource else ()),
        ],
    )


def of_records(contract: Contract, *does: str) -> Iterable[Ground]:
    """Every protected operation that does one of these things to a record that its path names."""
    for operation in contract.operations:
        if operation.does in does and operation.protected and operation.resource and operation.within("path"):
            yield Ground(operation, "", places(operation))


def shown(contract: Contract) -> Iterable[Ground]:
    """Every operation that shows one record."""
    return of_records(contract, "show")


def files(contract: Contract) -> Iterable[Ground]:
    """Every operation that sends the file of a record."""
    return of_records(contract, "download")


def lists(contract: Contract) -> Iterable[Ground]:
    """Every list behind a credential."""
    for operation in contract.operations:
        if operation.does == "list" and operation.protected and operation.resource:
            yield Ground(operation, "", places(operation))


def plain_lists(contract: Contract) -> Iterable[Ground]:
    """Every list that can be called without a path or a required parameter."""
    for ground in lists(contract):
        if not any(row.required for row in ground.operation.parameters):
            yield ground


def is_growing(ground: Ground) -> bool:
    """Whether the document says how records of the list are created."""
    return bool(ground.operation.contract.of(ground.operation.resource, "create", "upsert", "register"))


def ours(trial: Trial, resource: Resource) -> Record:
    """A record of the owner that the peer's own lists do not show: a new one, or else one that is there."""
    if trial.session.writes and trial.contract.of(resource, "create", "upsert"):
        return trial.make(resource)
    return listed(trial, resource, "owner", "peer")


def listed(trial: Trial, resource: Resource, role: str, other: str) -> Record:
    """A record that the role may read and that the lists of the other do not show."""
    record = seen(trial, resource, role)
    if record is None:
        trial.skip(f"the {role} has no {resource.name}")
    for operation in open_lists(trial, resource):
        if record.key is None or str(record.key) in whole(trial, other, operation):
            trial.skip(f"the {other} may see what the {role} has of {resource.name}")
        return record
    return trial.skip(f"nothing shows whose a {resource.name} is")


def expect_closed(trial: Trial, exchange: Exchange) -> None:
    """One case: the peer was refused, as forbidden or as missing."""
    trial.expect_kind(exchange, *KINDS)


def read(trial: Trial) -> Exchange:
    """The peer's request for a record that the owner can read."""
    record = ours(trial, trial.resource)
    path = address(trial.operation, record)
    trial.succeed(trial.send(trial.operation, path))
    return trial.send(trial.operation, path, role="peer")


@law("isolation.show", "a user cannot read another's record", shown, roles=("peer",))
def check_show(trial: Trial) -> None:
    """A record of the owner, asked for by the peer."""
    expect_closed(trial, read(trial))


@law("isolation.download", "a user cannot download another's file", files, roles=("peer",))
def check_download(trial: Trial) -> None:
    """The file of the owner's record, asked for by the peer."""
    expect_closed(trial, read(trial))


@law("isolation.status", "another's record is refused with the documented status", shown, roles=("peer",))
def check_status(trial: Trial) -> None:
    """403 or 404, as the document says."""
    exchange = read(trial)
    if 200 <= exchange.status < 300:
        trial.skip("not refused")
    trial.expect_kind(exchange, "foreign")


def expect_unlisted(
    trial: Trial, record: Record, query: dict[str, Json], path: dict[str, Json], role: str = "peer"
) -> None:
    """One case: the list, as the role sees it, has not another's record. A refusal is as good."""
    trial.session.snapshots.clear()
    exchange = trial.send(trial.operation, path, query=query, role=role)
    page = read_page(trial.operation, exchange)
    if page is None:
        if exchange.status < 400:
            trial.skip(f"{exchange}, not with a page")
        trial.expect(True, "refused")
        return
    listing = Listing(trial.session, trial.operation, role, path)
    walk = page.items if path else listing.everything(query)
    found = str(record.key) in listing.keys(walk)
    trial.expect(not found, f"{exchange}: the list of the {role} has another's record", "absent", record.key)


def required(trial: Trial, record: Record) -> dict[str, Json]:
    """The query of the list that the record matches, where a parameter is required."""
    query = {}
    for parameter in trial.operation.within("query"):
        if parameter.required:
            values = [value for name in parameter.fields for value in dig(record.fields, name)]
            if not values:
                trial.skip(f"{parameter.name} is required")
            query[parameter.name] = values[0]
    return query


@law("isolation.list", "a list has none of another's records", lists, roles=("peer",))
def check_list(trial: Trial) -> None:
    """The whole list of the peer, after the owner has made a record, or with one that the peer has not."""
    record = ours(trial, trial.resource)
    path = address(trial.operation, record) if trial.operation.within("path") else {}
    query = required(trial, record)
    own = read_page(trial.operation, trial.send(trial.operation, path, query=query))
    if own is None:
        trial.skip("the owner cannot read the list either")
    expect_unlisted(trial, record, query, path)


@law(
    "isolation.total",
    "a total does not count another's records",
    such(plain_lists, is_growing),
    writes=True,
    roles=("peer",),
)
def check_total(trial: Trial) -> None:
    """The peer's total before and after the owner makes a record, and after it is removed."""
    before = total(trial)
    record = trial.make()
    during = total(trial)
    if trial.maker.removal(record.resource) and during == before + 1:
        trial.maker.remove(record)
        if total(trial) != before:
            trial.skip("the peer's list changes by itself")
    trial.expect(during != before + 1, "the peer's total counts the owner's new record", before, during)


def total(trial: Trial) -> int:
    """The total that the peer's list names."""
    page = read_page(trial.operation, trial.send(trial.operation, role="peer"))
    if page is None or not isinstance(page.values.get("total"), int):
        trial.skip("the answer says no total")
    return int(page.values["total"])


def whole(trial: Trial, role: str, operation: Operation | None = None) -> list[str]:
    """The keys of the whole list as a role sees it. Skips where it cannot be read."""
    listing = Listing(trial.session, operation or trial.operation, role)
    try:
        return listing.keys(listing.everything())
    except NoList as error:
        trial.skip(str(error))
