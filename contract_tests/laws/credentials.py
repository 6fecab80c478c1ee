"""Access, continued: the documented ways to write a credential are all accepted."""

from collections.abc import Iterable

from contract_tests.calls import prepare, send
from contract_tests.contracts import Contract
from contract_tests.laws import law
from contract_tests.laws.access import prefixes, readable
from contract_tests.trials import Ground, Trial


def written(contract: Contract) -> Iterable[Ground]:
    """One operation that reads, for the word before a bearer token; the subject is that word."""
    return (row for row in worded(contract) if row.subject == "Bearer")


def worded(contract: Contract) -> Iterable[Ground]:
    """One operation that reads, by each documented way to write a credential; the subject is its word."""
    simple = [row for row in readable(contract) if not any(one.required for one in row.operation.parameters)]
    for ground in simple[:1]:
        for word in prefixes(contract):
            yield Ground(ground.operation, word or "bare", ground.places)


@law("access.prefix", "each documented way to write a credential is accepted", worded)
def check_prefix(trial: Trial) -> None:
    """The owner's token after the word, or alone."""
    expect_admitted(trial, "" if trial.subject == "bare" else trial.subject)


@law("access.scheme_case", "the word before a credential may be written in any case", written)
def check_scheme_case(trial: Trial) -> None:
    """RFC 9110 §11.1: the scheme in small letters and in capitals."""
    for word in {trial.subject.lower(), trial.subject.upper()} - {trial.subject}:
        expect_admitted(trial, word)


def expect_admitted(trial: Trial, word: str) -> None:
    """One case: the owner's token is accepted after the word."""
    call, token = prepare(trial), trial.session.tokens.get("owner")
    if token is None:
        trial.skip("no credential of the owner")
    trial.succeed(send(trial, call))
    authorization = f"{word} {token}".strip()
    trial.session.labels[authorization] = f"{word} $TOKEN".strip()
    exchange = send(trial, call, authorization=authorization)
    trial.expect(200 <= exchange.status < 300, f"{exchange}: {word} $TOKEN", "2xx", exchange.status)
