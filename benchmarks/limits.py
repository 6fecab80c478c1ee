"""Bare applications under the server that the sandbox uses: what Python could reach at best.

Each imports its framework when it is made, so that its start is not slowed by the other one. The record that
they answer is in the file that BENCHMARKS_RECORD names.
"""

import json
import os
from pathlib import Path
from typing import Any

RECORD: dict[str, Any] = json.loads(Path(os.environ["BENCHMARKS_RECORD"]).read_text(encoding="utf-8"))
DOCUMENT = {
    "openapi": "3.0.3",
    "info": {"title": "One record", "version": "1"},
    "paths": {
        "/records/{id}": {
            "get": {
                "operationId": "benchmarks.limits.show",
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
                "responses": {"200": {"description": "The record."}},
            }
        }
    },
}


async def show(id: str) -> dict[str, Any]:
    """The one record, whatever its id."""
    return {**RECORD, "id": id}


def make_starlette() -> Any:
    """A Starlette application with one route."""
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import JSONResponse
    from starlette.routing import Route

    async def answer(request: Request) -> JSONResponse:
        return JSONResponse(await show(request.path_params["id"]))

    return Starlette(routes=[Route("/records/{id}", answer)])


def make_connexion() -> Any:
    """A Connexion application with one operation."""
    from connexion import AsyncApp

    app = AsyncApp("benchmarks")
    app.add_api(DOCUMENT)
    return app
