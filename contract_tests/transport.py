"""Plain HTTP to any URL: bounded in time, size and rate, and never following a redirect."""

import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import urllib3
from urllib3.exceptions import HTTPError, InsecureRequestWarning
from urllib3.util.ssl_ import create_urllib3_context

from contract_tests.connections import DEADLINE, Pools
from contract_tests.exchanges import Response
from contract_tests.problems import Unusable
from contract_tests.silences import explain, is_closed, one_line

PATIENCE = 10.0  # seconds for one answer
GRACE = 1.5  # seconds that the clean-up may take beyond the end of the run
LARGEST = 32 * 1024 * 1024  # bytes of an answer
CHUNK = 64 * 1024


class Unreachable(Exception):
    """No answer: refused, closed, timed out, endless or not HTTP. The text says which, in one line."""


class _Closed(Unreachable):
    """The connection was closed before any byte of the answer came."""


class TimeOver(Exception):
    """The time of the run (`--max-time`) is over, or the server asks to wait longer than anybody would."""


@dataclass
class Clock:
    """The time of a run.

    Parameters: seconds, how long the run may take (None: for ever); rate, requests per second (None: any);
    reserve, how many of the seconds the clean-up will need. interrupted: whether somebody asked it to stop.
    """

    seconds: float | None = None
    rate: float | None = None
    reserve: Callable[[], float] = field(default=lambda: 0.0, repr=False)

    def __post_init__(self) -> None:
        self.started = time.monotonic()
        self.end = float("inf") if self.seconds is None else self.seconds + GRACE  # of the clean-up too
        self._next = 0.0
        self.interrupted = False

    @property
    def left(self) -> float:
        """Seconds that are left."""
        end = self.end
        if self.seconds is not None:
            end = min(end, self.seconds - min(self.reserve(), self.seconds / 2))
        return end - self.spent

    @property
    def spent(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self.started

    def pace(self) -> None:
        """Wait until the next request may be sent. Raises TimeOver; KeyboardInterrupt once interrupted."""
        if self.interrupted:
            raise KeyboardInterrupt
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
    """Connections to one server, straight to it: proxies of the environment are not used.

    Parameters: clock; authorities, a file of certificates to trust beside the system's; insecure, whether
    certificates are not checked.
    Raises Unusable for a file without certificates.
    """

    def __init__(self, clock: Clock, *, authorities: str | None = None, insecure: bool = False) -> None:
        self.clock = clock
        self.requests = 0
        self.seconds = 0.0  # that answers have taken
        self._pools = Pools(_trust(authorities, insecure))

    @property
    def pace(self) -> float:
        """Seconds that a request takes, on average and with the rate that is kept."""
        mean = self.seconds / self.requests if self.requests else 0.0
        return max(mean, 1 / self.clock.rate if self.clock.rate else 0.0)

    def send(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Response:
        """Send one request and read its answer. Raises Unreachable and TimeOver.

        Where the server has closed a connection meanwhile, what only reads is sent again (RFC 9112 §9.3.1).
        """
        try:
            return self._send(method, url, headers, body)
        except _Closed:
            if method not in ("GET", "HEAD"):
                raise
            return self._send(method, url, headers, body)

    def _send(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Response:
        self.clock.pace()
        self.requests += 1
        patience = min(PATIENCE, max(self.clock.left, 0.01))
        started = time.monotonic()
        DEADLINE.set(started + patience)
        try:
            timeout = urllib3.Timeout(total=patience)
            answer = self._pools.request(method, url, body=body, headers=dict(headers), timeout=timeout)
            content = self._read(answer)
        except (HTTPError, OSError, ValueError) as error:
            if self.clock.left <= 0:
                raise TimeOver from None
            raise (_Closed if is_closed(error) else Unreachable)(one_line(explain(error, patience))) from None
        finally:
            self.seconds += time.monotonic() - started
        fields = {name.lower(): value for name, value in answer.headers.itermerged()}
        return Response(answer.status, fields, content, time.monotonic() - started)

    def _read(self, answer: urllib3.BaseHTTPResponse) -> bytes:
        content = bytearray()
        for chunk in answer.stream(CHUNK):
            content += chunk
            if len(content) > LARGEST:
                answer.close()
                raise OSError(f"the body has no end: more than {LARGEST // 1024**2} MB came")
        answer.release_conn()
        return bytes(content)

    def close(self) -> None:
        """Close all connections."""
        self._pools.close()


def _trust(authorities: str | None, insecure: bool) -> ssl.SSLContext:
    """Which servers are trusted. Raises Unusable."""
    context = create_urllib3_context()
    if insecure:
        urllib3.disable_warnings(InsecureRequestWarning)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return context
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_default_certs()
    try:
        if authorities:
            context.load_verify_locations(authorities)
    except (OSError, ValueError) as error:
        raise Unusable(
            f"--ca {authorities}: no certificates in PEM ({' '.join(str(error).split())})"
        ) from None
    return context
