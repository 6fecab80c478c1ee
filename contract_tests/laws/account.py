"""Accounts: who registers can log in, who logs in gets a token that works, and nobody else does."""

from collections.abc import Iterable
from typing import Any

from contract_tests.answers import dig, read_answer, read_record
from contract_tests.contracts import Contract
from contract_tests.exchanges import Exchange
from contract_tests.laws import law
from contract_tests.logins import (
    Refused,
    User,
    ask_login,
    bearer,
    doing,
    enrol,
    log_in,
    token_in,
    users,
    words_of,
)
from contract_tests.operations import Operation
from contract_tests.records import Unmakeable
from contract_tests.trials import Ground, Trial

Json = Any


def having(contract: Contract, *does: str) -> Iterable[Ground]:
    """The first of these operations, where the document has users and all of them."""
    if words_of(contract):
        operations = [doing(contract, row) for row in does]
        first = operations[0]
        if first is not None and all(operations):
            answers = [first.response(401) or {}, *(first.response(status) or {} for status in first.success)]
            ids = [key for row in answers for key in contract.ids_of(row, deep=False)]
            yield Ground(first, "", ([*first.ids, *ids], contract.general_ids))


def logins(contract: Contract) -> Iterable[Ground]:
    """The log-in."""
    return having(contract, "login")


def refreshes(contract: Contract) -> Iterable[Ground]:
    """The renewal of a token."""
    return having(contract, "refresh", "login")


def registrations(contract: Contract) -> Iterable[Ground]:
    """The registration."""
    for ground in having(contract, "register", "login"):
        conflict = ground.operation.response(contract.kind("conflict")) or {}
        ids = [*ground.places[0], *contract.ids_of(conflict, deep=False)]
        yield Ground(ground.operation, "", (ids, *ground.places[1:]))


def profiles(contract: Contract) -> Iterable[Ground]:
    """The operation that shows the user behind the token."""
    for _ in having(contract, "login"):
        for operation in contract.of(users(contract), "show"):
            if not operation.within("path") and operation.protected:
                yield Ground(operation, "", (contract.general_ids, operation.ids))


def someone(trial: Trial) -> User:
    """A user whose password we know: the one of the target, or one that we register."""
    if trial.session.target.login is not None:
        return User(*trial.session.target.login)
    return registered(trial)


def registered(trial: Trial, **values: Json) -> User:
    """A user of our own. Skips where none may be registered."""
    try:
        return enrol(trial.maker, **values)
    except Unmakeable as error:
        trial.skip(str(error))


def token_of(trial: Trial, user: User, **fields: Json) -> str:
    """The token of a log-in. Skips where it fails: another law judges that."""
    try:
        return log_in(trial.session, user, **fields)
    except Refused as error:
        trial.skip(str(error))


def probe(contract: Contract) -> Operation | None:
    """An operation that any user may call with a token."""
    shown = [row.operation for row in profiles(contract)]
    lists = [row for row in contract.operations if row.does == "list" and row.protected]
    plain = [row for row in [*shown, *lists] if not any(one.required for one in row.parameters)]
    return next(iter(plain), None)


def tried(trial: Trial, token: str, shown: str = "Bearer <token of a log-in>") -> Exchange:
    """The answer to a request with that token."""
    operation = probe(trial.contract)
    if operation is None:
        trial.skip("no operation shows whether a token works")
    return trial.send(operation, authorization=bearer(trial.session, token, shown))


@law("account.login", "the right password gives a token that works", logins, writes=True)
def check_login(trial: Trial) -> None:
    """A log-in, and a request with its token."""
    exchange = ask_login(trial.session, someone(trial))
    if exchange.status >= 300 and trial.session.target.login is None:
        trial.skip(f"{exchange}: a new user may have to be confirmed first (--login)")
    trial.expect(200 <= exchange.status < 300, f"{exchange} with the right password", "2xx", exchange.status)
    token = token_in(trial.operation, exchange)
    trial.expect(bool(token), "the answer has no token", "a token", None)
    answer = tried(trial, token)
    trial.expect(200 <= answer.status < 300, f"{answer} with the token of a log-in", "2xx", answer.status)


