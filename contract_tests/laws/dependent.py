"""Records that hang on another: what becomes of them when it goes, and before they are there."""

from contract_tests.grounds.referenced import cascades, conflicts, hanging
from contract_tests.laws import law
from contract_tests.lists import NoList
from contract_tests.records import Record, address
from contract_tests.relations import same
from contract_tests.relatives import value_of
from contract_tests.trials import Trial
from contract_tests.views import lists, look, shows


@law("reference.none", "what does not hang on a record yet is missing", hanging, writes=True)
def check_none(trial: Trial) -> None:
    """A new parent without the record that the operation needs."""
    path, _ = trial.maker.lineage(trial.operation)
    options = (
        {"body": trial.maker.drafts.body(trial.operation, "owner", {})[0]} if trial.operation.body else {}
    )
    trial.expect_kind(trial.send(trial.operation, path, **options), "missing")


def _family(trial: Trial) -> tuple[Record, Record]:
    """A new record and one that names it."""
    name, _, field = trial.subject.partition(".")
    resource = trial.contract.resources[name]
    parent = trial.make()
    creation = trial.maker.creation(resource)
    return parent, trial.make(resource, **{field: value_of(creation, field, parent.key)})


@law("reference.cascade", "with a record those are gone that hang on it", cascades, writes=True)
def check_cascade(trial: Trial) -> None:
    """The other one is shown before the removal and is not afterwards, nor is it listed."""
    parent, child = _family(trial)
    if shows(trial, child) is not None:
        look(trial, child)
    trial.succeed(trial.send(trial.operation, address(trial.operation, parent)))
    show = shows(trial, child)
    if show is not None:
        exchange = trial.send(show, address(show, child))
        trial.expect(
            exchange.status in (404, 410),
            f"{exchange} after its {trial.resource.name} was removed",
            404,
            exchange.status,
        )
    for listing in lists(trial, child):
        try:
            found = [key for key in listing.keys(listing.everything()) if key == str(child.key)]
        except NoList:
            continue
        trial.expect(
            not found, f"{child.key} is listed after its {trial.resource.name} was removed", [], found
        )


@law("reference.conflict", "a record that others name is not removed", conflicts, writes=True)
def check_conflict(trial: Trial) -> None:
    """It is refused, and the record is still there."""
    parent, _ = _family(trial)
    exchange = trial.send(trial.operation, address(trial.operation, parent))
    trial.expect_kind(exchange, "conflict")
    if shows(trial, parent) is not None:
        found = look(trial, parent).get(trial.resource.key)
        trial.expect(same(found, parent.key), "a refused removal removed the record", parent.key, found)
