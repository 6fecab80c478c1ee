"""Lets connections in one by one, so that the processes of a socket share them evenly.

A server that takes all that wait leaves none for the others when many come at once, as those of a client's
pool do, and keeps them.
"""

import asyncio
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import uvicorn

TURN = 0.001  # seconds after each client in which the others have their turn
PAUSE = 0.1  # seconds for which nobody is let in where that fails, as it does without free files


class Turnstile:
    """Lets clients in until it is closed.

    Parameters: listener, which listens already; make_protocol, for each connection.
    """

    def __init__(self, listener: socket.socket, make_protocol: Callable[[], asyncio.Protocol]) -> None:
        self._listener = listener
        self._make_protocol = make_protocol
        self._loop = asyncio.get_running_loop()
        self._tasks: set[asyncio.Task[Any]] = set()
        listener.setblocking(False)
        self._open()

    def _open(self) -> None:
        if self._listener.fileno() >= 0:
            self._loop.add_reader(self._listener, self._let_in)

    def _wait(self, seconds: float) -> None:
        self._loop.remove_reader(self._listener)
        self._loop.call_later(seconds, self._open)

    def _let_in(self) -> None:
        try:
            client, _ = self._listener.accept()
        except (BlockingIOError, InterruptedError, ConnectionAbortedError):  # another process was faster
            return
        except OSError:
            self._wait(PAUSE)
            return
        self._wait(TURN)
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        task = self._loop.create_task(self._join(client))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _join(self, client: socket.socket) -> None:
        with suppress(OSError):  # it is gone
            await self._loop.connect_accepted_socket(self._make_protocol, client)

    def close(self) -> None:
        """Let nobody in any more."""
        self._loop.remove_reader(self._listener)
        self._listener.close()

    async def wait_closed(self) -> None:
        """Nobody is on the way in any more."""
        await asyncio.gather(*self._tasks, return_exceptions=True)


class Server(uvicorn.Server):
    """Uvicorn's server. shared: a socket where other processes let clients in too, if any."""

    def __init__(self, config: uvicorn.Config, shared: socket.socket | None = None) -> None:
        super().__init__(config)
        self._shared = shared

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to let clients in."""
        await super().startup(sockets)
        if self._shared:
            self._shared.listen(self.config.backlog)
            servers: list[Any] = self.servers  # which uvicorn only closes
            servers.append(Turnstile(self._shared, self._make_protocol))

    def _make_protocol(self) -> asyncio.Protocol:
        made: Any = self.config.http_protocol_class
        protocol: asyncio.Protocol = made(
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )
        return protocol
