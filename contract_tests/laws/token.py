"""Accounts, continued: what is in a signed token is true, and nobody but the server can write one."""

import time
from collections.abc import Iterable, Iterator
from typing import Any

from contract_tests.answers import read_answer
from contract_tests.contracts import Contract
from contract_tests.laws import law
from contract_tests.laws.access import REFUSED
from contract_tests.laws.account import having, registered, someone, token_of, tried
from contract_tests.logins import User, ask_login, decode, forge, token_in, words_of
from contract_tests.trials import Ground, Trial

Json = Any
SLACK = 90  # seconds between two clocks


def tokens(contract: Contract) -> Iterable[Ground]:
    """The log-in, where tokens are signed."""
    for ground in having(contract, "login"):
        yield Ground(ground.operation, "", (contract.general_ids, *ground.places))


def remembered(contract: Contract) -> Iterable[Ground]:
    """The log-in, where a longer life can be asked for; the subject is the field that asks."""
    words = words_of(contract)
    if "remember" in words and "remembered" in words:
        yield from (Ground(row.operation, words["remember"], row.places) for row in having(contract, "login"))


def claims_of(trial: Trial, user: User, **fields: Json) -> tuple[str, dict[str, Json]]:
    """The token of a log-in and its claims. One case: it is a signed token."""
    token = token_of(trial, user, **fields)
    claims = decode(token)
    trial.expect(
        claims is not None,
        "the token is no signed token (JWT)",
        "three parts",
        f"{token.count('.') + 1} parts",
    )
    return token, claims or {}


@law("account.claim", "the token names its user", tokens, writes=True)
def check_claim(trial: Trial) -> None:
    """The claim with the user's key, as the answer to the log-in has it; two users have two."""
    name, keys = words_of(trial.contract)["claim"], []
    for user in (registered(trial), registered(trial)):
        exchange = trial.succeed(ask_login(trial.session, user))
        claims = decode(token_in(trial.operation, exchange)) or {}
        key = read_answer(trial.operation, exchange).values.get(trial.resource.key)
        trial.expect(name in claims, f"the token has no claim {name}", name, sorted(claims))
        if key is not None:
            trial.expect(
                str(claims[name]) == str(key), f"{name} is another key than the answer's", key, claims[name]
            )
        keys.append(claims[name])
    trial.expect(keys[0] != keys[1], f"two users have the same {name}", "two", keys[0])


@law("account.issued", "the token says when it was issued", tokens, writes=True)
def check_issued(trial: Trial) -> None:
    """The claim iat, in whole seconds, beside our clock."""
    _, claims = claims_of(trial, someone(trial))
    issued, now = claims.get("iat"), time.time()
    good = isinstance(issued, int) and abs(issued - now) <= SLACK
    trial.expect(good, "iat is not the present Unix time", round(now), issued)


@law("account.life", "the token lasts as long as documented", tokens, writes=True)
def check_life(trial: Trial) -> None:
    """exp less iat of a plain log-in."""
    _expect_life(trial, words_of(trial.contract)["seconds"])


@law(
    "account.remembered",
    "a token that is to be remembered lasts as long as documented",
    remembered,
    writes=True,
)
def check_remembered(trial: Trial) -> None:
    """exp less iat of a log-in that asks for the longer life, and of one that declines it."""
    words = words_of(trial.contract)
    _expect_life(trial, words["remembered"], **{trial.subject: True})
    _expect_life(trial, words["seconds"], **{trial.subject: False})


def _expect_life(trial: Trial, seconds: int, **fields: Json) -> None:
    _, claims = claims_of(trial, someone(trial), **fields)
    ends, start = claims.get("exp"), claims.get("iat", int(time.time()))
    if not isinstance(start, int | float) or not isinstance(ends, int | float):
        trial.expect(False, "the token does not say when it ends", seconds, ends)
        return
    trial.expect(
        abs(ends - start - seconds) <= 1, f"the token lasts {ends - start:.0f} s", seconds, ends - start
    )


@law("account.tampered", "a token with other claims or another signature is refused", tokens, writes=True)
def check_tampered(trial: Trial) -> None:
    """Another user's key, a longer and an ended life, with the old signature; and no signature at all."""
    user, other = someone(trial), registered(trial)
    token, claims = claims_of(trial, user)
    trial.succeed(tried(trial, token))
    _, others = claims_of(trial, other)
    for forged, what in forgeries(token, claims, others):
        exchange = tried(trial, forged, f"Bearer <token {what}>")
        trial.expect_kind(exchange, *REFUSED)


def forgeries(token: str, claims: dict[str, Json], others: dict[str, Json]) -> Iterator[tuple[str, str]]:
    """Tokens that the server did not write, and what was done to each."""
    yield forge(token, others), "with another user's claims"
    yield forge(token, {**claims, "exp": int(time.time()) + 10**8}), "with a longer life"
    yield forge(token, {**claims, "exp": 10**9}), "that ended long ago"
    for name in ("none", "None"):
        yield forge(token, claims, {"alg": name, "typ": "JWT"}), "without a signature"
