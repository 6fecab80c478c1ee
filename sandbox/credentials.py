"""Where a request carries a token for an OpenAPI security scheme, and how a client sends one."""

import base64
from collections.abc import Mapping
from typing import Any


def show_credential(scheme: Mapping[str, Any], token: str) -> str:
    """How a client sends the token for an OpenAPI security scheme: a header line, or a part of the query."""
    if scheme.get("type") == "apiKey":
        forms = {"query": "?{}={}", "cookie": "Cookie: {}={}"}
        return forms.get(scheme["in"], "{}: {}").format(scheme["name"], token)
    if scheme.get("scheme", "").lower() == "basic":
        return f"Authorization: Basic {base64.b64encode(f'{token}:'.encode()).decode()}"
    return f"Authorization: Bearer {token}"


def read_token(scheme: Mapping[str, Any], headers: Mapping[str, str], query: Mapping[str, str]) -> str | None:
    """The token that a request carries for an OpenAPI security scheme, or None."""
    if scheme.get("type") == "apiKey":
        return _read_key(scheme, headers, query)
    value = headers.get("authorization", "").strip()
    if scheme.get("scheme", "").lower() == "basic":
        return _read_basic(value)
    for prefix in scheme.get("x-sandbox", {}).get("prefixes", ["Bearer"]):
        start, _, token = value.partition(" ") if prefix else ("", "", value)
        if start.lower() == prefix.lower() and token.strip() and " " not in token.strip():
            return token.strip()
    return None


def find_header(scheme: Mapping[str, Any]) -> str:
    """The lower-case name of the header that has the token, unless the query has it."""
    return {"header": str(scheme.get("name")).lower(), "cookie": "cookie"}.get(
        scheme.get("in", ""), "authorization"
    )


def _read_key(scheme: Mapping[str, Any], headers: Mapping[str, str], query: Mapping[str, str]) -> str | None:
    if scheme["in"] == "query":
        return query.get(scheme["name"])
    if scheme["in"] == "cookie":
        return read_cookie(headers.get("cookie", ""), scheme["name"])
    return headers.get(scheme["name"].lower())


def read_cookie(header: str, name: str) -> str | None:
    """The value of a cookie of a Cookie header (RFC 6265 §4.2), or None."""
    pairs = (pair.strip().partition("=") for pair in header.split(";"))
    return next((value for known, _, value in pairs if known == name), None)


def _read_basic(value: str) -> str | None:
    start, _, encoded = value.partition(" ")
    try:
        user = base64.b64decode(encoded, validate=True).decode().partition(":")[0]
    except ValueError:
        return None
    return user if start.lower() == "basic" else None
