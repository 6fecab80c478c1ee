"""Bare applications under the server that the sandbox uses: what Python could reach at best.

Each imports its framework when it is made, so that its start is not slowed by the other one.
"""

from typing import Any

RECORD = {
    "id": "3d1f0a52-6c0e-4b8a-9a57-0c9b7e1d2f34",
    "developerId": "dev-456",
    "resourceType": "PROJECT_CONFIG",
    "resourceKey": "my-backend-service",
    "data": {"region": "eu-central-1", "replicas": 3},
    "lastSyncedAt": "2025-12-01T10:00:00Z",
    "createdAt": "2025-01-15T09:00:00Z",
    "updatedAt": "2025-12-01T10:00:00Z",
    "status": "ACTIVE",
    "metadata": {},
}
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
