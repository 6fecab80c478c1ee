"""The control plane under /_sandbox: health, clocks, webhook deliveries. Open to this machine only."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from .bodies import Receive, read_json
from .calls import Service
from .clock import Clocks, read_instant, write_instant
from .problems import Fault, Problem, refuse
from .responses import JSON_TYPE, Response
from .schemas import Json, Schema
from .values import dump
from .webhooks import announce, describe

ROOT = "/_sandbox"
LOOPBACK = {"127.0.0.1", "::1"}
HOST = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?", re.IGNORECASE)
EARLIEST, LATEST = -2_208_988_800.0, 221_845_392_000.0  # the years 1900 and 9000 in Unix time
WORLD = {"type": "string", "pattern": r"^([A-Za-z0-9_-]{1,64})?$"}
MOST = 1 << 20

CLOCK = Schema(
    {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "world": WORLD,
            "freeze": {"type": "boolean"},
            "set": {"type": "string", "format": "date-time"},
            "advance": {"type": "number", "minimum": 0, "maximum": 1e9},
        },
    }
)
EMIT = Schema(
    {
        "type": "object",
        "additionalProperties": False,
        "required": ["api", "event"],
        "properties": {
            "api": {"type": "string"},
            "world": WORLD,
            "event": {"type": "string"},
            "resource": {"type": "string"},
            "id": {"type": "string"},
        },
    }
)


class Control:
    """Answers requests under /_sandbox."""

    def __init__(self, services: Mapping[str, Service], clocks: Clocks) -> None:
        self._services = services
        self._clocks = clocks
        self._pages: dict[tuple[str, str], Callable[[Json, dict[str, str]], Any]] = {
            ("GET", "/health"): self._tell_health,
            ("GET", "/clock"): self._tell_clock,
            ("POST", "/clock"): self._drive_clock,
            ("GET", "/deliveries"): self._list_deliveries,
            ("POST", "/emit"): self._emit,
        }

    async def answer(self, method: str, path: str, query: dict[str, str], receive: Receive) -> Response:
        """The response to a request. Raises Problem."""
        below = path.removeprefix(ROOT)
        body = await _read_body(receive) if method == "POST" else {}
        page = self._pages.get(("GET" if method == "HEAD" else method, below))
        parts = below.strip("/").split("/")
        if page is None and method == "POST" and len(parts) == 3 and parts[::2] == ["deliveries", "replay"]:
            return _answer(self._replay(parts[1]))
        if page is None:
            raise Problem("missing", f"there is no {method} {path}; there are {self._list_pages()}")
        return _answer(page(body, query))

    def _list_pages(self) -> str:
        pages = [f"{method} {ROOT}{path}" for method, path in self._pages]
        return ", ".join([*pages, f"POST {ROOT}/deliveries/{{id}}/replay"])

    def _tell_health(self, _body: Json, _query: dict[str, str]) -> Json:
        return {
            "status": "ok",
            "apis": {name: service.api.prefix for name, service in self._services.items()},
        }

    def _tell_clock(self, _body: Json, query: dict[str, str]) -> Json:
        return self._describe_clock(query.get("world", ""))

    def _describe_clock(self, world: str) -> Json:
        clock = self._clocks.of(world)
        now = write_instant(clock.now(), "milliseconds")
        return {"world": world, "now": now, "frozen": clock.frozen is not None}

    def _drive_clock(self, body: Json, _query: dict[str, str]) -> Json:
        _check(CLOCK, body)
        world = body.get("world", "")
        self._clocks.refresh()
        try:
            start = read_instant(body["set"]).timestamp() if "set" in body else self._clocks.of(world).time()
            instant = start + body.get("advance", 0)
        except ValueError as error:
            raise refuse([Fault("body", "/set", f"is no instant: {error}")]) from error
        if not EARLIEST <= instant <= LATEST:
            raise refuse([Fault("body", "/set", "must lead to an instant between the years 1900 and 9000")])
        driven = {"set", "advance"} & body.keys()
        self._clocks.drive(world, instant if driven else None, body.get("freeze"))
        return self._describe_clock(world)

    def _list_deliveries(self, _body: Json, query: dict[str, str]) -> list[Json]:
        known = {name: query[name] for name in ("api", "world", "event", "state") if name in query}
        stores = {id(service.store): service.store for service in self._services.values()}
        return [describe(delivery) for store in stores.values() for delivery in store.deliveries(**known)]

    def _replay(self, key: str) -> Json:
        for service in self._services.values():
            for delivery in service.store.deliveries(id=key):
                delivery.state, delivery.attempts = "pending", 0
                delivery.due = self._clocks.of(delivery.world).time()
                service.store.note(delivery)
                return describe(delivery)
        raise Problem("missing", f"there is no delivery {key}")

    def _emit(self, body: Json, _query: dict[str, str]) -> Json:
        _check(EMIT, body)
        service = self._services.get(body["api"])
        if service is None:
            raise refuse([Fault("body", "/api", f"must be one of {', '.join(self._services)}")])
        words = service.api.dialect.get("webhooks", {})
        if body["event"] not in words.get("events", ()):
            events = ", ".join(words.get("events", ())) or "nothing"
            raise refuse([Fault("body", "/event", f"{service.api.name} emits {events}")])
        world, resource, record, owner = body.get("world", ""), None, {}, service.fixtures.main.owner
        service.worlds.enter(world)
        if "resource" in body:
            resource = service.api.resources.get(body["resource"])
            row = service.store.get(resource, world, body.get("id", "")) if resource else None
            if row is None:
                raise Problem("missing", f"there is no {body['resource']} {body.get('id', '')}")
            record, owner = row.read(), row.owner
        before = len(service.store.deliveries(api=service.api.name, world=world))
        with service.store.transaction():
            announce(service, world, body["event"], resource, record, owner)
        queued = len(service.store.deliveries(api=service.api.name, world=world)) - before
        return {"event": body["event"], "world": world, "deliveries": queued}


def check_caller(client: str, headers: Mapping[str, str]) -> None:
    """Let in this machine only, and no page of another site, whatever name it gave this machine.

    client: the address of the peer. Raises Problem forbidden.
    """
    host, origin = headers.get("host", ""), headers.get("origin")
    if client not in LOOPBACK or not HOST.fullmatch(host):
        raise Problem("forbidden", "the control plane is open to this machine only")
    if origin is not None and origin.partition("://")[2] != host:
        raise Problem("forbidden", "the control plane is closed to pages of other sites")


def _check(schema: Schema, body: Json) -> None:
    faults = schema.find_faults(body, "body")
    if faults:
        raise refuse(faults)


async def _read_body(receive: Receive) -> Json:
    content, more = b"", True
    while more:
        message = await receive()
        content += message.get("body", b"")
        more = message.get("more_body", False)
        if len(content) > MOST:
            raise Problem("too_large", f"the body is over the limit of {MOST} bytes")
    body: Json = read_json(content) if content else {}
    return body


def _answer(body: Any) -> Response:
    return Response(200, {"Content-Type": JSON_TYPE}, dump(body))
