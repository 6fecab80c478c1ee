"""HTTP manners that a document implies: methods and paths that it does not know."""

from collections.abc import Iterable
from itertools import islice
from urllib.parse import urlsplit

from contract_tests.contracts import METHODS, Contract
from contract_tests.exchanges import NotJson
from contract_tests.laws import law
from contract_tests.trials import Ground, Trial

FEW = 5  # paths below which another one is looked for


def paths(contract: Contract) -> Iterable[Ground]:
    """The first operation of every path."""
    seen = set()
    for operation in contract.operations:
        if operation.path not in seen:
            seen.add(operation.path)
            yield Ground(operation)


@law(
    "http.method",
    "a method that a path does not have is answered with 405 and the methods it has",
    paths,
    writes=True,
)
def check_method(trial: Trial) -> None:
    """One method that the document does not list, on a key that no record has."""
    known = {row.method.lower() for row in trial.contract.operations if row.path == trial.operation.path}
    method = next(name for name in ("put", "patch", "delete", "post", *METHODS) if name not in known)
    path = {row.name: "0" * 24 for row in trial.operation.within("path")}
    exchange = trial.send(trial.operation, path, method=method.upper())
    trial.expect_kind(exchange, "not_allowed")
    allowed = {name.strip().lower() for name in exchange.response.headers.get("allow", "").split(",")}
    trial.expect(known <= allowed, f"{exchange} without all methods in Allow", sorted(known), sorted(allowed))


def simple(contract: Contract) -> Iterable[Ground]:
    """Every GET that needs no parameter."""
    for ground in paths(contract):
        required = any(row.required for row in ground.operation.parameters)
        if ground.operation.method == "GET" and not required:
            yield ground


@law("http.head", "HEAD is answered like GET, without the body", simple)
def check_head(trial: Trial) -> None:
    """One after the other."""
    get = trial.send(trial.operation)
    head = trial.send(trial.operation, method="HEAD")
    trial.expect(head.status == get.status and not head.response.body, f"{head}", get.status, head.status)


def some_paths(contract: Contract) -> Iterable[Ground]:
    """A few of them, for what no operation decides."""
    return islice(paths(contract), FEW)


@law("http.path", "a path that the document does not have is not found", some_paths)
def check_path(trial: Trial) -> None:
    """A path below one of the document's."""
    exchange = trial.session.request("GET", trial.session.url(trial.operation, {}) + "/no/such/path")
    trial.expect_kind(exchange, "missing")


def described(contract: Contract) -> Iterable[Ground]:
    """The first operation of a document that says where on the host it is found; the subject is the path."""
    path = contract.words.get("openapi")
    if path:
        ids = contract.ids_of(contract.root.get("externalDocs", {}))
        yield Ground(contract.operations[0], path, (ids,))


@law("http.document", "the OpenAPI document is found where it says", described)
def check_document(trial: Trial) -> None:
    """At the root of the host, or where all its documented paths are below a prefix, there."""
    host, prefix = places_of(trial)
    for root in dict.fromkeys((host, prefix)):
        exchange = trial.session.request("GET", root + trial.subject)
        if exchange.status == 200:
            break
    trial.expect(exchange.status == 200, f"{exchange}", 200, exchange.status)
    try:
        body = exchange.json()
    except NotJson as error:
        body = str(error)
    shown = body if isinstance(body, dict) else {}
    trial.expect(
        "openapi" in shown and "paths" in shown, f"{exchange}, not with an OpenAPI document", "openapi", body
    )


def places_of(trial: Trial) -> tuple[str, str]:
    """The root of the host, and that below which the documented paths are."""
    target = urlsplit(trial.session.target.url)
    host = f"{target.scheme}://{target.netloc}"
    base = urlsplit(trial.contract.root.get("servers", [{"url": "/"}])[0]["url"]).path.rstrip("/")
    return host, host + target.path.rstrip("/").removesuffix(base)
