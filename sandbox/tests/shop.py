"""The API of shop.yaml without HTTP: its declarations, and calls of its operations."""

from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from sandbox.access import Caller
from sandbox.actions import DOES
from sandbox.bodies import Body
from sandbox.calls import Answer, Call, Service
from sandbox.chaos import Chaos
from sandbox.clock import Clock, Clocks, read_instant
from sandbox.declared import Api, Operation
from sandbox.documents import read_document
from sandbox.endpoints import Endpoint, Request
from sandbox.fixtures import Fixtures, read_fixtures
from sandbox.quotas import Quotas
from sandbox.reading import read_api
from sandbox.resources import Resource
from sandbox.responses import Response
from sandbox.seeds import make_rows
from sandbox.store import File, Row, Store
from sandbox.worlds import Worlds

Json = dict[str, Any]

DOCUMENT = Path(__file__).parent / "shop.yaml"
FIXTURES = Path(__file__).parent / "fixtures"
START = read_instant("2026-03-10T12:00:00Z")
BASE = "/shop/v1"
LAMP = "3d1f0a52-6c0e-4b8a-9a57-0c9b7e1d2f34"
NEW_ITEM: Json = {"sku": "s-1", "name": "Chair", "shelf_id": "shelf_a", "price": 5}


@cache
def _read_document() -> Json:
    return read_document(DOCUMENT)


@cache
def read_shop() -> Api:
    return read_api("shop", _read_document())


@cache
def read_shop_fixtures() -> Fixtures:
    return read_fixtures(read_shop(), FIXTURES)


@cache
def make_shop_rows() -> dict[str, list[Row]]:
    return make_rows(read_shop(), read_shop_fixtures(), 1, Clock(START).anchor)


def load_document() -> Json:
    """A copy of the document, to change."""
    return deepcopy(_read_document())


def make_api(*operations: Json, **document: Any) -> Api:
    """An API whose paths /0, /1, … have these GET operations."""
    paths = {f"/{index}": {"get": operation} for index, operation in enumerate(operations)}
    return read_api("tiny", {"paths": paths, **document})


def make_operation(**node: Any) -> Operation:
    return make_api({"responses": {}, **node}).operations[0]


async def receive_nothing() -> Json:
    return {"type": "http.request", "body": b"", "more_body": False}


@dataclass
class Shop:
    """The shop over a store in memory and a clock that stands still until `seconds` moves it."""

    speed: str = "real"
    seconds: float = 0.0
    document: Json | None = None

    def __post_init__(self) -> None:
        self.api, self.fixtures, rows = read_shop(), read_shop_fixtures(), None
        if self.document:
            self.api = read_api("shop", self.document)
            self.fixtures = read_fixtures(self.api, FIXTURES)
        else:
            rows = make_shop_rows()
        self.clock = Clock(START, ticks=lambda: self.seconds)
        self.store = Store([self.api])
        self.clocks = Clocks(self.clock, self.store)
        self.quotas = Quotas()
        self.worlds = Worlds(self.api, self.fixtures, self.store, self.clocks, self.quotas, 1, _rows=rows)
        self.operations = {operation.id: operation for operation in self.api.operations}

    @property
    def service(self) -> Service:
        return Service(
            self.api,
            self.fixtures,
            self.store,
            self.worlds,
            self.quotas,
            self.clocks,
            Chaos(self.store),
            self.speed,
        )

    def resource(self, name: str) -> Resource:
        return self.api.resources[name]

    def call(
        self,
        operation: str,
        body: Any = None,
        *,
        persona: str = "demo",
        files: dict[str, File] | None = None,
        url: str = "http://localhost/shop/v1/items",
        **parameters: Any,
    ) -> Call:
        """A call with the defaults of the parameters that are not given."""
        known = self.operations[operation]
        defaults = {p.name: p.schema["default"] for p in known.parameters if "default" in p.schema}
        return Call(
            service=self.service,
            operation=known,
            caller=Caller(self.fixtures.personas[persona]),
            parameters=defaults | parameters,
            body=Body(body, body is not None, files or {}),
            base=BASE,
            url=url,
            query=[(name, str(value)) for name, value in parameters.items()],
        )

    def act(self, operation: str, body: Any = None, **options: Any) -> Answer:
        """The answer of an operation in the demo data."""
        self.worlds.enter("")
        call = self.call(operation, body, **options)
        with call.service.transaction(call.world):
            return DOES[call.operation.does or ""](call)

    def one(self, operation: str, body: Any = None, **options: Any) -> Json:
        """The record that an operation answers."""
        record: Json = orjson.loads(self.act(operation, body, **options).values["item"])
        return record

    def many(self, operation: str = "listItems", **options: Any) -> list[Json]:
        """The records of a page, by default of all of it."""
        answer = self.act(operation, **{"size": 1000, **options})
        return [orjson.loads(item) for item in answer.values["items"]]

    def put(self, resource: str, *records: Json, owner: str | None = None, world: str = "") -> None:
        """Keep records as they are."""
        key = self.resource(resource).key
        rows = [Row(record[key], owner, orjson.dumps(record)) for record in records]
        self.store.insert(self.resource(resource), world, rows)

    def endpoint(self, operation: str) -> Endpoint:
        return Endpoint(self.service, self.operations[operation])

    async def ask(
        self,
        operation: str,
        headers: Json | None = None,
        body: Any = None,
        query: str = "",
        **path: str,
    ) -> Response:
        """The response of an endpoint, to the persona demo unless the headers say otherwise."""
        content = b"" if body is None else orjson.dumps(body)

        async def receive() -> Json:
            return {"type": "http.request", "body": content, "more_body": False}

        known = {"authorization": "Bearer demo", "content-type": "application/json"} | (headers or {})
        request = Request(
            method=self.operations[operation].method.upper(),
            headers={name: value for name, value in known.items() if value is not None},
            query=query.encode(),
            path=path,
            base=BASE,
            url=f"http://localhost{BASE}{self.operations[operation].path}",
            receive=receive,
        )
        return await self.endpoint(operation).answer(request)
