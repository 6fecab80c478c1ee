"""Access: nobody without a credential gets in, and everybody with one does."""

from base64 import b64encode
from collections.abc import Iterable, Iterator
from itertools import islice

from contract_tests.calls import Call, is_valid, prepare, send, unknown_path
from contract_tests.contracts import Contract
from contract_tests.exchanges import Exchange
from contract_tests.laws import law
from contract_tests.operations import Operation
from contract_tests.trials import Ground, Trial

FEW = 5  # operations that a rare fault is looked for in
REFUSED = ("unauthenticated", "invalid_token")


def places(operation: Operation) -> tuple[list[str], ...]:
    """The statements on a missing credential, on the security schemes and on the operation itself."""
    contract = operation.contract
    schemes = contract.root.get("components", {}).get("securitySchemes", {})
    answer = operation.response(contract.kind("unauthenticated")) or {}
    return ([*contract.ids_of(answer, deep=False), *contract.ids_of(schemes), *operation.ids],)


def protected(contract: Contract) -> Iterable[Ground]:
    """Every operation that asks for a credential."""
    return (Ground(row, "", places(row)) for row in contract.operations if row.protected)


def readable(contract: Contract) -> Iterable[Ground]:
    """Every such operation that only reads."""
    return (row for row in protected(contract) if row.operation.safe)


def some_readable(contract: Contract) -> Iterable[Ground]:
    """A few of them, for what is rarely decided by the operation."""
    return islice(readable(contract), FEW)


def demanding(contract: Contract) -> Iterable[Ground]:
    """Every such operation that could find another fault first: in a path, a query or a body."""
    for ground in protected(contract):
        if ground.operation.within("path") or ground.operation.body:
            yield ground


def public(contract: Contract) -> Iterable[Ground]:
    """Every operation that reads and asks for no credential, where others do."""
    if any(row.protected for row in contract.operations):
        yield from (Ground(row) for row in contract.operations if row.safe and not row.protected)


def prefixes(contract: Contract) -> list[str]:
    """The documented words before a credential."""
    schemes = contract.root.get("components", {}).get("securitySchemes", {}).values()
    found = [word for row in schemes for word in row.get("x-sandbox", {}).get("prefixes", ["Bearer"])]
    return list(dict.fromkeys(found))


def expect_refused(trial: Trial, call: Call, exchange: Exchange) -> None:
    """One case: the request was refused for its credential. Skips where the owner may not send it either."""
    statuses = {trial.contract.kind(kind) for kind in REFUSED}
    if exchange.status not in statuses and exchange.status >= 300 and not is_valid(trial, call):
        trial.skip(f"{exchange}, and the owner is refused too")
    trial.expect_kind(exchange, *REFUSED)


def strangers(trial: Trial) -> Iterator[tuple[str, str]]:
    """Authorization headers that nobody has, each with the text that shows it in a report."""
    name = trial.session.name()
    basic = b64encode(f"{name}:{name}".encode()).decode()
    yield f"Bearer {name}", f"Bearer {name}"
    yield "Bearer ", "Bearer "
    for token, what in damaged(trial.session.tokens.get("owner", "")):
        yield f"Bearer {token}", f"Bearer <$TOKEN {what}>"
    yield f"Basic {basic}", "Basic <unknown user and password>"
    for word in prefixes(trial.contract):
        if word != "Bearer":
            yield f"{word} {name}".strip(), f"{word} {name}".strip()


def damaged(token: str) -> Iterator[tuple[str, str]]:
    """Tokens that are almost the given one, and what was done to each."""
    head, dot, tail = token.rpartition(".") if token.count(".") == 2 else ("", "", token)
    # What follows a full stop in a token that is no JWT may be a label that its holder chooses.
    tail, stop, label = (tail, "", "") if dot else tail.partition(".")
    middle = len(tail) // 2
    letter = "x" if tail[middle : middle + 1] != "x" else "y"
    forms = {
        tail + "x": "with one letter more",
        tail[:middle] + letter + tail[middle + 1 :]: "with one letter changed",
        tail[:-1]: "without its last letter",
    }
    for form, what in forms.items():
        if tail and form and form != tail:
            yield head + dot + form + stop + label, what


@law("access.anonymous", "without a credential a request is refused", protected)
def check_anonymous(trial: Trial) -> None:
    """A request that the owner may send, without the header."""
    call = prepare(trial)
    expect_refused(trial, call, send(trial, call, authorization=""))


@law("access.unknown", "an unknown, empty or damaged credential is refused", protected)
def check_unknown(trial: Trial) -> None:
    """Tokens that nobody has, and almost the owner's."""
    call = prepare(trial)
    for authorization, shown in islice(strangers(trial), trial.examples):
        trial.session.labels[authorization] = shown
        expect_refused(trial, call, send(trial, call, authorization=authorization))


@law("access.case", "a token in other letters, capital for small, is another token", some_readable)
def check_case(trial: Trial) -> None:
    """All capitals, all small, and the opposite of each."""
    token = trial.session.tokens.get("owner", "")
    forms = {token.upper(), token.lower(), token.swapcase()} - {token}
    call = prepare(trial)
    for form in forms:
        trial.session.labels[f"Bearer {form}"] = "Bearer <$TOKEN in other letters>"
        expect_refused(trial, call, send(trial, call, authorization=f"Bearer {form}"))


@law("access.scheme", "a token after a word that the document does not name is refused", protected)
def check_scheme(trial: Trial) -> None:
    """The owner's token as Basic, as Token, and alone."""
    token = trial.session.tokens.get("owner")
    if token is None:
        trial.skip("no credential of the owner")
    call = prepare(trial)
    for word in [row for row in ("Basic", "Token", "") if row not in prefixes(trial.contract)]:
        authorization = f"{word} {token}".strip()
        trial.session.labels[authorization] = f"{word} $TOKEN".strip()
        expect_refused(trial, call, send(trial, call, authorization=authorization))


@law("access.expired", "an expired credential is refused", protected, roles=("expired",))
def check_expired(trial: Trial) -> None:
    """A request that the owner may send, with a credential that has expired."""
    call = prepare(trial)
    expect_refused(trial, call, send(trial, call, authorization=trial.session.credential("expired")))


@law("access.first", "a missing credential is noticed before any other fault", demanding)
def check_first(trial: Trial) -> None:
    """An unknown record, and a body that cannot be read; nothing can come of either."""
    operation = trial.operation
    if not operation.safe and not trial.session.writes:
        trial.skip("the profile observe sends only GET and HEAD (--profile write)")
    path = unknown_path(trial)
    broken = {"raw": b'{"', "media_type": "application/json"} if operation.body else {}
    trial.expect_kind(trial.send(operation, path, role=None, **broken), *REFUSED)


@law("access.public", "an operation that asks for no credential answers without one", public)
def check_public(trial: Trial) -> None:
    """The request without the header."""
    exchange = send(trial, prepare(trial), authorization="")
    trial.expect(200 <= exchange.status < 300, f"{exchange} without a credential", "2xx", exchange.status)
