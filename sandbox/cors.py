"""Cross-origin access (Fetch standard): any page may call the APIs and read their headers."""

from collections.abc import Mapping, Sequence

from .responses import Response

EXPOSED = (
    "Allow, Content-Disposition, Link, Location, Preference-Applied, Retry-After, "
    "Sandbox-Log, Sandbox-Reason, Sandbox-Violations, Sandbox-World, WWW-Authenticate, "
    "X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, "
    "X-Request-Id, X-Total-Count"
)


def is_preflight(headers: Mapping[str, str]) -> bool:
    """Whether an OPTIONS request is a browser's question."""
    return "origin" in headers and "access-control-request-method" in headers


def answer_preflight(headers: Mapping[str, str], allowed: Sequence[str]) -> Response:
    """What a page may send; needs no token."""
    asked = headers.get("access-control-request-headers", "")
    answer = {
        "Allow": ", ".join(allowed),
        "Access-Control-Allow-Methods": ", ".join(allowed),
        "Access-Control-Max-Age": "600",
    }
    return Response(204, answer | ({"Access-Control-Allow-Headers": asked} if asked else {}), b"")


def add_cors(headers: dict[str, str], origin: str) -> None:
    """Let the page of that origin read the response."""
    headers["Access-Control-Allow-Origin"] = origin
    headers["Access-Control-Expose-Headers"] = EXPOSED
    headers["Vary"] = "Origin"
