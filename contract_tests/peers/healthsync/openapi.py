"""The downloadable description (HS-49): the paths, their methods and their statuses."""

import re
from collections.abc import Callable, Mapping
from typing import Any

Views = Mapping[str, Callable[..., Any]]
PARAMETER = re.compile(r"<\w+>")
SUCCESS = {"GET": "200", "PATCH": "200", "POST": "201", "DELETE": "204"}


def description(routes: Mapping[str, tuple[str, Views]]) -> dict[str, Any]:
    """An OpenAPI document of the routes.

    Args:
        routes: by endpoint name, the path and the view of each method.
    """
    paths = {PARAMETER.sub("{id}", path): _path(path, views) for path, views in routes.values()}
    return {
        "openapi": "3.0.3",
        "info": {"title": "HealthSync", "version": "v1"},
        "servers": [{"url": "/v1"}],
        "security": [{"key": []}],
        "paths": paths,
        "components": {"securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}},
    }


def _path(path: str, views: Views) -> dict[str, Any]:
    item: dict[str, Any] = {method.lower(): _operation(method, view) for method, view in views.items()}
    if PARAMETER.search(path):
        item["parameters"] = [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}]
    return item


def _operation(method: str, view: Callable[..., Any]) -> dict[str, Any]:
    responses = {SUCCESS[method]: {"description": "Success"}, "default": {"description": "Error"}}
    return {"summary": (view.__doc__ or "").splitlines()[0], "responses": responses}
