"""Responses without an end: sent piece by piece until the client or the server leaves."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from starlette.types import Receive, Send


async def write_stream(stream: AsyncGenerator[bytes, None], receive: Receive, send: Send) -> None:
    """Send the pieces of a body as they come; its headers are sent already."""
    async with aclosing(stream):
        tasks = {asyncio.create_task(_forward(stream, send)), asyncio.create_task(_await_end(receive))}
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _forward(stream: AsyncGenerator[bytes, None], send: Send) -> None:
    async for piece in stream:
        await send({"type": "http.response.body", "body": piece, "more_body": True})


async def _await_end(receive: Receive) -> None:
    """Wait until anything comes after the request: the client is gone, or the server ends."""
    while (await receive()).get("more_body"):
        pass
    await receive()
