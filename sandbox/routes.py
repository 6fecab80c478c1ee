"""Routes: Connexion is asked once for each method and path, and the answer is remembered.

Its stack is cut to its routing. Its per-request decorators cost ten times as much as an endpoint,
stop at the first error, and answer 500 to bytes that are not UTF-8 (docs/decisions.md).
"""

import re
from collections.abc import Iterable
from typing import Any

from connexion.middleware import ConnexionMiddleware
from connexion.middleware.abstract import ROUTING_CONTEXT
from connexion.middleware.routing import RoutingMiddleware
from connexion.operations import AbstractOperation
from connexion.resolver import Resolution, Resolver
from connexion.spec import OpenAPISpecification
from starlette.exceptions import HTTPException
from starlette.types import Receive, Scope, Send

from .declared import Api
from .endpoints import Endpoint
from .sites import Site

MOST_ROUTES = 10_000

Route = tuple[Endpoint, dict[str, str], str]


# Connexion would check with jsonschema, at a tenth of a second, what we made ourselves of documents that
# are checked already.
OpenAPISpecification._validate_spec = lambda *_: None


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


class Routes:
    """The routes of a site."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._routes: dict[tuple[str, str], Route] = {}
        self._router = ConnexionMiddleware(_find_nothing, middlewares=[Routing], resolver=Names())
        self._endpoints: dict[str, tuple[Endpoint, list[str]]] = {}
        for base, apis in site.bases.items():
            self._router.add_api(make_skeleton(apis), base_path=base)
            for api in apis:
                for operation in api.operations:
                    names = [p.name for p in operation.parameters if p.location == "path"]
                    self._endpoints[f"{api.name}.{operation.id}"] = site.endpoint(api, operation), names

    async def find(self, scope: Scope) -> Route | None:
        """The endpoint of a request, its path parameters and the base path; None for no route."""
        return self._routes.get((scope["method"], scope["path"])) or await self._ask(scope)

    async def _ask(self, scope: Scope) -> Route | None:
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
