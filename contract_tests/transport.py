"""Plain HTTP to any URL: bounded in time, size and rate, and never following a redirect."""

import time
from collections.abc import Mapping
from dataclasses import dataclass

import urllib3
from urllib3.exceptions import HTTPError, InsecureRequestWarning

from contract_tests.exchanges import Response

PATIENCE = 10.0  # seconds for one answer
LARGEST = 32 * 1024 * 1024  # bytes of an answer
CHUNK = 64 * 1024


class Unreachable(Exception):
    """No answer: refused, closed, timed out, endless or not HTTP. The text says which, in one line."""


class TimeOver(Exception):
    """The time of the run (`--max-time`) is over."""


@dataclass
class Clock:
    """The time of a run.

    Parameters: seconds, how long the run may take (None: for ever); rate, requests per second (None: any).
    """

    seconds: float | None = None
    rate: float | None = None

    def __post_init__(self) -> None:
        self.started = time.monotonic()
        self._next = 0.0

    @property
    def left(self) -> float:
        """Seconds that are left."""
        return float("inf") if self.seconds is None else self.seconds - (time.monotonic() - self.started)

    @property
    def spent(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self.started

    def pace(self) -> None:
        """Wait until the next request may be sent. Raises TimeOver."""
        now = time.monotonic()
        if self.rate:
            self._next = max(self._next, now) + 1 / self.rate
            self.sleep(self._next - 1 / self.rate - now)
        elif self.left <= 0:
            raise TimeOver

    def sleep(self, seconds: float) -> None:
        """Wait, but not beyond the end of the run. Raises TimeOver."""
        if seconds >= self.left:
            raise TimeOver
        if seconds > 0:
            time.sleep(seconds)


class Transport:
    """Connections to one server.

    Parameters: clock; authorities, a file of certificates to trust beside the system's; insecure, whether
    certificates are not checked.
    """

    def __init__(self, clock: Clock, *, authorities: str | None = None, insecure: bool = False) -> None:
        if insecure:
            urllib3.disable_warnings(InsecureRequestWarning)
        self.clock = clock
        self.requests = 0
        self._pool = urllib3.PoolManager(
            maxsize=4, ca_certs=authorities, cert_reqs="CERT_NONE" if insecure else "CERT_REQUIRED"
        )

    def send(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Response:
        """Send one request and read its answer. Raises Unreachable and TimeOver."""
        self.clock.pace()
        self.requests += 1
        patience = min(PATIENCE, max(self.clock.left, 0.01))
        started = time.monotonic()
        try:
            answer = self._pool.request(
                method,
                url,
                body=body,
                headers=dict(headers),
                preload_content=False,
                redirect=False,
                retries=urllib3.Retry(
                    connect=0, read=0, other=0, redirect=0, status=0, respect_retry_after_header=False
                ),
                timeout=urllib3.Timeout(total=patience),
                decode_content=True,
            )
            content = self._read(answer, started + patience)
        except (HTTPError, OSError, ValueError) as error:
            if self.clock.left <= 0:
                raise TimeOver from None
            raise Unreachable(explain(error, patience)) from None
        fields = {name.lower(): value for name, value in answer.headers.itermerged()}
        return Response(answer.status, fields, content, time.monotonic() - started)

    def _read(self, answer: urllib3.BaseHTTPResponse, until: float) -> bytes:
        content = bytearray()
        for chunk in answer.stream(CHUNK):
            content += chunk
            if len(content) > LARGEST:
                answer.close()
                raise OSError(f"the body has no end: more than {LARGEST // 1024**2} MB came")
            if time.monotonic() > until:
                answer.close()
                raise OSError(f"the body was not complete after {PATIENCE:.0f} s")
        answer.release_conn()
        return bytes(content)

    def close(self) -> None:
        """Close all connections."""
        self._pool.clear()


def explain(error: Exception, patience: float) -> str:
    """What went wrong, in one line for people."""
    if isinstance(error, urllib3.exceptions.MaxRetryError) and error.reason is not None:
        return explain(error.reason, patience)
    if isinstance(error, urllib3.exceptions.NameResolutionError):
        return "the host name is not known"
    if isinstance(error, urllib3.exceptions.TimeoutError):
        return f"no answer within {patience:.0f} s"
    if isinstance(error, urllib3.exceptions.NewConnectionError):
        return "nothing listens there: the connection was refused"
    if isinstance(error, urllib3.exceptions.SSLError):
        return f"TLS failed ({error}); --ca FILE names an authority to trust"
    if isinstance(error, urllib3.exceptions.ProtocolError):
        return f"the server closed the connection in the middle or does not speak HTTP ({error.args[-1]})"
    return " ".join(str(error).split()) or type(error).__name__
