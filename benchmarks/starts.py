"""How soon a server answers after its start, how large it is then, and how fast at first.

`python -m benchmarks.starts` prints it of the sandbox and its peers, in about two minutes.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from .answers import ask_answers, exemplify
from .lists import find_lists
from .load import GET, Load, send
from .machine import Moment, describe_machine
from .packages import PACKAGES
from .peers import DOCUMENT, describe_peers, describe_versions, make_peers, make_sandbox
from .processes import Unmeasurable, run
from .servers import Server
from .stubs import write_stubs
from .tables import REFERENCE, show_megabytes, show_ratio, write_table

STARTED = (
    "server",
    "documents",
    "cache",
    "first answer, s",
    "lowest to highest",
    f"ratio to {REFERENCE}",
    "CPU, s",
    "memory, MB",
    "req/s at first",
)
TIMES = 5
PEERS = {package.title for package in PACKAGES}
UNUSABLE = 2
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
    """Start what is to be warm once, unmeasured, to fill its cache folder; then all in turns."""
    with tempfile.TemporaryDirectory() as folder:
        caches = [tempfile.mkdtemp(dir=folder) for _ in cases]
        for case, cache in zip(cases, caches, strict=True):
            if case.cache == WARM:
                tell(f"start, unmeasured: {case.server.name} {case.documents} {case.cache}")
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


def explain(times: int) -> str:
    """How the figures are meant. times: starts of each server."""
    return (
        f"From the start of the process to its first 2xx, asked every 5 ms; medians of {times}. *Cold*: "
        "`XDG_CACHE_HOME` is an empty folder; *warm*: an earlier start has filled it. With all shipped "
        "documents, a list of each API must have answered, so each has made its demo data."
    )


def write_starts(starts: Sequence[Starts]) -> Iterator[str]:
    """The table."""
    reference = next((each.seconds for each in starts if each.server.name == REFERENCE), 0.0)
    yield from write_table(STARTED, (_start_row(each, reference) for each in starts))


def _start_row(starts: Starts, reference: float) -> list[str]:
    seconds = [start.seconds for start in starts.each]
    return [
        starts.server.name,
        starts.documents,
        starts.cache,
        f"{starts.seconds:.2f}",
        f"{min(seconds):.2f} to {max(seconds):.2f}",
        show_ratio(starts.seconds, reference),
        f"{starts.cpu:.2f}",
        show_megabytes(starts.memory),
        f"{starts.first:,.0f}" if starts.first else "",
    ]


def main() -> int:
    """Measure, print the table. Returns the exit code: 0, or 2 when nothing can be measured."""
    start, sandbox = Moment.now(), make_sandbox(DOCUMENT)
    try:
        with tempfile.TemporaryDirectory() as folder:
            peers = [peer for peer in make_peers(Path(folder)) if peer.name in PEERS]
            answers, document = ask_answers(sandbox, folder)
            write_stubs(answers, exemplify(document, answers), Path(folder))
            starts = measure_starts(sandbox, make_sandbox(), peers, TIMES, 0, _tell)
    except Unmeasurable as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return UNUSABLE
    machine = describe_machine(describe_versions() | describe_peers(), start)
    facts = [f"- {name}: {fact}" for name, fact in machine.items()]
    print("\n".join([explain(TIMES), "", *facts, "", *write_starts(starts)]))
    return 0


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
