"""How a document without our words answers errors."""

from .schemas import Json

# As RFC 9457 says.
PLAIN_ERRORS: Json = {
    "media_type": "application/problem+json",
    "body": {
        "title": "$reason",
        "status": "$status",
        "detail": "$message",
        "code": "$code",
        "errors?": "$details",
    },
    "kinds": {
        "unreadable": [400, "unreadable"],
        "invalid": [400, "invalid"],
        "unauthenticated": [401, "unauthenticated"],
        "forbidden": [403, "forbidden"],
        "foreign": [403, "foreign"],
        "missing": [404, "missing"],
        "not_allowed": [405, "not_allowed"],
        "not_acceptable": [406, "not_acceptable"],
        "conflict": [409, "conflict"],
        "too_large": [413, "too_large"],
        "unsupported": [415, "unsupported"],
        "rate_limited": [429, "rate_limited"],
        "failed": [500, "failed"],
        "unavailable": [503, "unavailable"],
    },
}
