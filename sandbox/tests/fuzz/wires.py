"""The socket: sends an input, and takes what comes back."""

import asyncio
import time
from contextlib import suppress
from http.client import HTTPConnection
from json import loads
from typing import Any
from urllib.parse import quote

from sandbox.control import ROOT

from .answers import Answer
from .inputs import Input

PATIENCE = 5.0  # seconds for an answer
QUIET = 0.25  # seconds after which no answer is to come to what may be no whole request
PAUSE = 0.001  # seconds between pieces
# Behind each input: once it is answered the connection ends, so that nothing need be waited for.
PROBE = b"GET /_sandbox/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


async def exchange(port: int, given: Input) -> Answer:
    """Send an input over a connection of its own. Raises OSError when there is none."""
    started = time.perf_counter()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    got, closed = bytearray(), False
    try:
        with suppress(ConnectionError):
            for piece in given.pieces:
                writer.write(piece)
                await writer.drain()
                if len(given.pieces) > 1:
                    await asyncio.sleep(PAUSE)
            if not given.leave:
                writer.write(PROBE)
        if not given.leave:
            closed = await _read(reader, got, PATIENCE if given.whole else QUIET)
    finally:
        writer.transport.abort()
    return Answer(bytes(got), closed, time.perf_counter() - started)


async def _read(reader: asyncio.StreamReader, got: bytearray, patience: float) -> bool:
    """Read until the end, and tell whether it came; give up when nothing came for a while."""
    with suppress(ConnectionError):
        while True:
            try:
                # What was told that the connection ends must see it end.
                last = PATIENCE if b"connection: close" in got else patience
                piece = await asyncio.wait_for(reader.read(1 << 16), last)
            except TimeoutError:
                return False
            if not piece:
                return True
            got += piece
            if b"content-type: text/event-stream" in got:
                return False
    return True


def probe(port: int) -> float:
    """Seconds until the sandbox has answered a request. Raises OSError."""
    started = time.perf_counter()
    ask(port, "GET", "/health")
    return time.perf_counter() - started


def tidy(port: int) -> None:
    """Take back what requests have left: worlds, records, chaos rules, snapshots, times. Raises OSError."""
    ask(port, "DELETE", "/chaos")
    for snapshot in ask(port, "GET", "/snapshots"):
        ask(port, "DELETE", f"/snapshots/{quote(snapshot['name'], safe='')}")
    for world in ask(port, "GET", "/worlds"):
        ask(port, "DELETE", f"/worlds?world={world['world']}")


def ask(port: int, method: str, path: str) -> Any:
    """The JSON that the control plane answers. Raises OSError."""
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE * 4)
    try:
        connection.request(method, ROOT + path)
        text = connection.getresponse().read()
        return loads(text) if text else None
    finally:
        connection.close()
