"""The measurements as Markdown."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from .goals import judge
from .load import WRK
from .starts import Starts, explain, write_starts
from .tables import REFERENCE, show_megabytes, show_ratio, write_table
from .throughput import Loads, Memory
from .wins import find_faster, find_smaller, find_sooner

PICTURE = "results.svg"
LOADED = (
    "server",
    "req/s",
    "lowest to highest",
    f"ratio to {REFERENCE}",
    "p50, ms",
    "p99, ms",
    "CPU, µs a request",
    "body, bytes",
    "no 2xx",
)
KEPT = ("server", "after start", "after the reads", "after the creates", "created in a turn")


@dataclass(frozen=True)
class Results:
    """All that was measured, and where. others: the titles of other reports, by their files."""

    command: str
    machine: Mapping[str, str]
    seconds: int
    rounds: int
    starts: Sequence[Starts]
    loads: Sequence[Loads]
    memories: Sequence[Memory]
    others: Mapping[str, str] = field(default_factory=dict)


def write_report(results: Results) -> str:
    """The whole document."""
    sections = [
        _introduce(results),
        _report_goals(results),
        _admit(results),
        _report_loads(results),
        _report_starts(results),
        _report_memory(results),
    ]
    return "\n\n".join("\n".join(section) for section in sections) + "\n"


def _introduce(results: Results) -> Iterator[str]:
    yield from ("# Results", "", f"Written by `{results.command}`; `make bench` measures anew.", "")
    yield from (f"- {name}: {value}" for name, value in results.machine.items())
    yield ""
    yield (
        "The load generator shares the cores with the server under load: read the ratios, not the figures. "
        "The CPU time of the server itself depends least on what else runs. All servers run, take turns, and "
        "are stopped (SIGSTOP) between their turns, so that none works while another is measured."
    )
    if results.others:
        names = (f"[{title}]({name})" for name, title in results.others.items())
        yield from ("", f"Other measurements: {', '.join(names)}.")


def _report_goals(results: Results) -> Iterator[str]:
    verdicts = list(judge(results.loads, results.starts, results.memories))
    met = sum(verdict.is_met for verdict in verdicts)
    yield from ("## Goals", "", f"{met} of {len(verdicts)} are met.", "")
    yield from (
        "No figure is rounded in our favour. *By CPU*: the time of the other server in units of ours.",
        "",
    )
    rows = ([each.goal, each.measured, "yes" if each.is_met else "**no**"] for each in verdicts)
    yield from write_table(("goal", "measured", "met"), rows)


def _admit(results: Results) -> Iterator[str]:
    yield from ("## Where a peer wins", "")
    sentences = [
        *find_faster(results.loads),
        *find_sooner(results.starts),
        *find_smaller(results.memories),
    ]
    yield from (f"- {sentence}" for sentence in sentences)
    if not sentences:
        yield "No figure of a peer is better than the sandbox's."


def _report_loads(results: Results) -> Iterator[str]:
    yield from ("## Requests per second", "")
    yield from (f"![Requests per second of each server]({PICTURE})", "")
    yield (
        f"`{' '.join(WRK)} -d{results.seconds}s`: medians of {results.rounds} turns of each server, round "
        "robin, after an unmeasured turn of every kind of request, twice as long. The sandbox answers "
        "from its store, which begins each turn with its seeded records; it checks credential, quota and "
        "parameters, and writes its log. A page that is asked for again, as these are, it remembers until a "
        "write to its collection; a record it reads each time. What it really "
        "answered to each request before the run is given "
        "to each peer: as examples of the document (Prism, Specmatic), as routes with a rule (Mockoon), "
        "as stubs (WireMock). Before the loads it is checked that all answer the same records to the same "
        "request; Specmatic indents them. A peer keeps nothing: to each create it answers the same "
        "record. The list is a default page of 50 records; the filtered one is sorted newest first, the "
        "only order of this API, and Prism has to be told by `Prefer: example=` that it is wanted. Prism "
        "is measured as users start it, and without its log of about ten lines for each request, which "
        "goes nowhere here; WireMock as users start it, and without its journal and its log. The bare "
        "applications always answer the same record."
    )
    yield ""
    yield from (f"- {memory.server.name}: `{memory.server.shown}`" for memory in results.memories)
    for name in dict.fromkeys(each.scenario.name for each in results.loads):
        alike = [each for each in results.loads if each.scenario.name == name]
        reference = next((each.rate for each in alike if each.server.name == REFERENCE), 0.0)
        rows = (_load_row(each, reference) for each in alike)
        yield from ("", f"### {name.capitalize()}", "", *write_table(LOADED, rows))


def _load_row(loads: Loads, reference: float) -> list[str]:
    rates = [load.rate for load in loads.loads]
    return [
        loads.server.name,
        f"{loads.rate:,.0f}",
        f"{min(rates):,.0f} to {max(rates):,.0f}",
        show_ratio(loads.rate, reference),
        f"{loads.p50:.2f}",
        f"{loads.p99:.2f}",
        f"{loads.cost:,.0f}",
        f"{loads.size:,}",
        f"{loads.refused:.2%}",
    ]


def _report_starts(results: Results) -> Iterator[str]:
    times = max(len(starts.each) for starts in results.starts)
    yield from ("## Start", "")
    yield (
        f"{explain(times)} *At first*: one record, in the {results.seconds} seconds after the first answer, "
        "when nothing is warmed up."
    )
    yield ""
    yield from write_starts(results.starts)


def _report_memory(results: Results) -> Iterator[str]:
    yield from ("## Memory", "")
    yield (
        "Resident memory of the process and its children, in MB. The sandbox keeps what is created until the "
        "end of a turn, and a log of at most 10,000 requests and 16 MB; WireMock a journal of all requests, "
        "Mockoon the last 100."
    )
    yield ""
    yield from write_table(KEPT, map(_memory_row, results.memories))


def _memory_row(memory: Memory) -> list[str]:
    written = [show_megabytes(memory.written), f"{memory.created:,}"] if memory.created else ["", ""]
    return [memory.server.name, show_megabytes(memory.started), show_megabytes(memory.read), *written]
