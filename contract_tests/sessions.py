"""A session with one deployment: who asks, what was asked and answered, and what a profile permits."""

import secrets
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import Any
from urllib.parse import quote

from contract_tests.bodies import encode
from contract_tests.contracts import Contract
from contract_tests.exchanges import Exchange, Request, encode_query
from contract_tests.ledger import Ledger
from contract_tests.operations import Operation
from contract_tests.targets import Target
from contract_tests.transport import Clock, TimeOver, Transport

Json = Any
ABSENT: Any = object()
PROFILES = ("observe", "write", "full")
WAITS = 3  # times that a 429 is waited for
LONGEST = 120.0  # seconds that are waited for; who asks for more has no request left for us


class Forbidden(Exception):
    """A law asked for a request that the profile does not permit: a mistake of the law."""


class Session:
    """Sends requests of a contract's operations to a target, and keeps what came back.

    Parameters: contract; target; transport; ledger; profile, one of PROFILES; leftovers, whether records may
    be created that the document cannot remove; settle, seconds until a write is seen by every
    replica; the id of
    the run is that of the ledger, if it has one.
    """

    def __init__(
        self,
        contract: Contract,
        target: Target,
        clock: Clock,
        ledger: Ledger,
        *,
        transport: Transport | None = None,
        profile: str = "full",
        leftovers: bool = False,
        settle: float = 0.0,
    ) -> None:
        self.contract, self.target, self.clock, self.ledger = contract, target, clock, ledger
        self.profile, self.settle = profile, settle
        self.leftovers = leftovers or profile == "full"
        self.transport = transport or Transport(clock)
        self.run = ledger.about.get("run") or secrets.token_hex(4)
        self.tokens = dict(target.tokens)
        self.labels: dict[str, str] = {}  # how an Authorization header is shown instead of as it is
        self.observers: list[Callable[[Operation, Exchange], None]] = []
        self.history: list[Exchange] = []
        self.pause: Callable[[float], None] = clock.sleep  # for what others need not wait for
        self.snapshots: dict[tuple[str, ...], Json] = {}  # what lists hold, until something is written
        self.presence: dict[tuple[str, ...], bool] = {}
        self.memo: dict[tuple[str, ...], Json] = {}
        self.stillness: dict[str, float] = {}  # when a list was last seen not to change by itself
        self.first: Operation | None = None  # what the preflight asked, and what was answered well
        self.closing = ExitStack()  # what is closed at the end of the run
        self._numbers = iter(range(1, 10**9))
        clock.reserve = self._reserve

    @property
    def writes(self) -> bool:
        """Whether the profile permits other methods than GET and HEAD."""
        return self.profile != "observe"

    def close(self) -> None:
        """Let go of all that is open."""
        self.closing.close()
        self.ledger.close()
        self.transport.close()

    def _reserve(self) -> float:
        """Seconds that the clean-up will need: for each open change one request, and some to look around."""
        entries = sum(1 for _ in self.ledger.open())
        return (entries * 1.2 + 3) * self.transport.pace if entries else 0.0

    def name(self) -> str:
        """A text that no other record has: run id and number."""
        return f"t{self.run}-{next(self._numbers)}"

    def has(self, role: str) -> bool:
        """Whether there is a credential of that role."""
        return role in self.tokens

    def credential(self, role: str) -> str:
        """The Authorization header of a role, to be sent in place of another's;
        it is shown by the role's name.
        """
        text = f"Bearer {self.tokens[role]}"
        self.labels[text] = role
        return text

    def send(
        self,
        operation: Operation,
        path: Mapping[str, Json] | None = None,
        *,
        query: Mapping[str, Json] | None = None,
        body: Json = ABSENT,
        raw: bytes | None = None,
        media_type: str | None = None,
        role: str | None = "owner",
        authorization: str | None = None,
        headers: Mapping[str, str] | None = None,
        method: str | None = None,
    ) -> Exchange:
        """Send a request of an operation.

        Parameters: path, values of path parameters; query; body, sent as JSON; or raw bytes with their
        media type; role, whose credential goes with it (None: none); authorization, a header to send
        instead (empty: none); headers beside; method, one to use instead of the operation's.
        Raises Unreachable, TimeOver, and Forbidden where the profile does not permit the method.
        """
        fields, content = dict(headers or {}), raw
        if body is not ABSENT:
            content, known = encode(body, operation.body[0] if operation.body else "application/json")
            media_type = media_type or known
        if media_type is not None:
            fields["Content-Type"] = media_type
        url = self.url(operation, path) + encode_query(query)
        return self.request(
            method or operation.method,
            url,
            operation,
            content,
            fields,
            role=role,
            authorization=authorization,
        )

    def url(self, operation: Operation, path: Mapping[str, Json] | None = None) -> str:
        """The URL of an operation."""
        text = operation.path
        for name, value in (path or {}).items():
            text = text.replace("{" + name + "}", quote(str(value), safe=""))
        return self.target.url + text

    def request(
        self,
        method: str,
        url: str,
        operation: Operation | None = None,
        content: bytes | None = None,
        fields: Mapping[str, str] | None = None,
        *,
        role: str | None = "owner",
        authorization: str | None = None,
    ) -> Exchange:
        """Send any request; a 429 that nobody asked for is waited for. Raises as `send`."""
        login = operation is not None and operation.does == "login"
        if not self.writes and method not in ("GET", "HEAD") and not login:
            raise Forbidden(f"{method} {url}")
        shown = role if authorization is None else self.labels.get(authorization, authorization) or None
        request = Request(method, url, {**self.target.headers, **(fields or {})}, content, shown)
        if method not in ("GET", "HEAD"):
            self.snapshots.clear()
        for wait in range(WAITS + 1):
            response = self.transport.send(method, url, self._headers(fields, role, authorization), content)
            if response.status != 429 or role == "limited" or wait == WAITS:
                break
            self._wait(response.wait)
        exchange = Exchange(request, response)
        self.history.append(exchange)
        if operation is not None:
            for observe in self.observers:
                observe(operation, exchange)
        return exchange

    def _wait(self, seconds: float) -> None:
        if seconds > LONGEST:
            raise TimeOver(f"no request is left: the server asks to wait {seconds:.0f} s (429)")
        self.clock.sleep(seconds)

    def _headers(
        self, fields: Mapping[str, str] | None, role: str | None, authorization: str | None
    ) -> dict[str, str]:
        headers = {
            "Accept": "*/*",
            "User-Agent": "openapi-sandbox-test",
            **self.target.headers,
            **(fields or {}),
        }
        if authorization is not None:
            headers |= {"Authorization": authorization} if authorization else {}
        elif role is not None and role in self.tokens:
            headers["Authorization"] = f"Bearer {self.tokens[role]}"
        return headers
