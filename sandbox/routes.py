"""Routes: which endpoint a path leads to; found once for each method and path, then remembered.

Connexion compiles the paths, at the first start with a document, and does nothing else. Its middlewares
cost ten times as much as an endpoint, stop at the first error, and answer 500 to bytes that are not UTF-8
(docs/decisions.md).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from .declared import Api
from .endpoints import Endpoint
from .schemas import Json
from .sites import Site
from .values import dump

MOST_ROUTES = 10_000
LONGEST_PATH = 200  # characters of a path whose route is remembered

Route = tuple[Endpoint, dict[str, str], str]


@dataclass
class Way:
    """An operation below one base. pattern: a regular expression with the groups p0, p1, …"""

    base: str
    pattern: str
    methods: frozenset[str]
    endpoint: Endpoint
    names: list[str]

    @cached_property
    def match(self) -> Any:
        """Matches a whole path. A path may hold `%0A`, and to `$` a newline is special."""
        return re.compile(re.escape(self.base) + self.pattern.removeprefix("^").removesuffix("$")).fullmatch


class Routes:
    """The routes of a site."""

    def __init__(self, site: Site) -> None:
        self._routes: dict[tuple[str, str], Route] = {}
        self._ways: dict[int, list[Way]] = {}  # by the number of slashes in their paths
        skeletons = {base: make_skeleton(apis) for base, apis in site.bases.items()}
        compiled = site.cache.remember("paths", [dump(skeletons)], lambda: _compile(skeletons))
        for base, apis in site.bases.items():
            operations = {f"{api.name}.{op.id}": (api, op) for api in apis for op in api.operations}
            for pattern, methods, name in compiled[base]:
                api, op = operations[name]
                names = [p.name for p in op.parameters if p.location == "path"]
                way = Way(base, pattern, frozenset(methods), site.endpoint(api, op), names)
                self._ways.setdefault((base + op.path).count("/"), []).append(way)

    def find(self, method: str, path: str) -> Route | None:
        """The endpoint of a request, its path parameters and the base path; None for no route."""
        return self._routes.get((method, path)) or self._seek(method, path)

    def allowed(self, path: str) -> list[str]:
        """The methods that a path offers, HEAD and OPTIONS included; none for an unknown path."""
        methods = {method for way in self._list_ways(path) for method in way.methods}
        return sorted(methods | {"OPTIONS"}) if methods else []

    def _seek(self, method: str, path: str) -> Route | None:
        way = next((way for way in self._list_ways(path) if method in way.methods), None)
        if way is None:
            return None
        texts = way.match(path).groupdict()
        route = way.endpoint, {name: texts[f"p{at}"] for at, name in enumerate(way.names)}, way.base
        if len(path) <= LONGEST_PATH:
            if len(self._routes) >= MOST_ROUTES:
                self._routes.clear()
            self._routes[method, path] = route
        return route

    def _list_ways(self, path: str) -> list[Way]:
        """Those that a path without parameters has go before a template's (OpenAPI 3.0.3 §4.7.8.1)."""
        found = [way for way in self._ways.get(path.count("/"), ()) if way.match(path)]
        fewest = min((len(way.names) for way in found), default=0)
        return [way for way in found if len(way.names) == fewest]


def _compile(skeletons: Mapping[str, Json]) -> dict[str, list[list[Any]]]:
    from .paths import compile_paths

    return {base: compile_paths(skeleton) for base, skeleton in skeletons.items()}


def make_skeleton(apis: Iterable[Api]) -> Json:
    """What Connexion needs to route: the paths of all documents of one base, their parameters as p0, p1, …"""
    paths: dict[str, Any] = {}
    for api in apis:
        for operation in api.operations:
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
