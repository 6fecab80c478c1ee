"""The API of clinic.yaml without HTTP: accounts, webhooks, and records that change others."""

import asyncio
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from sandbox.access import ANONYMOUS, Caller, Persona
from sandbox.accounts import check_subscription
from sandbox.actions import DOES
from sandbox.bodies import Body
from sandbox.calls import Answer, Call, Service, Subscription
from sandbox.chaos import Chaos
from sandbox.clock import Clock, Clocks
from sandbox.declared import Api
from sandbox.documents import read_document
from sandbox.endpoints import Endpoint, Request
from sandbox.fixtures import read_fixtures
from sandbox.quotas import Quotas
from sandbox.reading import read_api
from sandbox.responses import Response
from sandbox.store import Delivery, File, Store
from sandbox.tests.shop import FIXTURES, START
from sandbox.tokens import Tokens
from sandbox.worlds import Worlds

Json = dict[str, Any]

DOCUMENT = Path(__file__).parent / "clinic.yaml"
VISIT = "visit_a"
NEAR = "http://127.0.0.1:9/hook"
HOOK: Json = {"url": NEAR, "secret": "s", "events": ["visit.created", "visit.changed", "visit.removed"]}
SOUND = File("audio", "ein Gespräch.wav", "audio/wav", b"RIFF....WAVE")


@cache
def read_clinic() -> Api:
    return read_api("clinic", read_document(DOCUMENT))


@dataclass
class Clinic:
    """The clinic over a store in memory and a clock that stands still until `seconds` moves it."""

    speed: str = "real"
    seconds: float = 0.0
    subscriptions: tuple[Subscription, ...] = ()

    def __post_init__(self) -> None:
        self.api = read_clinic()
        self.fixtures = read_fixtures(self.api, FIXTURES)
        self.clock = Clock(START, ticks=lambda: self.seconds)
        self.store = Store([self.api])
        self.clocks = Clocks(self.clock, self.store)
        self.quotas = Quotas()
        self.tokens = Tokens(self.api.dialect["accounts"], self.fixtures.personas, self.clocks)
        self.operations = {operation.id: operation for operation in self.api.operations}
        self.service = Service(
            api=self.api,
            fixtures=self.fixtures,
            store=self.store,
            worlds=Worlds(self.api, self.fixtures, self.store, self.clocks, self.quotas, 1),
            quotas=self.quotas,
            clocks=self.clocks,
            chaos=Chaos(self.store),
            speed=self.speed,
            subscriptions=self.subscriptions,
            tokens=self.tokens,
        )
        self.service.worlds.enter("")

    def call(
        self,
        operation: str,
        body: Any = None,
        *,
        persona: str | Persona = "demo",
        files: dict[str, File] | None = None,
        world: str = "",
        **parameters: Any,
    ) -> Call:
        who = persona if isinstance(persona, Persona) else self.fixtures.personas[persona]
        who = who if self.operations[operation].security else ANONYMOUS
        return Call(
            service=self.service,
            operation=self.operations[operation],
            caller=Caller(who, world),
            parameters=parameters,
            body=Body(body, body is not None, files or {}),
            base="/v1",
            url="http://localhost/v1",
            query=[],
        )

    def act(self, operation: str, body: Any = None, **options: Any) -> Answer:
        """The answer of an operation."""
        call = self.call(operation, body, **options)
        self.service.worlds.enter(call.world)
        check_subscription(call)
        with call.service.transaction(call.world):
            return DOES[call.operation.does or ""](call)

    def one(self, operation: str, body: Any = None, **options: Any) -> Json:
        """The record that an operation answers."""
        record: Json = orjson.loads(self.act(operation, body, **options).values["item"])
        return record

    def visit(self, key: str = VISIT) -> Json:
        """A visit as the store has it, no move done."""
        row = self.store.get(self.api.resources["Visit"], "", key)
        assert row
        return row.read()

    def outbox(self) -> list[Delivery]:
        return self.store.deliveries()

    def ask(self, operation: str, token: str | None = None, body: Any = None) -> Response:
        """The response of an endpoint."""
        content = b"" if body is None else orjson.dumps(body)

        async def receive() -> Json:
            return {"type": "http.request", "body": content, "more_body": False}

        headers = {"content-type": "application/json"}
        headers |= {"authorization": f"Bearer {token}"} if token else {}
        known = self.operations[operation]
        request = Request(known.method.upper(), headers, b"", {}, "/v1", "http://localhost/v1", receive)
        return asyncio.run(Endpoint(self.service, known).answer(request))
