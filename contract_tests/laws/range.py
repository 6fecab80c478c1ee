"""Parameters that belong together: two ends of a range, and those that need each other."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from contract_tests.contracts import Contract
from contract_tests.exchanges import Exchange
from contract_tests.laws import law
from contract_tests.operations import Parameter
from contract_tests.records import address
from contract_tests.trials import Ground, Trial


def ends(contract: Contract) -> Iterable[Ground]:
    """Every parameter that must not be later than another; the subject is the parameter."""
    return _grounds(contract, "until")


def pairs(contract: Contract) -> Iterable[Ground]:
    """Every parameter that needs another one, and the other."""
    return _grounds(contract, "together")


def _grounds(contract: Contract, word: str) -> Iterable[Ground]:
    for operation in contract.operations:
        for parameter in operation.within("query"):
            if word in parameter.meaning:
                yield Ground(operation, parameter.name, (parameter.ids,))


def _parameters(trial: Trial, word: str) -> tuple[Parameter, Parameter]:
    first = trial.operation.parameter(trial.subject)
    second = trial.operation.parameter(first.meaning[word]) if first else None
    if first is None or second is None:
        trial.skip("the other parameter is not one of the operation")
    return first, second


def _write(trial: Trial, parameter: Parameter, moment: datetime) -> str:
    accepts = trial.contract.validator(parameter.schema).accepts
    forms = (moment.strftime(form) for form in ("%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ", "%Y%m%dT%H%M%SZ"))
    return next((text for text in forms if accepts(text)), None) or trial.skip(
        f"{parameter.name} takes no date"
    )


def _send(trial: Trial, query: dict[str, str]) -> Exchange:
    """A request with those parameters. Skips where the operation does not answer without them either."""
    key = ("range", trial.operation.name)
    if key not in trial.session.memo:
        path = address(trial.operation, trial.make()) if trial.operation.within("path") else {}
        trial.succeed(trial.send(trial.operation, path))
        trial.session.memo[key] = path
    return trial.send(trial.operation, trial.session.memo[key], query=query)


@law("range.order", "a range that ends before it starts is refused", ends)
def check_order(trial: Trial) -> None:
    """A day, and a year."""
    first, second = _parameters(trial, "until")
    moment = datetime(2024, 3, 15, tzinfo=UTC)
    for days in (1, 366):
        query = {
            first.name: _write(trial, first, moment),
            second.name: _write(trial, second, moment - timedelta(days)),
        }
        exchange = _send(trial, query)
        trial.expect_kind(exchange, "invalid")


@law("range.equal", "a range of one day is taken", ends)
def check_equal(trial: Trial) -> None:
    """Both ends are the same day, a day apart, a year apart."""
    first, second = _parameters(trial, "until")
    moment = datetime(2024, 3, 15, tzinfo=UTC)
    for days in (0, 1, 366):
        query = {
            first.name: _write(trial, first, moment - timedelta(days)),
            second.name: _write(trial, second, moment),
        }
        exchange = _send(trial, query)
        trial.expect(exchange.status in trial.operation.success, f"{exchange}", "success", exchange.status)


@law("range.together", "one end of a range without the other is refused", pairs)
def check_together(trial: Trial) -> None:
    """The parameter alone."""
    first, second = _parameters(trial, "together")
    moment = datetime(2024, 3, 15, tzinfo=UTC)
    for present in (first, second) if second.meaning.get("together") == first.name else (first,):
        exchange = _send(trial, {present.name: _write(trial, present, moment)})
        trial.expect_kind(exchange, "invalid")
