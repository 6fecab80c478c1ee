"""How soon a server answers after its start, how large it is then, and how fast at first."""

import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from .load import GET, Load, send
from .processes import Running, ask, is_answered, run
from .servers import Server

COLD = "cold"
WARM = "warm"


@dataclass(frozen=True)
class Start:
    """One start. seconds, cpu: until the first 2xx; memory: bytes then; first: the load right after."""

    seconds: float
    cpu: float
    memory: int
    first: Load | None


@dataclass
class Starts:
    """Starts of a server under the same conditions.

    documents: what it serves; cache: cold, warm, or '' if it has none; paths: what must answer, below
    its address; is_loaded: whether load follows.
    """

    server: Server
    documents: str
    cache: str
    paths: Sequence[str]
    is_loaded: bool = False
    each: list[Start] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """Until the first 2xx, the median."""
        return median(start.seconds for start in self.each)

    @property
    def cpu(self) -> float:
        """CPU seconds until the first 2xx, the median."""
        return median(start.cpu for start in self.each)

    @property
    def memory(self) -> float:
        """Resident bytes, the median."""
        return median(start.memory for start in self.each)

    @property
    def first(self) -> float | None:
        """Requests per second right after the start, the median; None if not measured."""
        rates = [start.first.rate for start in self.each if start.first]
        return median(rates) if rates else None


def measure_starts(
    sandbox: Server,
    full: Server,
    peers: Sequence[Server],
    times: int,
    seconds: int,
    tell: Callable[[str], None],
) -> list[Starts]:
    """Starts of all, in turns. full: the sandbox of all documents; times: turns; seconds: of one load."""
    with tempfile.TemporaryDirectory() as cache, run(full, cache) as running:
        lists = find_lists(running)
    first, documents = [sandbox.base + GET.path], f"all {len(lists)}"
    cases = [
        Starts(sandbox, "devsync", COLD, first),
        Starts(sandbox, "devsync", WARM, first, is_loaded=True),
        Starts(full, documents, COLD, lists),
        Starts(full, documents, WARM, lists),
    ]
    for peer in peers:
        cases.append(Starts(peer, "" if peer.is_limit else "devsync", "", [peer.base + GET.path], True))
    _take_turns(cases, times, seconds, tell)
    return cases


def _take_turns(cases: Sequence[Starts], times: int, seconds: int, tell: Callable[[str], None]) -> None:
    """Start each case once, unmeasured, to fill its cache folder; then in turns."""
    with tempfile.TemporaryDirectory() as folder:
        caches = [tempfile.mkdtemp(dir=folder) for _ in cases]
        for case, cache in zip(cases, caches, strict=True):
            tell(f"start, unmeasured: {case.server.name} {case.documents} {case.cache}".rstrip())
            _start(case, cache, 0)
        for turn in range(times):
            for case, cache in zip(cases, caches, strict=True):
                used = tempfile.mkdtemp(dir=folder) if case.cache == COLD else cache
                case.each.append(_start(case, used, seconds if case.is_loaded else 0))
                taken = case.each[-1].seconds
                tell(f"start {turn + 1}: {case.server.name} {case.documents} {case.cache}: {taken:.2f} s")


def _start(case: Starts, cache: str, seconds: int) -> Start:
    with run(case.server, cache) as running:
        taken = running.wait([running.address + path for path in case.paths])
        cpu, memory = running.cpu(), running.memory()
        return Start(taken, cpu, memory, send(running.url, GET, "first", seconds) if seconds else None)


def find_lists(running: Running) -> list[str]:
    """A path that answers with data, of each API that the sandbox serves."""
    running.wait([f"{running.address}/_sandbox/health"])
    _, health = ask(f"{running.address}/_sandbox/health")
    return [_find_list(running.address, prefix) for prefix in json.loads(health)["apis"].values()]


def _find_list(address: str, prefix: str) -> str:
    """The first GET without parameters that answers 2xx, else the document itself."""
    description = f"{prefix}/openapi.json"
    document = json.loads(ask(address + description)[1])
    for path, operations in document["paths"].items():
        if "{" not in path and _is_plain(operations) and is_answered(address + prefix + path):
            return f"{prefix}{path}"
    return description


def _is_plain(operations: dict[str, Any]) -> bool:
    """Whether there is a GET that works without a query."""
    parameters = operations.get("get", {}).get("parameters", [])
    return "get" in operations and not any(parameter.get("required") for parameter in parameters)
