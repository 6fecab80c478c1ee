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

from contract_tests.fuzzing.aims import Aims
from contract_tests.fuzzing.applicable import applies, excused, negated
from contract_tests.fuzzing.blames import Failed, locate
from contract_tests.fuzzing.bridge import Bridge
from contract_tests.fuzzing.findings import Findings
from contract_tests.fuzzing.levels import RULES
from contract_tests.fuzzing.weights import Place
from contract_tests.makers import Maker
from contract_tests.operations import Operation
from contract_tests.transport import Unreachable

UNSENDABLE = (SchemathesisError, RequestException, ValueError, OverflowError)


@dataclass
class Judge:
    """Judges the answers to generated requests.

    Parameters: maker; schema, the document as Schemathesis has read it.
    """

    maker: Maker
    schema: Any
    sent: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.aims = Aims(self.maker)
        self.bridge = Bridge(self.maker, created=self.aims.count, removed=self.aims.forget)
        self.client = self.bridge.open()
        # A fixed header is none that Schemathesis leaves out or garbles, and then takes for wrong on purpose.
        self.schema.config.update(headers=self.bridge.credential)
        self.findings = Findings(self.maker.contract.register)
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
            new = [
                row for row in failures if (row[0], operation.name, row[1].subject) not in self.findings.found
            ]
            if new:
                self.maker.clean_up(since)
                self._confirm(operation, case, new)
            self.maker.clean_up(since)

    def aim(self, operation: Operation, case: Case[Any], *, linked: bool = False) -> bool:
        """Turn a request to records of our own; whether it may be sent.

        Parameters: linked, whether its path is right for reading: from a link, or of a request to repeat.
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
        wild = linked or self.sent[operation.name] % 3 == 2
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
        self.maker.session.history.clear()  # thousands of requests, of which few are ever shown
        self.sent[operation.name] += 1

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
                self.findings.count(row.name, operation, exchange)
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
                and not excused(row.name, operation, case, exchange, own)
            ):
                failed = Failed(operation, case, exchange, row.failure)
                yield row.name, locate(RULES[row.name], failed), failed

    def _confirm(self, operation: Operation, case: Case[Any], new: list[tuple[str, Place, Failed]]) -> None:
        """Note the failures that repeat."""
        exchanges = self.bridge.exchanges
        failures = self._ask(operation, case) if self.aim(operation, case, linked=True) else []
        again = {(name, place.subject) for name, place, _ in failures}
        for name, place, failed in new:
            if (name, place.subject) in again:
                self.findings.note(name, place, failed, [*exchanges[:1], *self.bridge.exchanges])

    def note_silence(self, operation: Operation, case: Case[Any], error: Unreachable) -> None:
        """Note a request that is never answered though the server lives. Raises Unreachable."""
        lists = [row for row in self.maker.contract.operations if row.safe and not row.within("path")]
        if not lists:
            raise error
        safe = lists[0]
        self.maker.session.send(safe)
        try:
            if self.aim(operation, case, linked=True):
                self._ask(operation, case)
        except Unreachable:
            exchange = self.maker.session.send(safe)
            self.findings.note_silence(operation, f"{case.method} {operation.path}: {error}", exchange)
