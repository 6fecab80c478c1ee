"""Outcomes as reports show them: every text redacted, cleaned and cut."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from http import HTTPStatus
from typing import Any

from contract_tests.exchanges import CREDENTIALS, Exchange, show
from contract_tests.redaction import HIDDEN, Redactor, hide_headers, hide_values, is_telling
from contract_tests.sessions import Session
from contract_tests.verdicts import Outcome

Json = Any
LONGEST = 600  # characters of what was expected and what came instead
DULL = {"date", "server", "connection", "content-length", "keep-alive", "transfer-encoding", "vary"}
# What a terminal obeys, XML does not know, UTF-8 cannot write, or turns the direction of the text.
UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
LAST = 12  # requests of one failure that are shown at once


@dataclass
class Step:
    """One exchange: the request as a curl command, and what is shown of its answer."""

    curl: str
    status: int
    reason: str
    headers: Mapping[str, str]
    show_body: Callable[[], str] = field(repr=False)

    @cached_property
    def body(self) -> str:
        """The body, made ready only where it is shown."""
        return self.show_body()


@dataclass
class Row:
    """One outcome, ready to be shown.

    `change` is new, still or empty; `steps` are the requests in their order, `requests` how many there are.
    """

    law: str
    sentence: str
    operation: str
    subject: str
    requirements: list[str]
    level: str
    verdict: str
    cases: int
    message: str
    expected: str
    actual: str
    seconds: float
    known: str = ""
    change: str = ""
    requests: int = 0
    show_steps: Callable[[], list[Step]] = field(default=list, repr=False)

    @cached_property
    def steps(self) -> list[Step]:
        """The requests, made ready only where they are shown: most of a run is not."""
        return self.show_steps()

    @property
    def last_steps(self) -> list[Step]:
        """The requests that matter most."""
        return self.steps[-LAST:]

    @property
    def first_steps(self) -> list[Step]:
        """The requests before those: mostly they make what is needed."""
        return self.steps[:-LAST]

    @property
    def family(self) -> str:
        """The first part of the law's name."""
        return self.law.partition(".")[0]

    @property
    def address(self) -> tuple[str, str, str]:
        """Law, operation and subject."""
        return self.law, self.operation, self.subject

    @property
    def place(self) -> str:
        """Operation and subject, for people."""
        return f"{self.operation} ({self.subject})" if self.subject else self.operation

    @property
    def curls(self) -> list[str]:
        """The requests as curl commands."""
        return [step.curl for step in self.steps]


def redactor_of(session: Session) -> Redactor:
    """A redactor that knows every credential of the session, also those that a log-in gave."""
    known = dict.fromkeys((session.target.login or ("", ""))[1:], "$PASSWORD")
    known |= {
        text: HIDDEN
        for name, text in session.target.headers.items()
        if is_telling(name) or "key" in name.lower()
    }
    for tokens in (session.target.tokens, session.tokens):
        known |= {token: CREDENTIALS.get(role, HIDDEN) for role, token in tokens.items()}
    return Redactor(known)


def row_of(outcome: Outcome, sentence: str, redact: Redactor) -> Row:
    """The outcome as it is shown."""
    expected, actual = (_cut(clean(redact(text))) for text in _contrast(outcome))
    return Row(
        outcome.law, sentence, outcome.operation, clean(redact(outcome.subject)), list(outcome.requirements),
        outcome.level, outcome.verdict, outcome.cases, clean(redact(outcome.message)),
        expected, actual, round(outcome.seconds, 3), clean(redact(outcome.known)), "",
        len(outcome.exchanges), lambda: [_step(row, redact) for row in outcome.exchanges],
    )  # fmt: skip


def _contrast(outcome: Outcome) -> tuple[str, str]:
    """What was expected and what came, written so that they differ; both empty where the law says neither."""
    if outcome.expected is None and outcome.actual is None:
        return "", ""
    telling = is_telling(outcome.subject)
    values = hide_values(outcome.expected, telling), hide_values(outcome.actual, telling)
    texts = write(values[0]), write(values[1])
    return texts if texts[0] != texts[1] else (_dump(values[0]), _dump(values[1]))


def write(value: Json) -> str:
    """A value in one line: texts as they are, all else as JSON."""
    if value is None:
        return "nothing"
    return value if isinstance(value, str) and value else _dump(value)


def _dump(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def clean(text: str) -> str:
    """A text that any terminal, file and parser takes: what cannot be printed is written as an escape."""
    return UNPRINTABLE.sub(lambda match: match[0].encode("unicode_escape").decode("ascii"), text)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}… ({len(text)} characters)"


def _step(exchange: Exchange, redact: Redactor) -> Step:
    answer = exchange.response
    headers = {
        clean(name): clean(redact(text))
        for name, text in hide_headers(answer.headers).items()
        if name not in DULL
    }
    reason = HTTPStatus(answer.status).phrase if answer.status in set(HTTPStatus) else ""
    curl = clean(exchange.request.as_curl(redact))
    return Step(curl, answer.status, reason, headers, lambda: clean(show(answer.body, redact)))
