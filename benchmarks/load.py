"""Load: the measured requests, and wrk that sends them."""

import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from .processes import Unmeasurable, ask

SCRIPT = Path(__file__).parent / "create.lua"
WRK = ("wrk", "-t1", "-c16", "--latency", "--timeout", "10s")
ID = "3d1f0a52-6c0e-4b8a-9a57-0c9b7e1d2f34"
RECORD = (
    '{"developerId":"dev-789","resourceType":"FEATURE_FLAG_STATE","resourceKey":"%s",'
    '"data":{"enabled":false,"notes":"Off until the migration is done."}}'
)
MILLISECONDS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


@dataclass(frozen=True)
class Scenario:
    """A kind of request. path: below the base of the API; creates: whether it POSTs new records."""

    name: str
    path: str
    creates: bool = False

    @property
    def key(self) -> str:
        """The name as one word."""
        return self.name.replace(" ", "-")

    @property
    def method(self) -> str:
        """GET or POST."""
        return "POST" if self.creates else "GET"


GET = Scenario("get one record", f"/records/{ID}")
LIST = Scenario("list records", "/records")
FILTERED = Scenario("list filtered and sorted", "/records?developerId=dev-456")
READS = (GET, LIST, FILTERED)
CREATE = Scenario("create a record", "/records", creates=True)
SCENARIOS = (*READS, CREATE)


@dataclass(frozen=True)
class Load:
    """What wrk saw. rate: requests per second; p50, p99: milliseconds; refused: share without a 2xx."""

    rate: float
    p50: float
    p99: float
    requests: int
    refused: float


def check(url: str, scenario: Scenario, run: str, header: str = "") -> bytes:
    """The body of one answer. Raises Unmeasurable if it is no 2xx."""
    body = RECORD % f"{run}-0" if scenario.creates else None
    status, content = ask(url + scenario.path, scenario.method, f"Bearer demo.{run}", body, header)
    if status // 100 != 2:
        raise Unmeasurable(f"{scenario.method} {url}{scenario.path} answers {status}: {content[:200]!r}")
    return content


def send(url: str, scenario: Scenario, run: str, seconds: int, header: str = "") -> Load:
    """Load one kind of request. run: names the world of the sandbox that gets it; header: one more."""
    command = [*WRK, f"-d{seconds}s", "-H", f"Authorization: Bearer demo.{run}"]
    command += ["-H", header] if header else []
    if scenario.creates:
        command += ["-H", "Content-Type: application/json", "-s", str(SCRIPT)]
    command += [url + scenario.path, *(["--", run, RECORD] if scenario.creates else [])]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise Unmeasurable(f"wrk ended with {done.returncode}: {done.stderr.strip()}")
    return read_output(done.stdout)


def read_output(text: str) -> Load:
    """What wrk printed. Raises Unmeasurable when it got no answer."""
    counted = re.search(r"(\d+) requests in", text)
    requests = int(counted[1]) if counted else 0
    if not requests:
        raise Unmeasurable(f"wrk got no answer: {' '.join(text.split())}")
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    broken = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", text)
    failures = int(refused[1]) if refused else 0
    failures += sum(map(int, broken.groups())) if broken else 0
    rate = float(_find(r"Requests/sec:\s+([\d.]+)", text)[1])
    return Load(rate, _latency(50, text), _latency(99, text), requests, failures / requests)


def _latency(percent: int, text: str) -> float:
    match = _find(rf"{percent}%\s+([\d.]+)(us|ms|s|m)\b", text)
    return float(match[1]) * MILLISECONDS[match[2]]


def _find(pattern: str, text: str) -> re.Match[str]:
    match = re.search(pattern, text)
    if not match:
        raise Unmeasurable(f"wrk printed no {pattern}: {' '.join(text.split())}")
    return match


@dataclass
class Turns:
    """The turns of one kind of load on one server. cpu: seconds that the server spent."""

    loads: list[Load] = field(default_factory=list, kw_only=True)
    cpu: float = field(default=0.0, kw_only=True)

    @property
    def rate(self) -> float:
        """Requests per second, the median."""
        return median(load.rate for load in self.loads)

    @property
    def requests(self) -> int:
        """How many were answered in all turns."""
        return sum(load.requests for load in self.loads)

    @property
    def p50(self) -> float:
        """Milliseconds, the median."""
        return median(load.p50 for load in self.loads)

    @property
    def p99(self) -> float:
        """Milliseconds, the median."""
        return median(load.p99 for load in self.loads)

    @property
    def refused(self) -> float:
        """The highest share without a 2xx."""
        return max(load.refused for load in self.loads)

    @property
    def cost(self) -> float:
        """CPU of the server for a request, in microseconds."""
        return self.cpu / self.requests * 1e6
