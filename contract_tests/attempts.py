"""Attempts to write what must not be written, and whether they left a trace."""

from collections.abc import Iterable, Iterator
from typing import Any

from contract_tests.comparisons import expect_kept
from contract_tests.contracts import Contract
from contract_tests.exchanges import Exchange
from contract_tests.fields import body_fields, places
from contract_tests.operations import Operation
from contract_tests.records import Record, address
from contract_tests.trials import Ground, Trial
from contract_tests.views import look

Json = Any
BODIES = ("create", "amend", "replace", "upsert", "register")


def bodies(contract: Contract) -> Iterable[Ground]:
    """Every operation that takes a JSON body for a record."""
    for operation in contract.operations:
        if operation.does in BODIES and operation.resource and operation.body and "json" in operation.body[0]:
            yield Ground(operation, "", tuple(answer_ids(operation)))


def forms(contract: Contract) -> Iterable[Ground]:
    """Every operation that takes a body for a record, forms too."""
    for operation in contract.operations:
        if operation.does in BODIES and operation.resource and operation.body:
            yield Ground(operation)


def answer_ids(operation: Operation) -> Iterator[tuple[str, ...]]:
    for kind in ("unreadable", "invalid"):
        node = operation.response(operation.contract.kind(kind))
        if node is not None:
            yield tuple(node.get("x-requirements", ()))


def fields(contract: Contract) -> Iterable[Ground]:
    """Every field of such a body; the subject is the field."""
    for ground in forms(contract):
        for name, node in body_fields(ground.operation):
            yield Ground(
                ground.operation,
                name,
                (*places(ground.operation, name, node), *answer_ids(ground.operation)),
            )


def required(contract: Contract) -> Iterable[Ground]:
    """Every required field of such a body, files too."""
    for ground in forms(contract):
        schema = ground.operation.body[1] if ground.operation.body else {}
        for name in schema.get("required", ()):
            node = schema["properties"].get(name, {})
            yield Ground(
                ground.operation,
                name,
                (*places(ground.operation, name, node), *answer_ids(ground.operation)),
            )


class Attempt:
    """A body sent to an operation, and what there was before it."""

    def __init__(self, trial: Trial) -> None:
        self.trial, self.operation = trial, trial.operation
        self.record: Record | None = None
        if self.operation.does in ("amend", "replace"):
            if not self.operation.within("path"):
                trial.skip("a record that cannot be made is not put at risk")
            self.record = trial.make()
            self.before = look(trial, self.record)
            self.path = address(self.operation, self.record)
            self.body = dict(self.operation.body[1].get("example", {})) if self.operation.body else {}
        else:
            trial.maker.creation(trial.resource)
            self.path, _ = trial.maker.lineage(self.operation)
            self.body, _ = trial.maker.drafts.body(self.operation, "owner", {})

    def send(self, body: Json, **options: Any) -> Exchange:
        """Send a body; what it creates by mistake is noted."""
        if self.record is None:
            return self.trial.maker.create(self.operation, self.path, body, **options).exchange
        return self.trial.send(self.operation, self.path, body=body, **options)

    def expect_refusal(self, exchange: Exchange, *kinds: str) -> None:
        """Two cases: the status, and that nothing was changed or made."""
        self.trial.expect_kind(exchange, *kinds)
        if self.record is not None:
            after = look(self.trial, self.record)
            expect_kept(self.trial, self.before, after, "the refused request changed")
