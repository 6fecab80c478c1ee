"""The ASGI application: an endpoint answers what a route leads to, and pages what none does."""

import asyncio
import time
import traceback
from collections.abc import Mapping
from contextlib import suppress
from http import HTTPStatus
from urllib.parse import quote

from starlette.types import Receive, Scope, Send

from .bodies import has_body
from .console import Console, is_page
from .control import ROOT as CONTROL
from .control import Control, Desk, Gate
from .cors import add_cors, answer_preflight, is_preflight
from .couriers import Courier
from .endpoints import Request
from .entries import LONGEST_BODY
from .exchanges import take_body, write_response
from .heads import make_url, read_headers
from .problems import Fault, Problem
from .recorders import Recorder
from .responses import Response
from .routes import Routes
from .sites import Site

NOTHING_SENT = b"", 0
BAD_REQUEST = int(HTTPStatus.BAD_REQUEST)


class App:
    """All APIs of a site at their prefixes and documented paths.

    cors: let browser pages in; gate: who may use the control plane.
    """

    def __init__(self, site: Site, *, cors: bool = True, gate: Gate | None = None) -> None:
        self._site = site
        self._cors = cors
        self._gate = gate or Gate()
        shared = (site.services, site.clocks, site.store, site.traffic, site.chaos)
        self._control = Control(Desk(*shared, self._gate.siblings))
        self._courier = Courier(site.services.values(), site.clocks)
        self._console = Console(site, self._gate)
        self._routes = Routes(site)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request, or take part in the server's lifespan."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._live(receive, send)
            return
        started = time.perf_counter()
        # For the log: what earlier requests had too need not be brought back to the caches of the CPU.
        scope["headers"], headers = read_headers(scope["headers"])
        if is_page(scope["path"]):
            await self._show(scope, headers, receive, send)
            return
        if is_control(scope["path"]):
            response = await self._answer(scope, headers, receive)
        else:
            response = await self._answer_noted(scope, headers, receive, started)
        await write_response(response, scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        courier: asyncio.Task[None] | None = None
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                courier = asyncio.create_task(self._courier.run())
            elif courier:
                courier.cancel()
                with suppress(asyncio.CancelledError):
                    await courier
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                self._site.close()
                return

    async def _show(self, scope: Scope, headers: Mapping[str, str], receive: Receive, send: Send) -> None:
        """Show a page of the console to whom it is open."""
        await asyncio.sleep(0)  # from here on there is a task, which threads need
        try:
            login = self._console.check(read_client(scope), scope, headers)
        except Problem as problem:
            await write_response(self._site.answer(scope["path"], problem), scope, receive, send)
            return
        if login:
            await write_response(Response(303, {"Location": login}, b""), scope, receive, send)
        else:
            await self._console(scope, receive, send)

    async def _answer_noted(
        self, scope: Scope, headers: Mapping[str, str], receive: Receive, started: float
    ) -> Response:
        """The response of an API, which the log has an entry of."""
        traffic, body, recorder, sent = self._site.traffic, None, None, NOTHING_SENT
        if has_body(headers):
            body = take_body(receive)
            if body is not None:
                sent = body[:LONGEST_BODY], len(body)
            elif traffic.is_on:
                recorder = Recorder(receive)
        response = await self._answer(scope, headers, recorder or receive, body)
        if self._cors and "origin" in headers:
            add_cors(response.headers, headers["origin"])
        if response.wait:
            await asyncio.sleep(response.wait)
        if recorder:
            await recorder.finish(headers)
            sent = recorder.content, recorder.size
        if traffic.is_on:
            key = traffic.add(scope, sent, response, started)
            if response.status >= BAD_REQUEST and self._gate.is_open_to(read_client(scope), headers):
                response.headers["Sandbox-Log"] = f"{read_origin(scope, headers)}{CONTROL}/log/{key}"
        return response

    async def _answer(
        self, scope: Scope, headers: Mapping[str, str], receive: Receive, body: bytes | None = None
    ) -> Response:
        method, path = scope["method"], scope["path"]
        try:
            route = self._routes.find(method, path)
            if route is None and is_control(path):
                return await self._answer_control(scope, headers, receive)
            if route is None:
                return self._answer_unrouted(method, path, headers)
            endpoint, path_parameters, base = route
            url = make_url(scope["scheme"], headers.get("host", "localhost"), path)
            query = scope["query_string"]
            request = Request(method, headers, query, path_parameters, base, url, receive, body)
            return await endpoint.answer(request)
        except Exception:
            traceback.print_exc()
            return self._site.answer(
                path, Problem("failed", "an unexpected fault of the sandbox; see its output")
            )

    async def _answer_control(self, scope: Scope, headers: Mapping[str, str], receive: Receive) -> Response:
        await asyncio.sleep(0)  # from here on there is a task, which what waits for others needs
        path = (scope.get("raw_path") or quote(scope["path"]).encode()).decode("latin-1")
        try:
            self._gate.check(read_client(scope), headers)
            return await self._control.answer(scope["method"], path, scope["query_string"], headers, receive)
        except Problem as problem:
            return self._site.answer(scope["path"], problem)

    def _answer_unrouted(self, method: str, path: str, headers: Mapping[str, str]) -> Response:
        allowed = self._routes.allowed(path)
        if method in ("GET", "HEAD"):
            page = self._site.page(path, headers)
            if page:
                return page
        if method == "OPTIONS" and allowed:
            if self._cors and is_preflight(headers):
                return answer_preflight(headers, allowed)
            return Response(204, {"Allow": ", ".join(allowed)}, b"")
        if allowed:
            allow = ", ".join(allowed)
            clue = Fault("method", "", "", (), method, allowed, f"one of {allow}")
            message = f"{method} is not offered here, only {allow}"
            return self._site.answer(
                path, Problem("not_allowed", message, headers={"Allow": allow}, clues=[clue])
            )
        clue = Fault("path", "", "", (), path, self._site.suggest(path), "a documented path")
        message = f"there is no path {path}; {self._site.hint(path)}"
        return self._site.answer(path, Problem("missing", message, clues=[clue]), "unrouted")


def is_control(path: str) -> bool:
    """Whether a path is one of the control plane."""
    return path.startswith(CONTROL) and path[len(CONTROL) :][:1] in ("", "/")


def read_client(scope: Scope) -> str:
    """The address of the peer."""
    return str((scope.get("client") or ("",))[0])


def read_origin(scope: Scope, headers: Mapping[str, str]) -> str:
    """The origin that the client called, such as `http://localhost:8080`."""
    return f"{scope['scheme']}://{headers.get('host', 'localhost')}"