@law("account.password", "a wrong password is refused", logins, writes=True)
def check_password(trial: Trial) -> None:
    """Small letters for capitals, one letter more, and one less."""
    user = registered(trial)
    for wrong in (user.password.swapcase(), user.password + "x", user.password[:-1]):
        trial.expect_kind(ask_login(trial.session, User(user.login, wrong)), "unauthenticated")


@law("account.unknown", "somebody who has not registered is refused", logins, writes=True)
def check_unknown(trial: Trial) -> None:
    """An address that nobody has."""
    stranger = User(f"{trial.session.name()}@example.com", "Sandbox-2026-Test")
    trial.expect_kind(ask_login(trial.session, stranger), "unauthenticated")


@law("account.register", "who registers can log in", registrations, writes=True)
def check_register(trial: Trial) -> None:
    """A new user, logged in with the password of the registration."""
    answer = ask_login(trial.session, registered(trial))
    trial.expect(200 <= answer.status < 300, f"{answer} after the registration", "2xx", answer.status)


@law("account.unique", "an address registers once", registrations, writes=True)
def check_unique(trial: Trial) -> None:
    """The same address with another name and password; the first password still works afterwards."""
    user = registered(trial)
    trial.expect_kind(_again(trial, user.login), "conflict")
    answer = ask_login(trial.session, user)
    trial.expect(200 <= answer.status < 300, f"{answer} after a second registration", "2xx", answer.status)


def _again(trial: Trial, login: str) -> Exchange:
    words = words_of(trial.contract)
    body, _ = trial.maker.drafts.body(
        trial.operation, "owner", {words["login"]: login, words["password"]: "Another-2026-Test"}
    )
    return trial.maker.create(trial.operation, {}, body, "owner", authorization="").exchange


@law("account.secret", "no answer has a password", registrations, writes=True)
def check_secret(trial: Trial) -> None:
    """The registration, the log-in and what shows the user: neither the password nor a field of its name."""
    user, name = registered(trial), words_of(trial.contract)["password"]
    answers = [ask_login(trial.session, user), tried(trial, token_of(trial, user))]
    if user.record is not None:
        answers.append(user.record.exchange)
    for exchange in answers:
        text = exchange.response.body.decode("utf-8", "replace")
        trial.expect(user.password not in text, f"{exchange} with the password", "absent", name)
        trial.expect(f'"{name}"' not in text, f"{exchange} with a field {name}", "absent", name)


@law("account.profile", "a token shows its own user", profiles, writes=True)
def check_profile(trial: Trial) -> None:
    """Two new users, each with the token of its log-in."""
    name = words_of(trial.contract)["login"]
    for user in (registered(trial), registered(trial)):
        exchange = trial.succeed(tried(trial, token_of(trial, user)))
        found = dig(read_record(trial.operation, exchange) or {}, name)
        if not found:
            trial.skip(f"the answer does not show {name}")
        trial.expect(found[0] == user.login, "the token shows another user", user.login, found[0])


@law("account.refresh", "a renewed token works", refreshes, writes=True)
def check_refresh(trial: Trial) -> None:
    """The token of a log-in, renewed; it shows the same user."""
    token = token_of(trial, someone(trial))
    before = tried(trial, token)
    exchange = trial.send(trial.operation, authorization=bearer(trial.session, token))
    trial.expect(200 <= exchange.status < 300, f"{exchange} with a token that works", "2xx", exchange.status)
    renewed = token_in(trial.operation, exchange)
    trial.expect(
        bool(renewed), "the answer has no token", "a token", read_answer(trial.operation, exchange).mismatches
    )
    after = tried(trial, renewed)
    trial.expect(200 <= after.status < 300, f"{after} with a renewed token", "2xx", after.status)
    keys = [_key(trial, row) for row in (before, after)]
    trial.expect(keys[0] == keys[1], "a renewed token is another user's", keys[0], keys[1])


def _key(trial: Trial, exchange: Exchange) -> Json:
    operation, name = probe(trial.contract), words_of(trial.contract)["login"]
    return ((read_record(operation, exchange) if operation else None) or {}).get(name)
