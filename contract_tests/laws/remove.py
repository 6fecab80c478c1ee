"""Removing: gone everywhere, and only that record."""

from collections.abc import Iterable

from contract_tests.contracts import Contract
from contract_tests.exchanges import Exchange
from contract_tests.laws import law
from contract_tests.laws.show import unknown_path
from contract_tests.lists import Listing, NoList
from contract_tests.records import Record, address
from contract_tests.trials import Ground, Trial
from contract_tests.views import lists, look, shows, updates

GONE = (404, 410)


def removals(contract: Contract) -> Iterable[Ground]:
    """Every operation that removes a record."""
    for operation in contract.operations:
        if operation.does == "remove" and operation.resource is not None:
            yield Ground(operation)


def remove(trial: Trial, record: Record) -> Exchange:
    """Remove a record of ours, by the operation under test, and note it."""
    exchange = trial.send(trial.operation, address(trial.operation, record), role=record.role)
    trial.session.clock.sleep(trial.session.settle)
    return exchange


@law("remove.accepts", "a record can be removed", removals, writes=True)
def check_accepts(trial: Trial) -> None:
    """A record of our own."""
    exchange = remove(trial, trial.make())
    trial.expect(
        exchange.status in trial.operation.success, f"{exchange}", trial.operation.success, exchange.status
    )


@law("remove.gone", "a removed record cannot be read any more", removals, writes=True)
def check_gone(trial: Trial) -> None:
    """The detail, right after the removal and again; it was there before."""
    record = trial.make()
    operation = shows(trial, record)
    if operation is None:
        trial.skip("no operation shows one record")
    look(trial, record)
    trial.succeed(remove(trial, record))
    for _ in range(2):
        exchange = trial.send(operation, address(operation, record))
        trial.expect_kind(exchange, "missing")


@law("remove.unlisted", "a removed record is in no list", removals, writes=True)
def check_unlisted(trial: Trial) -> None:
    """Every list of the resource; it was there before."""
    record = trial.make()
    views = lists(trial, record)
    before = [str(record.key) in row.keys(row.everything()) for row in views]
    trial.succeed(remove(trial, record))
    for view, was in zip(views, before, strict=True):
        if was:
            trial.expect(
                str(record.key) not in _keys(view),
                f"{view.operation.name} still has the removed record",
                "absent",
                record.key,
            )


def _keys(view: Listing) -> list[str]:
    """The keys of a list; none where the list below a path is gone with its only record."""
    try:
        return view.keys(view.everything())
    except NoList as error:
        if view.path and error.status in GONE:
            return []
        raise


@law("remove.counted", "a removal makes the total one smaller", removals, writes=True, shared=True)
def check_counted(trial: Trial) -> None:
    """The totals of the lists before and after."""
    record = trial.make()
    views = [row for row in lists(trial, record) if not row.path]
    before = [row.fetch().values.get("total") for row in views]
    trial.succeed(remove(trial, record))
    for view, count in zip(views, before, strict=True):
        after = view.fetch().values.get("total")
        if isinstance(count, int):
            trial.expect(
                after == count - 1,
                f"the total of {view.operation.name} did not fall by one",
                count - 1,
                after,
            )


@law("remove.missing", "removing what does not exist says so", removals, writes=True)
def check_missing(trial: Trial) -> None:
    """A well-formed key that no record has."""
    exchange = trial.send(trial.operation, unknown_path(trial))
    trial.expect_kind(exchange, "missing")


@law("remove.twice", "a second removal says that there is nothing any more", removals, writes=True)
def check_twice(trial: Trial) -> None:
    """The same removal again."""
    record = trial.make()
    trial.succeed(remove(trial, record))
    trial.expect_kind(remove(trial, record), "missing")


@law("remove.others", "a removal takes no other record with it", removals, writes=True)
def check_others(trial: Trial) -> None:
    """Records made before and after the removed one, with as many equal fields as may be."""
    first, record = trial.make(), trial.make()
    last = trial.make()
    trial.succeed(remove(trial, record))
    for other in (first, last):
        operation = shows(trial, other)
        if operation is None:
            found = [row for view in lists(trial, other) for row in view.keys(view.everything())]
            trial.expect(str(other.key) in found, "another record is gone too", other.key, found[:20])
        else:
            exchange = trial.send(operation, address(operation, other))
            trial.expect(
                exchange.status == 200, f"another record is gone too: {exchange}", 200, exchange.status
            )


@law(
    "remove.final", "a removed record cannot be updated, and no update brings it back", removals, writes=True
)
def check_final(trial: Trial) -> None:
    """An update after the removal, and a read after that."""
    record = trial.make()
    update = updates(trial, record)
    if update is None or update.body is None:
        trial.skip("the document offers no update")
    trial.succeed(remove(trial, record))
    body = update.body[1].get("example") or {}
    trial.expect_kind(trial.send(update, address(update, record), body=body), "missing")
    operation = shows(trial, record)
    if operation is not None:
        trial.expect_kind(trial.send(operation, address(operation, record)), "missing")
