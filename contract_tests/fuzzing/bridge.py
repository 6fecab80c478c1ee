"""The way of Schemathesis's requests to the server: through our session, with its rate, time and ledger."""

from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse

from contract_tests.answers import read_record
from contract_tests.exchanges import Exchange
from contract_tests.ledger import Entry
from contract_tests.makers import Maker
from contract_tests.operations import Operation
from contract_tests.records import Record, address
from contract_tests.transport import TimeOver

CREATES = ("create", "upsert", "register")
# Our transport has measured, decoded and cut the answer already; these speak of what came over the wire.
SPENT = ("content-encoding", "content-length", "transfer-encoding")
OWN = (
    "authorization",
    "content-length",
    "x-schemathesis-testcaseid",
    "user-agent",
    "accept-encoding",
    "connection",
)


@dataclass
class Bridge:
    """An adapter of `requests` that sends with a session.

    Parameters: maker, that of the session. `operation` and `path` say what the next requests are about;
    `exchanges` keeps what was asked and answered; `created` and `removed` are called when a request did that.
    """

    maker: Maker
    operation: Operation | None = None
    path: dict[str, Any] = field(default_factory=dict)
    exchanges: list[Exchange] = field(default_factory=list)
    created: Callable[[Record], None] = lambda _: None
    removed: Callable[[Operation, dict[str, Any]], None] = lambda _, __: None

    def open(self) -> Any:
        """A session of `requests` that sends everything this way."""
        session: Any = requests.Session()
        session.trust_env = False
        session.headers.clear()
        for scheme in ("http://", "https://"):
            session.mount(scheme, self)
        return session

    @property
    def credential(self) -> dict[str, str]:
        """The header that carries the owner's credential; none where there is no such credential."""
        token = self.maker.session.tokens.get("owner")
        return {} if token is None else {"Authorization": f"Bearer {token}"}

    def send(self, request: Any, **_: Any) -> Any:
        """Send a prepared request: what `requests` calls. Raises Unreachable and TimeOver."""
        entry = self._plan(request.method)
        sent = self.maker.session.transport.requests
        try:
            exchange = self._exchange(request)
        except TimeOver:
            if entry is not None and self.maker.session.transport.requests == sent:
                entry.state = "refused"
                self.maker.session.ledger.note(entry)
            raise
        self.exchanges.append(exchange)
        if entry is not None:
            self._note(entry, exchange)
        elif self.operation and request.method == "DELETE" and exchange.status < 300:
            self.removed(self.operation, self.path)
        return _answer(request, exchange)

    def close(self) -> None:
        """What `requests` calls at the end; the connections belong to the session."""

    def _exchange(self, request: Any) -> Exchange:
        fields = {name: _text(value) for name, value in request.headers.items() if name.lower() not in OWN}
        given = request.headers.get("Authorization")
        owner = given is not None and _text(given) == self.credential.get("Authorization")
        body = request.body.encode() if isinstance(request.body, str) else request.body
        return self.maker.session.request(
            request.method, request.url, None, body, fields, role="owner" if owner else None,
            authorization=None if owner or given is None else _text(given),
        )  # fmt: skip

    def _plan(self, method: str) -> Entry | None:
        operation = self.operation
        if operation is None or operation.does not in CREATES or method != operation.method:
            return None
        return self.maker.session.ledger.plan(operation.name, "owner")

    def _note(self, entry: Entry, exchange: Exchange) -> None:
        operation = self.operation
        entry.state = "refused"
        if operation and operation.resource and 200 <= exchange.status < 300:
            found = read_record(operation, exchange) or {}
            record = Record(operation.resource, found, {}, self.path, exchange, entry)
            removal = self.maker.removal(operation.resource)
            entry.state, entry.key = "left" if removal is None else "done", str(record.key)
            if removal is not None:
                url = self.maker.session.url(removal, address(removal, record))
                entry.undo = ("DELETE", url.removeprefix(self.maker.session.target.url), None)
                self.maker.made.append(record)
            self.created(record)
        self.maker.session.ledger.note(entry)


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _answer(request: Any, exchange: Exchange) -> Any:
    answer = exchange.response
    headers = {name: value for name, value in answer.headers.items() if name not in SPENT}
    raw = HTTPResponse(
        body=BytesIO(answer.body), headers=headers, status=answer.status, version=11, preload_content=False,
        request_method=request.method,
    )  # fmt: skip
    return HTTPAdapter().build_response(request, raw)
