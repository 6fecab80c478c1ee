"""A new record can be found: by its key, and by the Location of the answer."""

from collections.abc import Iterable
from urllib.parse import urljoin

from contract_tests.answers import read_record
from contract_tests.contracts import Contract
from contract_tests.grounds.created import creations, shown
from contract_tests.laws import law, such
from contract_tests.operations import Resource
from contract_tests.records import address
from contract_tests.trials import Ground, Trial
from contract_tests.views import shows


def prefixed(contract: Contract) -> Iterable[Ground]:
    """Every creation of a record whose key has a documented beginning, such as proj_."""
    for ground in shown(contract):
        resource = ground.operation.resource
        if resource and _beginning(resource):
            node = resource.properties.get(resource.key, {})
            yield Ground(ground.operation, "", (contract.ids_of(node), resource.ids))


def _beginning(resource: Resource) -> str:
    form = str(resource.words.get("key", {}).get("form", ""))
    return form.partition("{}")[0] if "{}" in form else ""


@law("create.key", "the key of a new record begins as documented", prefixed, writes=True)
def check_key(trial: Trial) -> None:
    """The key in the answer."""
    key, beginning = str(trial.make().key), _beginning(trial.resource)
    trial.expect(key.startswith(beginning), f"the key is {key}", f"{beginning}…", key)


@law("create.shown", "a new record can be read at once, by its own key", shown, writes=True)
def check_shown(trial: Trial) -> None:
    """The detail right after the creation, with the same content as the answer."""
    record = trial.make()
    operation = shows(trial, record)
    if operation is None:
        trial.skip("no operation shows one record")
    exchange = trial.send(operation, address(operation, record))
    fields = read_record(operation, exchange)
    trial.expect(exchange.status == 200 and fields is not None, f"{exchange}", 200, exchange.status)
    key = trial.resource.key
    trial.expect(
        (fields or {}).get(key) == record.key,
        "the detail shows another record",
        record.key,
        (fields or {}).get(key),
    )


def has_location(ground: Ground) -> bool:
    """Whether the document lists a Location in the answer to the creation."""
    node = ground.operation.response(ground.operation.success[0]) or {}
    return "Location" in node.get("headers", {})


@law(
    "create.location",
    "the Location of a creation leads to the new record",
    such(creations, has_location),
    writes=True,
)
def check_location(trial: Trial) -> None:
    """Where the document lists the header."""
    record = trial.make()
    location = record.exchange.response.headers.get("location")
    trial.expect(bool(location), "the answer has no Location", "a URL", location)
    operation = shows(trial, record)
    if operation is not None:
        there = urljoin(record.exchange.request.url, location or "")
        found = trial.session.request("GET", there, operation)
        fields = read_record(operation, found) if found.status == 200 else None
        trial.expect(
            bool(fields) and (fields or {}).get(trial.resource.key) == record.key,
            f"Location leads elsewhere: {found}",
            record.key,
            found.status,
        )
