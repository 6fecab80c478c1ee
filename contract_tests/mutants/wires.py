"""The ASGI middleware between clients and a server that applies wire faults."""

from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import parse_qsl, urlencode

from .exchanges import Memory, Request, Response, Serve
from .faults import FAULTS
from .guards import Guard, read_guard
from .routing import UNKNOWN, Match, Router

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

RESERVED = {"fault", "on"}


@dataclass
class Wire:
    """One fault on some operations, by name or pattern (list*), and its own memory beside what all share."""

    fault: str
    on: tuple[str, ...]
    guard: Guard
    parameters: dict[str, Any]
    memory: Memory

    async def answer(self, request: Request, serve: Serve) -> Response:
        """The answer of the faulty server."""
        meant = any(fnmatchcase(request.operation, pattern) for pattern in self.on if pattern != "*")
        meant = meant or ("*" in self.on and request.operation != UNKNOWN)
        if meant and self.guard.lets(request, self.memory):
            return await FAULTS[self.fault](request, serve, self.memory, **self.parameters)
        return await serve(request)


def read_wire(entry: dict[str, Any], done: Memory) -> Wire:
    """A row's entry as a fault that is ready to run."""
    on = [entry["on"]] if isinstance(entry["on"], str) else entry["on"]
    guard, rest = read_guard({key: value for key, value in entry.items() if key not in RESERVED})
    return Wire(entry["fault"], tuple(on), guard, rest, Memory(done=done.done))


class Middleware:
    """An app with faults: the first of the row is the nearest to the client."""

    def __init__(self, app: App, router: Router, entries: list[dict[str, Any]]) -> None:
        self._app = app
        self._router = router
        self._memory = Memory()
        self._wires = [read_wire(entry, self._memory) for entry in entries]
        self._strays = any(UNKNOWN in wire.on for wire in self._wires)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; what is no operation of the document passes through."""
        method = "GET" if scope.get("method") == "HEAD" else scope.get("method", "")
        match = self._router.find(method, scope["path"]) if scope["type"] == "http" else None
        if match is None or (match.operation == UNKNOWN and not self._strays):
            await self._app(scope, receive, send)
            return
        request = await _read_request(scope, receive, method, match)
        response = await self._answer(request, self._connect(scope, request))
        await _write_response(response, scope["method"], send)

    async def _answer(self, request: Request, serve: Serve) -> Response:
        for wire in reversed(self._wires):
            serve = _chain(wire, serve)
        response = await serve(request)
        if response.good:
            self._memory.done[request.world, request.operation] += 1
            self._memory.done[request.world, request.operation, _last(request)] += 1
        return response

    def _connect(self, scope: Scope, original: Request) -> Serve:
        """The inner app as a function from a request to its response."""

        async def serve(request: Request) -> Response:
            same = request.query == original.query and request.path == original.path
            query = scope["query_string"] if same else _write_query(request)
            headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in request.headers]
            inner = {
                **scope,
                "method": request.method,
                "path": request.path,
                "raw_path": request.path.encode(),
                "query_string": query,
                "headers": _fit_length(headers, request.body),
                "extensions": {},  # by which a server lets its application answer past us
            }
            return await _call(self._app, inner, request.body)

        return serve


def _chain(wire: Wire, serve: Serve) -> Serve:
    return lambda request: wire.answer(request, serve)


def _last(request: Request) -> str:
    return next(reversed(request.parameters.values()), "")


async def _read_request(scope: Scope, receive: Receive, method: str, match: Match) -> Request:
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    query = scope["query_string"].decode("latin-1")
    return Request(
        method=method,
        path=scope["path"],
        query=parse_qsl(query, keep_blank_values=True, errors="surrogateescape"),
        headers=[(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]],
        body=body,
        base=match.base,
        operation=match.operation,
        parameters=match.parameters,
        sent_as=scope["method"],
    )


def _write_query(request: Request) -> bytes:
    return urlencode(request.query, errors="surrogateescape").encode()


def _fit_length(headers: list[tuple[bytes, bytes]], body: bytes) -> list[tuple[bytes, bytes]]:
    kept = [pair for pair in headers if pair[0].lower() not in (b"content-length", b"transfer-encoding")]
    return [*kept, (b"content-length", str(len(body)).encode())] if body else kept


async def _call(app: App, scope: Scope, body: bytes) -> Response:
    response = Response(500, [], b"")

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        nonlocal response
        if message["type"] == "http.response.start":
            pairs = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in message["headers"]]
            response = Response(message["status"], pairs, b"")
        else:
            response = replace(response, body=response.body + message.get("body", b""))

    await app(scope, receive, send)
    return response


async def _write_response(response: Response, method: str, send: Send) -> None:
    pairs = [(name, value) for name, value in response.headers if name.lower() != "content-length"]
    headers = [(name.encode("latin-1"), value.encode("latin-1", "replace")) for name, value in pairs]
    if response.status != 204 or response.body:
        headers.append((b"Content-Length", str(len(response.body)).encode()))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if method == "HEAD" else response.body})
