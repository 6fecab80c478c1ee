"""The ASGI application: Connexion routes, an endpoint compiled at start answers.

Connexion's stack is cut to its routing. Its per-request decorators cost ten times as much as an
endpoint, stop at the first error, and answer 500 to bytes that are not UTF-8 (docs/decisions.md).
"""

import asyncio
import re
import traceback
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from connexion.middleware import ConnexionMiddleware
from connexion.middleware.abstract import ROUTING_CONTEXT
from connexion.middleware.routing import RoutingMiddleware
from connexion.operations import AbstractOperation
from connexion.resolver import Resolution, Resolver
from starlette.exceptions import HTTPException
from starlette.types import Receive, Scope, Send

from .cors import add_cors, answer_preflight, is_preflight
from .declared import Api
from .endpoints import Endpoint, Request
from .problems import Problem
from .responses import Response
from .sites import Site

MOST_ROUTES = 10_000

Route = tuple[Endpoint, dict[str, str], str]


class Routing(RoutingMiddleware):  # type: ignore[misc]
    """Connexion's routing, without its redirects from `/projects/` to `/projects`."""

    def add_api(self, *args: Any, **kwargs: Any) -> None:
        """Add an API to the router."""
        super().add_api(*args, **kwargs)
        self.router.redirect_slashes = False
        for mount in self.router.routes:
            mount.app.redirect_slashes = False
            for route in (mount, *mount.app.routes):
                route.path_regex = _match_newlines(route.path_regex)


def _match_newlines(pattern: re.Pattern[str]) -> re.Pattern[str]:
    """A path may hold `%0A`: to `.` and `$` a newline is special."""
    return re.compile(pattern.pattern.removesuffix("$") + r"\Z", re.DOTALL)


class Names(Resolver):  # type: ignore[misc]
    """Operations are known by id alone; no function stands behind one."""

    def resolve(self, operation: AbstractOperation) -> Resolution:
        """The operation's own id."""
        return Resolution(_find_nothing, operation.operation_id)


class App:
    """All APIs of a site at their prefixes and documented paths. cors: let browser pages in."""

    def __init__(self, site: Site, *, cors: bool = True) -> None:
        self._site = site
        self._cors = cors
        self._routes: dict[tuple[str, str], Route] = {}
        self._router = ConnexionMiddleware(_find_nothing, middlewares=[Routing], resolver=Names())
        self._endpoints: dict[str, tuple[Endpoint, list[str]]] = {}
        for base, apis in site.bases.items():
            self._router.add_api(make_skeleton(apis), base_path=base)
            for api in apis:
                for operation in api.operations:
                    names = [p.name for p in operation.parameters if p.location == "path"]
                    self._endpoints[f"{api.name}.{operation.id}"] = site.endpoint(api, operation), names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request, or take part in the server's lifespan."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._serve(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await self._route({"type": "http", "method": "GET", "path": "/", "root_path": ""})
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                self._site.close()
                return

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]
        }
        response = await self._answer(scope, headers, receive)
        if self._cors and "origin" in headers:
            add_cors(response.headers, headers["origin"])
        if response.wait:
            await asyncio.sleep(response.wait)
        await write_response(response, scope["method"], send)

    async def _answer(self, scope: Scope, headers: Mapping[str, str], receive: Receive) -> Response:
        method, path = scope["method"], scope["path"]
        try:
            route = self._routes.get((method, path)) or await self._route(scope)
            if route is None:
                return self._answer_unrouted(method, path, headers)
            endpoint, path_parameters, base = route
            root = f"{scope['scheme']}://{headers.get('host', 'localhost')}"
            request = Request(
                method, headers, scope["query_string"], path_parameters, base, root + path, receive
            )
            return await endpoint.answer(request)
        except Exception:
            traceback.print_exc()
            return self._site.answer(
                path, Problem("failed", "an unexpected fault of the sandbox; see its output")
            )

    async def _route(self, scope: Scope) -> Route | None:
        """Ask Connexion. It writes what it finds into the two dictionaries."""
        extensions: dict[str, Any] = {}
        positions: dict[str, str] = {}
        try:
            await self._router({**scope, "extensions": extensions, "path_params": positions}, _never, _never)
        except HTTPException:
            return None
        found = extensions.get(ROUTING_CONTEXT, {})
        if not found.get("operation_id") or scope["method"] not in self._site.allowed(scope["path"]):
            return None
        endpoint, names = self._endpoints[found["operation_id"]]
        route = endpoint, {names[int(at[1:])]: text for at, text in positions.items()}, found["api_base_path"]
        if len(self._routes) >= MOST_ROUTES:
            self._routes.clear()
        self._routes[scope["method"], scope["path"]] = route
        return route

    def _answer_unrouted(self, method: str, path: str, headers: Mapping[str, str]) -> Response:
        allowed = self._site.allowed(path)
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
            problem = Problem(
                "not_allowed", f"{method} is not offered here, only {allow}", headers={"Allow": allow}
            )
            return self._site.answer(path, problem)
        return self._site.answer(
            path, Problem("missing", f"there is no path {path}; {self._site.hint(path)}")
        )


def make_skeleton(apis: Iterable[Api]) -> dict[str, Any]:
    """What Connexion needs to route: the paths of all documents of one base, their parameters as p0, p1, …"""
    paths: dict[str, Any] = {}
    for api in apis:
        for operation in sorted(api.operations, key=lambda operation: operation.path.count("{")):
            path = operation.path
            names = [p.name for p in operation.parameters if p.location == "path"]
            for index, name in enumerate(names):
                path = path.replace(f"{{{name}}}", f"{{p{index}}}")
            paths.setdefault(path, {})[operation.method] = {
                "operationId": f"{api.name}.{operation.id}",
                "responses": {"default": {"description": ""}},
                "parameters": [
                    {"name": f"p{index}", "in": "path", "required": True, "schema": {"type": "string"}}
                    for index in range(len(names))
                ],
            }
    return {"openapi": "3.0.3", "info": {"title": "sandbox", "version": "1"}, "paths": paths}


async def _find_nothing(_scope: Scope, _receive: Receive, _send: Send) -> None:
    return None


async def _never(*_: Any) -> Any:
    return None


async def write_response(response: Response, method: str, send: Send) -> None:
    """Send a response; a HEAD request gets the headers only (RFC 9110 §9.3.2)."""
    await send({"type": "http.response.start", "status": response.status, "headers": list(_encode(response))})
    await send({"type": "http.response.body", "body": b"" if method == "HEAD" else response.body})


def _encode(response: Response) -> Iterator[tuple[bytes, bytes]]:
    for name, value in response.headers.items():
        yield name.encode("latin-1"), value.encode("latin-1", "replace")
    if response.status != 204:
        yield b"Content-Length", str(len(response.body)).encode()
