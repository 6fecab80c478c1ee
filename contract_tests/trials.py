"""One trial of a law: what it is about, what it may use, and how it ends."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

from contract_tests.cohorts import listing_of
from contract_tests.contracts import Contract
from contract_tests.exchanges import Exchange
from contract_tests.lists import FEW, Listing
from contract_tests.makers import Maker
from contract_tests.operations import Operation, Resource
from contract_tests.records import Record
from contract_tests.sessions import Session

Json = Any
DEPTHS = {"quick": 3, "normal": 12, "deep": 60}


class Violated(Exception):
    """The law does not hold: what was expected, and what came instead."""

    def __init__(self, message: str, expected: Json = None, actual: Json = None) -> None:
        super().__init__(message)
        self.message, self.expected, self.actual = message, expected, actual


class Skipped(Exception):
    """The law does not apply here, or could not be judged; the text says why."""


@dataclass(frozen=True)
class Ground:
    """What one trial of a law is about.

    Parameters: operation; subject, the parameter, field or status in question (empty: the operation);
    places, ids of the statements behind it, the most specific place first.
    """

    operation: Operation
    subject: str = ""
    places: tuple[Sequence[str], ...] = field(default=(), repr=False)


class Trial:
    """A run of one law on one ground. A check sends requests with it and says what must hold.

    `cases` counts what could have failed: a trial without a case proves nothing and is a skip.
    """

    def __init__(
        self, session: Session, maker: Maker, ground: Ground, *, depth: str = "normal", seed: int = 0
    ) -> None:
        self.session, self.maker, self.ground = session, maker, ground
        self.examples = DEPTHS[depth]
        self.seed = seed
        self.random = random.Random(f"{seed} {ground.operation.name} {ground.subject}")
        self.cases = 0
        self.evidence: Exchange | None = None

    @property
    def contract(self) -> Contract:
        """The contract under test."""
        return self.session.contract

    @property
    def operation(self) -> Operation:
        """The operation under test."""
        return self.ground.operation

    @property
    def resource(self) -> Resource:
        """The resource of the operation. Raises Skipped where it has none."""
        return self.operation.resource or self.skip("the operation has no resource")

    @property
    def subject(self) -> str:
        """The parameter, field or status under test."""
        return self.ground.subject

    @property
    def quick(self) -> bool:
        """Whether the run is to be quick: few examples, and no waiting for what takes its time."""
        return self.examples <= DEPTHS["quick"]

    def send(self, operation: Operation, path: dict[str, Json] | None = None, **options: Any) -> Exchange:
        """Send a request; see Session.send."""
        return self.session.send(operation, path, **options)

    def make(self, resource: Resource | None = None, **options: Any) -> Record:
        """A new record of our own; see Maker.make. Raises Skipped where none can be made."""
        return self.maker.make(resource or self.resource, **options)

    def listing(
        self, count: int = FEW, *, operation: Operation | None = None, role: str = "owner"
    ) -> Listing:
        """The list of the operation with at least so many records, as far as we may make them."""
        return listing_of(self.session, self.maker, operation or self.operation, count, role)

    def expect(self, holds: bool, message: str, expected: Json = None, actual: Json = None) -> None:
        """One case: it holds, or the law is violated."""
        self.cases += 1
        self.evidence = self.session.history[-1] if self.session.history else None
        if not holds:
            raise Violated(message, expected, actual)

    def succeed(self, exchange: Exchange) -> Exchange:
        """The exchange, if it succeeded; for what a law needs but does not judge. Raises Skipped."""
        if not 200 <= exchange.status < 300:
            self.skip(f"{exchange}: {exchange.response.body[:160].decode('utf-8', 'replace')}")
        return exchange

    def expect_kind(self, exchange: Exchange, *kinds: str) -> None:
        """One case: the request was answered with the status of one of the kinds of problems."""
        statuses = sorted({self.contract.kind(kind) for kind in kinds})
        self.expect(
            exchange.status in statuses, f"{exchange}", " or ".join(map(str, statuses)), exchange.status
        )

    def pause(self, seconds: float) -> None:
        """Let time pass. Other laws may be judged meanwhile, if the law `waits`."""
        self.session.pause(seconds)

    def skip(self, reason: str) -> NoReturn:
        """The law does not apply."""
        raise Skipped(reason)
