"""Sends generated requests, runs Schemathesis's checks on the answers, and counts."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import schemathesis
from requests.exceptions import RequestException
from schemathesis import Case, CheckResult, HookContext, Response
from schemathesis.errors import FailureGroup, SchemathesisError

from contract_tests.contracts import Operation
from contract_tests.exchanges import Exchange
from contract_tests.fuzzing.aims import Aims
from contract_tests.fuzzing.applicable import applies, excused, negated
from contract_tests.fuzzing.blames import Failed, Place, locate, weigh
from contract_tests.fuzzing.bridge import Bridge
from contract_tests.fuzzing.levels import RULES
from contract_tests.records import Maker
from contract_tests.sessions import Unreachable
from contract_tests.verdicts import FAILED, PASSED, SKIPPED, Outcome

OFTEN = 2  # scenarios that must show what only a sequence of requests can show
UNSENDABLE = (SchemathesisError, RequestException, ValueError, OverflowError)
SEQUENCES = ("use_after_free", "ensure_resource_availability")


@dataclass(frozen=True)
class Silence:
    """The failure of a request without an answer."""

    title: str
    message: str


@dataclass
class Judge:
    """Judges the answers to generated requests.

    Parameters: maker; schema, the document as Schemathesis has read it.
    """

    maker: Maker
    schema: Any
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    found: dict[tuple[str, str, str], Outcome] = field(default_factory=dict)
    seen: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    last: dict[tuple[str, str], Exchange] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.aims = Aims(self.maker)
        self.bridge = Bridge(self.maker, created=self.aims.count, removed=self.aims.forget)
        self.client = self.bridge.open()
        # A fixed header is none that Schemathesis leaves out or garbles, and then takes for wrong on purpose.
        self.schema.config.update(headers=self.bridge.credential)
        self.register = self.maker.contract.register
        self._results: list[CheckResult] = []
        self._guarded: set[str] = set()
        self.schema.hook("after_validate")(self._keeper())

    def _keeper(self) -> Callable[..., None]:
        def keep(
            context: HookContext, case: Case[Any], response: Response, results: list[CheckResult]
        ) -> None:
            del context, case, response
            self._results = list(results)

        return keep

    @property
    def options(self) -> dict[str, Any]:
        """How a case is called and validated: to where, through what, with which credential."""
        return {
            "base_url": self.maker.session.target.url,
            "session": self.client,
            "headers": self.bridge.credential,
            "allow_redirects": False,
        }

    def attempt(self, operation: Operation, case: Case[Any]) -> None:
        """Send one generated request and judge its answer. Raises Unreachable and TimeOver."""
        since = len(self.maker.made)
        if self.aim(operation, case):
            failures = self._ask(operation, case)
            new = [row for row in failures if (row[0], operation.name, row[1].subject) not in self.found]
            if new:
                self.maker.clean_up(since)
                self._confirm(operation, case, new)
            self.maker.clean_up(since)

    def aim(self, operation: Operation, case: Case[Any], *, linked: bool = False) -> bool:
        """Turn a request to records of our own; whether it may be sent.

        Parameters: linked, whether its path was read from an answer, and so is right for reading.
        """
        negative = negated(case)
        if self.aims.is_full(operation) and not negative:
            return False
        if "BODY" not in negative:
            self.aims.tame(operation, case)
        if "PATH" in negative or not operation.within("path"):
            return case.method != "DELETE" or operation.method == "DELETE"
        return self._point(operation, case, linked)

    def _point(self, operation: Operation, case: Case[Any], linked: bool) -> bool:
        safe = operation.safe and case.method == operation.method
        wild = linked or self.seen["", operation.name, ""] % 3 == 2
        if (safe and wild) or self.aims.is_own(case.path_parameters):
            return True
        own = self.aims.path(operation)
        if own:
            case.path_parameters = {**case.path_parameters, **own}
        return safe or own is not None

    def begin(self, operation: Operation, case: Case[Any]) -> None:
        """What the next exchanges are about."""
        self.bridge.operation, self.bridge.path = operation, dict(case.path_parameters)
        self.bridge.exchanges = []
        self.seen["", operation.name, ""] += 1

    def _ask(self, operation: Operation, case: Case[Any]) -> list[tuple[str, Place, Failed]]:
        """The failed checks of one request."""
        self.begin(operation, case)
        try:
            response = case.call(**self.options)
        except UNSENDABLE:  # a case that cannot be written as a request judges nothing
            return []
        self.validate(operation, case, response)
        return list(self.failures(operation, case))

    def validate(self, operation: Operation, case: Case[Any], response: Response, **more: Any) -> None:
        """Run the checks on one answer and count them.

        Parameters: more, for Case.validate_response.
        """
        self._results = []
        guarded = operation.name in self._guarded or not self.bridge.credential
        more["excluded_checks"] = [schemathesis.checks.ignored_auth] if guarded else []
        with suppress(FailureGroup):
            case.validate_response(
                response, headers=self.bridge.credential, transport_kwargs=self.options, **more
            )
        exchange = self.bridge.exchanges[0]
        for row in self._results:
            if applies(row.name, operation, case, exchange):
                self.counts[row.name, operation.name] += 1
                self.last[row.name, operation.name] = exchange
                if row.name == "ignored_auth" and row.failure is None:
                    self._guarded.add(operation.name)

    def failures(self, operation: Operation, case: Case[Any]) -> Iterator[tuple[str, Place, Failed]]:
        """The checks that the last answer failed, and where."""
        for row in self._results:
            exchange = self.bridge.exchanges[0]
            own = self.aims.is_own(case.path_parameters)
            if (
                row.failure is not None
                and applies(row.name, operation, case, exchange)
                and not excused(row.name, case, exchange, own)
            ):
                failed = Failed(operation, case, exchange, row.failure)
                yield row.name, locate(RULES[row.name], failed), failed

    def _confirm(self, operation: Operation, case: Case[Any], new: list[tuple[str, Place, Failed]]) -> None:
        """Note the failures that repeat."""
        exchanges = self.bridge.exchanges
        again = {name for name, _, _ in self._ask(operation, case)} if self.aim(operation, case) else set()
        for name, place, failed in new:
            if name in again:
                self.note(name, place, failed, [*exchanges[:1], *self.bridge.exchanges])

    def note(self, name: str, place: Place, failed: Failed, exchanges: list[Exchange]) -> None:
        """Keep a failure that has repeated."""
        rule, operation = RULES[name], failed.operation
        ids, level = weigh(rule, place, self.register)
        told = " ".join(str(failed.failure.message).split())
        message = f"{failed.exchange}: {failed.failure.title}" + (
            f" ({place.subject})" if place.subject else ""
        )
        self.found.setdefault(
            (name, operation.name, place.subject),
            Outcome(rule.law, operation.name, place.subject, ids, level, FAILED, 1, message, rule.sentence,
                    told[:600], exchanges),
        )  # fmt: skip

    def note_silence(self, operation: Operation, case: Case[Any], error: Unreachable) -> None:
        """Note a request that is never answered though the server lives. Raises Unreachable."""
        safe = next(row for row in self.maker.contract.operations if row.safe and not row.within("path"))
        self.maker.session.send(safe)
        try:
            if self.aim(operation, case):
                self._ask(operation, case)
        except Unreachable:
            exchange = self.maker.session.send(safe)
            place = Place("no answer", operation.places, light=bool(negated(case)))
            failure = Silence(
                "The server closed the connection instead of answering",
                f"{case.method} {operation.path}: {error}",
            )
            self.note("not_a_server_error", place, Failed(operation, case, exchange, failure), [])

    def outcomes(self, operation: Operation) -> Iterator[Outcome]:
        """What was found of one operation: each failure, and each check that held."""
        if not any(name == operation.name for _, name in self.counts):
            yield Outcome(f"{RULES['not_a_server_error'].law}", operation.name, "", (), "SHOULD", SKIPPED,
                          message="no generated request was sent: the time was over")  # fmt: skip
        for rule in RULES.values():
            cases = self.counts[rule.check, operation.name]
            failed = [row for key, row in self.found.items() if key[:2] == (rule.check, operation.name)]
            for row in failed:
                row.cases = cases
            yield from failed
            if cases and not failed:
                ids = self.register.blame(rule.law, *operation.places) if self.register.requirements else ()
                yield Outcome(rule.law, operation.name, "", ids, self.register.level(ids), PASSED, cases,
                              exchanges=[self.last[rule.check, operation.name]])  # fmt: skip
