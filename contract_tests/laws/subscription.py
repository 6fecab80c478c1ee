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
