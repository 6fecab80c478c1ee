"""The health check (MS-17)."""

from flask import Blueprint, Response

from contract_tests.peers.medisync.answers import stamp, success
from contract_tests.peers.medisync.world import now

routes = Blueprint("system", __name__)


@routes.get("/health")
def health() -> Response:
    """Say that the server is there; needs no token (MS-17)."""
    return success({"status": "ok", "timestamp": stamp(now())})
