"""Isolation, continued: whose data an answer has is decided by the credential, and by nothing else."""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from contract_tests.answers import dig, read_page, read_record
from contract_tests.contracts import Contract
from contract_tests.laws import law, such
from contract_tests.laws.isolation import (
    expect_unlisted,
    listed,
    lists,
    ours,
    places,
    plain_lists,
    required,
    whole,
)
from contract_tests.logins import decode
from contract_tests.operations import Resource
from contract_tests.records import Record, address
from contract_tests.trials import Ground, Skipped, Trial

Json = Any
NAMES = ("uid", "user_id", "userId", "user", "owner", "owner_id", "account_id")
ENOUGH = 2  # records of a list that tell users apart


def filtered(contract: Contract) -> Iterable[Ground]:
    """Every list with filters."""
    return (row for row in lists(contract) if any(one.fields for one in row.operation.within("query")))


def singles(contract: Contract) -> Iterable[Ground]:
    """Every operation that shows a record without naming it: the one of the caller."""
    for operation in contract.operations:
        if (
            operation.does == "show"
            and operation.protected
            and operation.resource
            and not operation.within("path")
        ):
            yield Ground(operation, "", places(operation))


def private_lists(contract: Contract) -> Iterable[Ground]:
    """Every list of records that can be shown one by one and that no other resource refers to."""
    used = {
        row["resource"]
        for one in contract.resources.values()
        for row in one.words.get("references", {}).values()
    }
    for ground in plain_lists(contract):
        resource = ground.operation.resource
        if resource and resource.name not in used and contract.of(resource, "show"):
            yield ground


def sized(contract: Contract) -> Iterable[Ground]:
    """Every list with pages that needs no path; the subject is the parameter of their size."""
    name = contract.words.get("page", {}).get("size", "")
    for ground in plain_lists(contract):
        if ground.operation.parameter(name):
            yield Ground(ground.operation, name, ground.places)


@law(
    "isolation.filter",
    "a filter shows no records that the list without it does not",
    filtered,
    roles=("peer",),
)
def check_filter(trial: Trial) -> None:
    """The peer filters by the values of a record of the owner."""
    record = ours(trial, trial.resource)
    path = address(trial.operation, record) if trial.operation.within("path") else {}
    for parameter in trial.operation.within("query"):
        values = [
            value for name in parameter.fields for value in dig(record.fields, trial.resource.dealias(name))
        ]
        if values and parameter.relation in ("eq", "contains", "day") and isinstance(values[0], str | int):
            expect_unlisted(trial, record, {**required(trial, record), parameter.name: values[0]}, path)


@law("isolation.apart", "two users do not get the same list", private_lists, roles=("peer",))
def check_apart(trial: Trial) -> None:
    """Both lists as they are: the peer's does not hold all that the owner's holds."""
    mine, theirs = (set(whole(trial, role)) for role in ("owner", "peer"))
    if len(mine) < ENOUGH:
        trial.skip(f"the owner's list has fewer than {ENOUGH} records")
    trial.expect(
        not mine <= theirs, "the peer's list has every record of the owner's", "others", sorted(mine)[:3]
    )


@law("isolation.cache", "an answer does not depend on who asked before", sized, roles=("peer",))
def check_cache(trial: Trial) -> None:
    """Two URLs that nobody has asked for yet: one by the peer alone, one by the owner just before."""
    parameter = trial.operation.parameter(trial.subject)
    greatest = int(parameter.schema.get("maximum", 100)) if parameter else 100
    one, two = sorted(trial.random.sample(range(greatest // 2, greatest), 2))
    alone = _slice(trial, one, "peer")
    mine = _slice(trial, two, "owner")
    after = _slice(trial, two, "peer")
    if mine[:one] == alone:
        trial.skip("both users have the same list")
    trial.expect(after[:one] != mine[:one], "the peer gets what the owner was answered", alone[:3], after[:3])


def _slice(trial: Trial, size: int, role: str) -> list[Json]:
    page = read_page(
        trial.operation, trial.succeed(trial.send(trial.operation, query={trial.subject: size}, role=role))
    )
    if page is None:
        trial.skip("the answer is not a page")
    return page.raw


@law("isolation.single", "each user gets a record of his own", singles, roles=("peer",))
def check_single(trial: Trial) -> None:
    """The keys, or else what is unique, in the answers to both users."""
    found = []
    for role in ("owner", "peer"):
        exchange = trial.succeed(trial.send(trial.operation, role=role))
        found.append(read_record(trial.operation, exchange) or {})
    names = [trial.resource.key, *(row[0] for row in trial.resource.words.get("unique", ()) if len(row) == 1)]
    shown = [row for row in names if None not in (found[0].get(row), found[1].get(row))]
    if not shown:
        trial.skip("the answer does not show whose it is")
    for name in shown:
        mine, theirs = (row[name] for row in found)
        trial.expect(
            mine != theirs, f"both users get the {trial.resource.name} of the same {name}", "two", mine
        )


def shows_owner(ground: Ground) -> bool:
    """Whether the document says where the id of a user is shown: in records, a token or an answer."""
    contract, resource = ground.operation.contract, ground.operation.resource
    words = resource.words if resource else {}
    return (
        "owner" in words
        or "$owner" in str(words.get("item", ""))
        or "claim" in contract.words.get("accounts", {})
        or any(_is_user(row.operation.resource) for row in singles(contract))
    )


def _is_user(resource: Resource | None) -> bool:
    return resource is not None and resource.words.get("owner") == resource.key


@law(
    "isolation.claim",
    "no parameter says who the caller is",
    such(plain_lists, shows_owner),
    roles=("peer",),
)
def check_claim(trial: Trial) -> None:
    """Each user's list, with the other's id under names that such a parameter could have."""
    expect_unclaimed(trial, ours(trial, trial.resource), "owner", "peer")
    with suppress(Skipped):  # an owner who sees everything makes the other way impossible
        expect_unclaimed(trial, listed(trial, trial.resource, "peer", "owner"), "peer", "owner")


def expect_unclaimed(trial: Trial, record: Record, other: str, role: str) -> None:
    """Cases: the list of the role does not show the other's record for the other's id in the query."""
    names = [trial.contract.words.get("accounts", {}).get("claim"), trial.resource.words.get("owner"), *NAMES]
    values = identities(trial, record, other)
    if not values:
        trial.skip(f"no answer shows the id of the {other}")
    for name in dict.fromkeys(row for row in names if row):
        for value in values:
            expect_unlisted(trial, record, {name: value}, {}, role)


def identities(trial: Trial, record: Record, role: str) -> list[str]:
    """The ids of a user: in its record, in its token, and in the answer that shows the user."""
    claims = decode(trial.session.tokens[role]) or {}
    found = [record.fields.get(trial.resource.words.get("owner", "$owner"))]
    found.append(claims.get(trial.contract.words.get("accounts", {}).get("claim")))
    for ground in singles(trial.contract):
        resource = ground.operation.resource
        if resource and _is_user(resource):
            exchange = trial.send(ground.operation, role=role)
            fields = read_record(ground.operation, exchange) or {}
            found.append(fields.get(resource.key) if exchange.status == 200 else None)
    return list(dict.fromkeys(row for row in found if isinstance(row, str)))
