"""Connections that are broken off on purpose: without an answer, or in the middle of one."""

from collections.abc import Callable, Mapping, MutableMapping
from typing import Any

from starlette.types import Receive, Send

CLOSE = "sandbox.close"  # the extension of the ASGI scope by which our server lets us close the connection


class Broken(Exception):
    """The connection is to be broken off, and the server knows no other way to."""


def offer_close(scope: MutableMapping[str, Any], close: Callable[[], None]) -> None:
    """Let the application close the connection of a request."""
    scope["extensions"] = {**scope.get("extensions", {}), CLOSE: close}


async def drop(scope: Mapping[str, Any], receive: Receive) -> None:
    """Close the connection, and wait until it is. Raises Broken where the server does not offer it."""
    close = scope.get("extensions", {}).get(CLOSE)
    if close is None:
        raise Broken("a chaos rule broke the connection off")
    close()
    while (await receive())["type"] != "http.disconnect":
        pass


async def truncate(body: bytes, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
    """Send the first half of a body whose headers are sent, and close the connection. Raises Broken."""
    await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
    await drop(scope, receive)
