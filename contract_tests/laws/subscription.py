"""Access, continued: what asks for a subscription is refused to users without one."""

from collections.abc import Iterable

from contract_tests.answers import dig, read_record
from contract_tests.calls import prepare, send
from contract_tests.contracts import Contract
from contract_tests.laws import law
from contract_tests.laws.account import profiles, registered, token_of, tried
from contract_tests.laws.scopes import places
from contract_tests.logins import words_of
from contract_tests.trials import Ground, Trial

GUEST = "guest"


def subscribed(contract: Contract) -> Iterable[Ground]:
    """Every operation that asks for a subscription."""
    for operation in contract.operations:
        if operation.words.get("subscribed"):
            yield Ground(operation, "", places(operation))


def told(contract: Contract) -> Iterable[Ground]:
    """What shows the user behind the token, where it has a field for the subscription: the subject."""
    name = words_of(contract).get("subscribed", "") if words_of(contract) else ""
    for ground in profiles(contract):
        if name in ground.operation.shown:
            yield Ground(ground.operation, name, (ground.operation.ids,))


@law("access.subscription_told", "the profile says whether there is a subscription", told, writes=True)
def check_told(trial: Trial) -> None:
    """Of the owner, who may do what needs one, and of a user who has none, where there is one."""
    operation = next(row.operation for row in subscribed(trial.contract))
    trial.succeed(send(trial, prepare(trial, operation)))
    _expect_told(trial, "owner", True)
    if trial.session.has("unsubscribed"):
        _expect_told(trial, "unsubscribed", False)


def _expect_told(trial: Trial, role: str, active: bool) -> None:
    exchange = trial.succeed(trial.send(trial.operation, role=role))
    found = dig(read_record(trial.operation, exchange) or {}, trial.subject)
    if not found:
        trial.skip(f"{exchange} without {trial.subject}")
    trial.expect(found == [active], f"{exchange}: the {role} has another {trial.subject}", active, found[0])


@law("access.subscription", "without a subscription the request is refused", subscribed, writes=True)
def check_subscription(trial: Trial) -> None:
    """A user without a subscription: the one of that role, or a new one whose profile says so."""
    if trial.session.has("unsubscribed"):
        exchange = send(trial, prepare(trial), authorization=trial.session.credential("unsubscribed"))
        trial.expect_kind(exchange, "unsubscribed")
        return
    enlist(trial)
    operation = trial.operation
    path, parents = trial.maker.lineage(operation, GUEST)
    body, more = trial.maker.drafts.body(operation, GUEST, {})
    made = trial.maker.create(operation, path, body, GUEST, parents + more)
    trial.expect_kind(made.exchange, "unsubscribed")


def enlist(trial: Trial) -> None:
    """Register a guest and keep its token. Skips where its profile does not deny a subscription."""
    if trial.operation.does not in ("create", "upsert"):
        trial.skip("no credential of a user without a subscription")
    token = token_of(trial, registered(trial))
    profile = next(iter(profiles(trial.contract)), None)
    exchange = trial.succeed(tried(trial, token))
    fields = (read_record(profile.operation, exchange) or {}) if profile else {}
    if dig(fields, words_of(trial.contract).get("subscribed", "")) != [False]:
        trial.skip("a new user may have a subscription")
    trial.session.tokens[GUEST] = token
