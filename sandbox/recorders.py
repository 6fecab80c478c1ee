"""Recorders: what the request log keeps of a body that comes in pieces."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from .bodies import Receive
from .entries import LONGEST_BODY

PATIENCE = 0.25  # seconds for the body of a request that was refused unread


class Recorder:
    """Receives the body of a request, and keeps its start for the log."""

    __slots__ = ("_is_complete", "_receive", "content", "size")

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._is_complete = False
        self.content, self.size = b"", 0

    async def __call__(self) -> Any:
        """The next message."""
        message = await self._receive()
        body = message.get("body", b"")
        if self.size < LONGEST_BODY:
            self.content += body[: LONGEST_BODY - self.size]
        self.size += len(body)
        self._is_complete = not message.get("more_body", False)
        return message

    async def finish(self, headers: Mapping[str, str]) -> None:
        """Read a short body that nobody asked for, such as that of a request without a credential.

        A client that wants to be asked for it first (`Expect: 100-continue`) is not asked.
        """
        length = headers.get("content-length", "")
        if not (length.isascii() and length.isdigit() and 0 < int(length) <= LONGEST_BODY):
            return
        if not self._is_complete and "expect" not in headers:
            await asyncio.sleep(0)  # from here on there is a task, which a time-out needs
            with suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE):
                    while not self._is_complete:
                        await self()
