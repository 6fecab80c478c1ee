"""Records on the wire: the constants, links and owner that their template says."""

from collections.abc import Iterable, Iterator
from typing import Any

from contract_tests.answers import Page, envelope, read_answer
from contract_tests.contracts import Contract
from contract_tests.exchanges import Exchange
from contract_tests.laws import law
from contract_tests.lists import NoList
from contract_tests.operations import Operation, Resource
from contract_tests.records import address
from contract_tests.relations import same
from contract_tests.relatives import references, value_of
from contract_tests.singletons import shows as singletons
from contract_tests.templates import read
from contract_tests.trials import Ground, Trial

Json = Any
COMMON = ("id", "attributes", "owner")


def wrapped(contract: Contract) -> Iterable[Ground]:
    """Every operation that answers with records of which a template says the form."""
    for operation in contract.operations:
        asked = operation.does in ("list", "show", "create") and operation.resource is not None
        if (
            asked
            and operation.resource
            and "item" in operation.resource.words
            and "$item" in _names(envelope(operation))
        ):
            yield Ground(operation)


def owned(contract: Contract) -> Iterable[Ground]:
    """Those whose template names the owner, where an operation shows the user behind the credential."""
    for ground in wrapped(contract):
        resource = ground.operation.resource
        if resource and "$owner" in _names(resource.words["item"]) and _self(contract) is not None:
            yield ground


def linked(contract: Contract) -> Iterable[Ground]:
    """Those whose template repeats fields of the record; the subject is the field."""
    for ground in wrapped(contract):
        resource = ground.operation.resource
        for name in _names(resource.words["item"]) if resource else ():
            if resource and name[1:] in resource.properties and name[1:] not in (*COMMON, resource.key):
                yield Ground(ground.operation, name[1:])


def _names(template: Json) -> list[str]:
    if isinstance(template, str):
        return ["$item"] if template == "$items" else [template] if template.startswith("$") else []
    parts = (
        template.values() if isinstance(template, dict) else template if isinstance(template, list) else ()
    )
    return [name for part in parts for name in _names(part)]


def _self(contract: Contract) -> Any:
    return next(
        (
            row
            for row in singletons(contract)
            if row.resource and row.resource.words.get("owner") == row.resource.key
        ),
        None,
    )


def items(trial: Trial) -> Iterator[Json]:
    """Records of the operation as they stand in its answers."""
    operation = trial.operation
    if operation.does == "list":
        yield from _fetch(trial, operation).raw
        return
    exchange = _made(trial) if operation.does == "create" else trial.send(operation, _path(trial))
    item = read_answer(operation, trial.succeed(exchange)).values.get("item")
    if isinstance(item, dict):
        yield item


def _fetch(trial: Trial, operation: Operation) -> Page:
    try:
        return trial.listing(operation=operation).fetch()
    except NoList as error:
        trial.skip(str(error))


def _made(trial: Trial) -> Exchange:
    """A creation, with the reference that is the subject."""
    return trial.make(**_link(trial)).exchange


def _link(trial: Trial) -> dict[str, Json]:
    for creation in trial.contract.of(trial.resource, "create"):
        for name, words in references(creation):
            if name == trial.subject:
                return {name: value_of(creation, name, trial.maker.shared(words["resource"]).key)}
    return {}


def _path(trial: Trial) -> dict[str, Json]:
    """The path of a record: one with the link that is the subject, the first of the list, or a new one."""
    lists = [row for row in trial.contract.of(trial.resource, "list") if not row.within("path")]
    if not trial.operation.within("path"):
        return {}
    if lists and not trial.subject:
        keys = [item.get(trial.resource.key) for item in _fetch(trial, lists[0]).items]
        return {trial.operation.within("path")[0].name: keys[0]} if keys else trial.skip("the list is empty")
    return address(trial.operation, trial.make(**_link(trial)))


def template(resource: Resource) -> Json:
    """The template of a record."""
    return resource.words["item"]


@law("item.shape", "a record has the constants and parts of its template", wrapped)
def check_shape(trial: Trial) -> None:
    """Its type, and the type of each record that it is linked with."""
    for item in items(trial):
        wrong = read(template(trial.resource), item).mismatches
        trial.expect(not wrong, "; ".join(wrong[:3]), template(trial.resource), wrong)


@law("item.owner", "a record is linked with the user that it belongs to", owned)
def check_owner(trial: Trial) -> None:
    """The one behind the credential."""
    show = _self(trial.contract)
    user = read_answer(show, trial.succeed(trial.send(show))).values.get("item")
    key = read(template(show.resource), user).values.get(show.resource.key)
    for item in items(trial):
        values = read(template(trial.resource), item).values
        if "owner" in values:
            trial.expect(
                same(values["owner"], key), "a record is linked with another user", key, values["owner"]
            )


@law("item.links", "a link of a record leads where its field says", linked)
def check_links(trial: Trial) -> None:
    """The same key in both places; no link where the field is empty."""
    for item in items(trial):
        values = read(template(trial.resource), item).values
        fields = values.get("attributes")
        if isinstance(fields, dict) and fields.get(trial.subject) is not None:
            found = values.get(trial.subject)
            trial.expect(
                same(found, fields[trial.subject]),
                f"{trial.subject} is linked otherwise",
                fields[trial.subject],
                found,
            )
