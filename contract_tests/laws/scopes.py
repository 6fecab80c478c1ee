"""Scopes: a credential that may only read reads and writes nothing, and what is refused changes nothing."""

from collections.abc import Iterable, Iterator
from typing import Any

from contract_tests.answers import read_page
from contract_tests.calls import CREATIONS, Call, is_valid, path_of, prepare, query_of, send
from contract_tests.contracts import Contract
from contract_tests.laws import law
from contract_tests.laws.access import protected
from contract_tests.operations import Operation
from contract_tests.records import Record, address
from contract_tests.relations import same
from contract_tests.trials import Ground, Trial
from contract_tests.views import lists, look, shows

Json = Any
LIMITS = ("subscribed", "counts")


def places(operation: Operation) -> tuple[list[str], ...]:
    """The statements on a missing permission, on the security schemes and on the operation itself."""
    contract = operation.contract
    schemes = contract.root.get("components", {}).get("securitySchemes", {})
    answer = operation.response(contract.kind("forbidden")) or {}
    return ([*contract.ids_of(answer, deep=False), *contract.ids_of(schemes), *operation.ids],)


def restricted(contract: Contract) -> Iterable[Ground]:
    """Every operation that needs a scope which no operation that reads needs."""
    operations = [row for row in contract.operations if row.protected]
    reading = {scope for row in operations if row.safe for scope in row.words.get("needs", ())}
    for operation in operations:
        if not operation.safe and set(operation.words.get("needs", ())) - reading:
            yield Ground(operation, "", places(operation))


def open_reads(contract: Contract) -> Iterable[Ground]:
    """Every operation that reads and that a document with scopes leaves to a credential that may read."""
    if any(True for _ in restricted(contract)):
        for operation in contract.operations:
            if operation.protected and operation.safe and not operation.words.keys() & set(LIMITS):
                yield Ground(operation, "", places(operation))


def writes(contract: Contract) -> Iterable[Ground]:
    """Every operation that asks for a credential and writes records."""
    for ground in protected(contract):
        if not ground.operation.safe and ground.operation.resource:
            yield ground


def sees(trial: Trial, call: Call) -> bool:
    """Whether the credential that may only read sees the records of the request at all."""
    rows = [*call.parents, *([call.record] if call.record else [])]
    for record in rows:
        operation = shows(trial, record)
        if operation is not None:
            exchange = trial.send(operation, address(operation, record), role="readonly")
            if exchange.status != 200:
                return False
    return True


@law(
    "access.scope",
    "a credential that may only read writes nothing",
    restricted,
    writes=True,
    roles=("readonly",),
)
def check_scope(trial: Trial) -> None:
    """A request that the owner may send."""
    call = prepare(trial)
    kinds = ("forbidden",) if sees(trial, call) else ("forbidden", "foreign", "missing")
    exchange = send(trial, call, authorization=trial.session.credential("readonly"))
    statuses = {trial.contract.kind(kind) for kind in kinds}
    if exchange.status not in statuses and exchange.status >= 300 and not is_valid(trial, call):
        trial.skip(f"{exchange}, and the owner is refused too")
    trial.expect_kind(exchange, *kinds)


@law("access.reads", "a credential that may only read reads", open_reads, roles=("readonly",))
def check_reads(trial: Trial) -> None:
    """A record that its own list shows, or the list itself."""
    operation = trial.operation
    path = path_of(trial, operation, "readonly")
    query = query_of(trial, operation)
    exchange = trial.send(operation, path, query=query, role="readonly")
    denied = {trial.contract.kind(kind) for kind in ("unauthenticated", "forbidden")}
    if exchange.status >= 300 and exchange.status not in denied:
        trial.skip(f"{exchange}: nothing to read")
    trial.expect(200 <= exchange.status < 300, f"{exchange}", "2xx", exchange.status)


@law(
    "access.refused_unchanged",
    "a write that is refused for its credential changes nothing",
    writes,
    writes=True,
)
def check_refused_unchanged(trial: Trial) -> None:
    """Without a credential, with an unknown one, and with one that may only read."""
    call = prepare(trial)
    if call.operation.does not in CREATIONS and call.record is None:
        trial.skip("the request would change nothing anyway")
    before, marked = look(trial, call.record) if call.record else {}, traces(trial, call)
    if call.record is None and not marked:
        trial.skip(f"no list shows a {trial.resource.name}")
    for authorization in intruders(trial):
        exchange = send(trial, call, authorization=authorization)
        if exchange.status < 400:
            trial.skip(f"{exchange}: not refused")
        if call.record is None:
            expect_absent(trial, call, marked)
        else:
            expect_unchanged(trial, call, before)


def intruders(trial: Trial) -> Iterator[str]:
    """Authorization headers that may not write."""
    yield from ("", f"Bearer {trial.session.name()}")
    limited = {row.operation.name for row in restricted(trial.contract)}
    if trial.session.has("readonly") and trial.operation.name in limited:
        yield trial.session.credential("readonly")


def expect_unchanged(trial: Trial, call: Call, before: dict[str, Json]) -> None:
    """One case: our record is still there, with the fields that the request names as they were."""
    assert call.record is not None
    message = f"a refused {call.operation.name} removed the record"
    trial.expect(is_there(trial, call.record), message, call.record.key, "gone")
    after = look(trial, call.record)
    for name in call.body if isinstance(call.body, dict) else ():
        old, new = before.get(name), after.get(name)
        trial.expect(same(old, new), f"a refused {call.operation.name} changed {name}", old, new)


def is_there(trial: Trial, record: Record) -> bool:
    """Whether the owner can read the record, or where nothing shows one record, finds it in a list."""
    operation = shows(trial, record)
    if operation is not None:
        return trial.send(operation, address(operation, record)).status == 200
    trial.session.snapshots.clear()
    return any(str(record.key) in row.keys(row.everything()) for row in lists(trial, record))


def traces(trial: Trial, call: Call) -> dict[str, list[str]]:
    """The records in each list that carry the mark of the request or name a new record that it belongs to."""
    texts = [trial.maker.drafts.mark_of(call.body), *(str(row.key) for row in call.parents)]
    found = {}
    for operation in trial.contract.of(trial.resource, "list"):
        path = {row.name: call.path[row.name] for row in operation.within("path") if row.name in call.path}
        if len(path) == len(operation.within("path")) and not any(
            row.required for row in operation.within("query")
        ):
            exchange = trial.send(operation, path, query=mark_query(operation, call.body, texts[0]))
            page = read_page(operation, exchange)
            rows = [row for row in (page.items if page else []) if path or _carries(row, texts)]
            found[operation.name] = [str(row.get(trial.resource.key, row)) for row in rows]
    return found


def _carries(row: Json, texts: list[str]) -> bool:
    return any(text and text in str(row) for text in texts)


def expect_absent(trial: Trial, call: Call, before: dict[str, list[str]]) -> None:
    """One case: no list has more records of this request than before."""
    after = traces(trial, call)
    trial.expect(after == before, f"a refused {call.operation.name} made a record", before, after)


def mark_query(operation: Operation, body: Json, mark: str) -> dict[str, Json]:
    """The query by equality that only a record with the mark matches; empty where the list has none."""
    for parameter in operation.within("query"):
        values = [body.get(name) for name in parameter.fields] if isinstance(body, dict) and mark else []
        if parameter.relation == "eq" and any(isinstance(row, str) and mark in row for row in values):
            return {parameter.name: values[0]}
    return {}
