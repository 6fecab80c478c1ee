"""Connections of which an answer ends in time, however slowly its bytes come."""

import http.client
import io
import socket
import ssl
import time
from contextvars import ContextVar
from typing import Any

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import URLSchemeUnknown
from urllib3.util import parse_url

DEADLINE: ContextVar[float] = ContextVar("DEADLINE", default=float("inf"))
ONCE = urllib3.Retry(connect=0, read=0, other=0, redirect=0, status=0, respect_retry_after_header=False)
SPARE = 4  # connections that are kept open for the next requests


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


class Pools:
    """A pool of connections for each server, each of which keeps the DEADLINE of its request.

    The environment's proxies are not used, and what is asked is asked once. Parameters: trust, which servers
    are trusted.
    """

    def __init__(self, trust: ssl.SSLContext) -> None:
        self._trust = trust
        self._pools: dict[tuple[str | None, str | None, int | None], urllib3.HTTPConnectionPool] = {}

    def request(self, method: str, url: str, **options: Any) -> urllib3.BaseHTTPResponse:
        """The beginning of an answer. A PoolManager takes a sixth of the time for itself.

        Parameters: options, as those of urllib3.HTTPConnectionPool.urlopen.
        Raises urllib3.exceptions.HTTPError, OSError and ValueError.
        """
        target = parse_url(url)
        server = target.scheme, target.host, target.port
        if server not in self._pools:
            self._pools[server] = self._make(*server)
        return self._pools[server].urlopen(
            method, target.request_uri, retries=ONCE, redirect=False, preload_content=False, **options
        )

    def _make(self, scheme: str | None, host: str | None, port: int | None) -> urllib3.HTTPConnectionPool:
        if scheme not in ("http", "https"):
            raise URLSchemeUnknown(str(scheme))
        if scheme == "https":
            return _SecurePool(str(host), port, maxsize=SPARE, ssl_context=self._trust)
        return _PlainPool(str(host), port, maxsize=SPARE)

    def close(self) -> None:
        """Close all connections."""
        for pool in self._pools.values():
            pool.close()
        self._pools.clear()
