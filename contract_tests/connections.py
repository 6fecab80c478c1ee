"""Connections of which an answer ends in time, however slowly its bytes come."""

import http.client
import io
import socket
import time
from contextvars import ContextVar
from typing import Any

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection

DEADLINE: ContextVar[float] = ContextVar("DEADLINE", default=float("inf"))


class _Bytes(io.RawIOBase):
    """What comes over a socket until the deadline: the timeout of a socket begins anew with every byte."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket) -> None:
        self.raw, self.sock = raw, sock

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: Any, /) -> int | None:
        """Read some bytes. Raises TimeoutError."""
        left = DEADLINE.get() - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        self.sock.settimeout(None if left == float("inf") else left)
        return self.raw.readinto(buffer)

    def close(self) -> None:
        """Let the socket go."""
        self.raw.close()
        super().close()


class _Answer(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *arguments: Any, **options: Any) -> None:
        super().__init__(sock, *arguments, **options)
        self.fp = io.BufferedReader(_Bytes(self.fp.detach(), sock))


class _Plain(HTTPConnection):
    response_class = _Answer


class _Secure(HTTPSConnection):
    response_class = _Answer


class _PlainPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _Secure


def make_pools(**options: Any) -> urllib3.PoolManager:
    """Pools of connections, each of which keeps the DEADLINE of its request.
    The environment's proxies are not used.
    """
    manager = urllib3.PoolManager(**options)
    manager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}
    return manager
