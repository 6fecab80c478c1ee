"""Every answer of a run, compared with what the document says of its status, headers and body."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from contract_tests.answers import read_answer, read_error
from contract_tests.exchanges import Exchange, NotJson
from contract_tests.operations import Operation
from contract_tests.schemas import merge
from contract_tests.sessions import Session
from contract_tests.verdicts import FAILED, PASSED, Outcome

Json = Any
SENTENCES = {
    "answer.fault": "no request is answered with a fault of the server",
    "answer.success": "a success has a status that the document lists for it",
    "answer.media_type": "an answer has a media type of the document",
    "answer.empty": "a 204 has no content",
    "answer.envelope": "a successful answer has the documented envelope",
    "answer.header": "a documented header is there, in its form",
    "answer.required": "a field that is always there is there",
    "answer.type": "a value has its documented type",
    "answer.format": "a value has its documented form",
    "answer.enum": "a value is one of those listed",
    "answer.limits": "a value keeps its documented limits",
    "answer.error": "an error has the documented body",
    "answer.code": "an error has the documented code",
}


@dataclass
class _Count:
    cases: int = 0
    failure: tuple[str, Json, Json, Exchange] | None = None
    last: Exchange | None = None
    ids: tuple[str, ...] = ()


@dataclass
class Conformance:
    """Judges each exchange of a session by itself, and counts.

    Parameters: session.
    """

    session: Session
    counts: dict[tuple[str, str, str], _Count] = field(default_factory=dict)

    def observe(self, operation: Operation, exchange: Exchange) -> None:
        """Judge one exchange."""
        status, node = exchange.status, operation.response(exchange.status)
        self.note("answer.fault", operation, "", exchange, status < 500 or status == 503, "no 5xx", status)
        if exchange.request.method != operation.method:
            return
        if 200 <= status < 300:
            listed = status in operation.success
            expected = " or ".join(map(str, operation.success))
            self.note("answer.success", operation, "", exchange, listed, expected, status)
        if node is None:
            return
        self._observe_headers(operation, exchange, node)
        self._observe_media_type(operation, exchange, node)
        if status >= 400:
            self._observe_error(operation, exchange)
        content = node.get("content", {}).get(exchange.response.media_type)
        if content is not None and exchange.response.media_type.endswith("json"):
            self._observe_body(operation, exchange, content.get("schema", {}))

    def _observe_headers(self, operation: Operation, exchange: Exchange, node: dict[str, Json]) -> None:
        for name, raw in node.get("headers", {}).items():
            header = merge(operation.contract.root, raw)
            text = exchange.response.headers.get(name.lower())
            schema = merge(operation.contract.root, header.get("schema", {}))
            valid = text is not None and _fits(schema, text)
            if text is None and exchange.status == 401:
                continue
            ids = tuple(header.get("x-requirements", ()))
            expected = f"{name}: {schema.get('type', 'string')}"
            self.note("answer.header", operation, name, exchange, valid, expected, text, ids)

    def _observe_media_type(self, operation: Operation, exchange: Exchange, node: dict[str, Json]) -> None:
        found, listed = exchange.response.media_type, list(node.get("content", {}))
        if listed:
            known = found in listed or (
                exchange.status >= 400 and _is_json(found) and any(map(_is_json, listed))
            )
            self.note("answer.media_type", operation, "", exchange, known, " or ".join(listed), found)
        elif exchange.status == 204:
            # No client reads the content of a 204, so its length tells of it (RFC 9110 §8.6).
            length = exchange.response.headers.get("content-length", "0")
            self.note("answer.empty", operation, "", exchange, length == "0", "no content", length)

    def _observe_error(self, operation: Operation, exchange: Exchange) -> None:
        contract = operation.contract
        reading = read_error(contract, exchange)
        silent = not str(reading.values.get("message", "?")).strip()
        wrong = "; ".join([*reading.mismatches, *(["the message says nothing"] if silent else [])])
        self.note("answer.error", operation, "", exchange, not wrong, "the documented error body", wrong)
        for name, template in contract.words.get("errors", {}).get("headers", {}).items():
            text = exchange.response.headers.get(name.lower())
            expected = reading.values.get(template.removeprefix("$"), text)
            holds = bool(text) and text == expected
            self.note("answer.header", operation, name, exchange, holds, f"{name}: {expected}", text)
        kinds = contract.words.get("errors", {}).get("kinds", {})
        codes = {row[1] for row in kinds.values() if row[0] == exchange.status}
        codes |= set(operation.words.get("codes", {}).values())
        if "code" in reading.values and codes:
            code = reading.values["code"]
            self.note(
                "answer.code", operation, str(exchange.status), exchange, code in codes, sorted(codes), code
            )

    def _observe_body(self, operation: Operation, exchange: Exchange, schema: dict[str, Json]) -> None:
        try:
            value = exchange.json()
        except NotJson as error:
            self.note("answer.media_type", operation, "", exchange, False, "JSON", str(error))
            return
        if exchange.status < 300 and operation.does not in ("", "download", "quirk"):
            wrong = "; ".join(read_answer(operation, exchange).mismatches)
            self.note("answer.envelope", operation, "", exchange, not wrong, "the documented envelope", wrong)
        try:
            violations = list(operation.contract.validator(schema).violations(value))
        except (ValueError, RecursionError):
            return  # nested too deep, or with half a character: nothing that a schema speaks of
        failed = {row.law for row in violations}
        for law in ("answer.required", "answer.type", "answer.format", "answer.enum", "answer.limits"):
            if law not in failed:
                self.note(law, operation, "", exchange, True)
        for row in violations:
            ids = operation.contract.register.blame(row.law, *row.places)
            if ids or not operation.contract.register.requirements:
                subject = re.sub(r"/\d+", "/*", row.pointer)
                self.note(row.law, operation, subject, exchange, False, row.message, None, ids)

    def note(
        self,
        law: str,
        operation: Operation,
        subject: str,
        exchange: Exchange,
        holds: bool,
        expected: Json = None,
        actual: Json = None,
        ids: tuple[str, ...] = (),
    ) -> None:
        """Count one case of a law; the first failure is kept."""
        count = self.counts.setdefault((law, operation.name, subject), _Count())
        count.cases += 1
        count.last = exchange
        count.ids = ids or count.ids
        if not holds and count.failure is None:
            count.failure = (f"{exchange}", expected, actual, exchange)

    def outcomes(self, names: list[str]) -> Iterator[Outcome]:
        """One outcome for each law, operation and subject that was judged and that a requirement demands."""
        register = self.session.contract.register
        for (law, name, subject), count in sorted(self.counts.items()):
            operation = self.session.contract.operation(name)
            response = operation.response(count.last.status) if count.last else None
            places = [response.get("x-requirements", ())] if response else []
            ids = register.blame(law, count.ids, *places, *operation.places, subject=subject)
            if law not in names or (not ids and register.requirements):
                continue
            outcome = Outcome(
                law, name, subject, ids, register.level(ids, operation.ids), PASSED, count.cases
            )
            outcome.exchanges = [count.last] if count.last else []
            if count.failure is not None:
                message, outcome.expected, outcome.actual, exchange = count.failure
                outcome.verdict, outcome.exchanges = FAILED, [exchange]
                outcome.message = f"{message}: {SENTENCES[law]}" + (f" ({subject})" if subject else "")
            yield outcome


def _is_json(media_type: str) -> bool:
    """Whether it is JSON by its name; an error as application/problem+json is JSON too (RFC 6839 §3.1)."""
    return media_type == "application/json" or media_type.endswith("+json")


def _fits(schema: dict[str, Json], text: str) -> bool:
    if schema.get("type") == "integer":
        return re.fullmatch(r"-?\d+", text.strip()) is not None
    return bool(text) and re.search(schema.get("pattern", ""), text) is not None
