"""Quotas, continued: what counts together."""

from collections.abc import Iterable
from itertools import islice

from contract_tests.contracts import Contract
from contract_tests.laws import law
from contract_tests.laws.quota import count_of, limits, names, simple
from contract_tests.operations import Operation
from contract_tests.singletons import look, shows
from contract_tests.trials import Ground, Trial

USERS = ("owner", "peer", "readonly")


def one(contract: Contract) -> Iterable[Ground]:
    """One operation, where a header says the limit."""
    return islice(limits(contract), 1)


@law("quota.alike", "a credential has one limit for all operations that count together", one)
def check_alike(trial: Trial) -> None:
    """The limit that each operation names which can be called as it is."""
    found: dict[int | None, Operation] = {}
    for operation in simple(trial.contract):
        if not operation.words.get("counts"):
            answer = trial.succeed(trial.send(operation)).response
            found.setdefault(count_of(trial.contract, answer).limit, operation)
    found.pop(None, None)
    if not found:
        trial.skip("no answer says a limit")
    told = {row.name: limit for limit, row in found.items()}
    trial.expect(len(found) == 1, "operations that count together have several limits", "one", told)


def planned(contract: Contract) -> Iterable[Ground]:
    """The field of the user that says a plan with a documented limit; the subject is the field."""
    for operation in shows(contract) if "limit" in names(contract) else ():
        properties = operation.resource.properties if operation.resource else {}
        for name, node in properties.items():
            if "quota" in node.get("x-sandbox", {}):
                yield Ground(operation, name, (tuple(contract.ids_of(node, deep=False)),))


@law("quota.plan", "the limit is that of the user's plan", planned)
def check_plan(trial: Trial) -> None:
    """Each user whose plan has a documented limit, with each operation that can be called as it is."""
    limits = trial.resource.properties[trial.subject]["x-sandbox"]["quota"]
    for role in (row for row in USERS if trial.session.has(row)):
        plan = look(trial, trial.operation, role).get(trial.subject)
        for operation in simple(trial.contract) if plan in limits else ():
            exchange = trial.succeed(trial.send(operation, role=role))
            found = count_of(trial.contract, exchange.response).limit
            if found is not None and not operation.words.get("counts"):
                message = f"{operation.name} names another limit than that of the plan {plan}"
                trial.expect(found == limits[plan], message, limits[plan], found)
    if not trial.cases:
        trial.skip("no user has a plan with a documented limit")
