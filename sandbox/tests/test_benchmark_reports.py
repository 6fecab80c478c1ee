"""What the benchmarks say of their figures: verdicts, where a peer wins, the tables and the picture."""

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from benchmarks import __main__ as command
from benchmarks.goals import Verdict, judge
from benchmarks.load import GET, SCENARIOS, Load
from benchmarks.plot import draw_rates
from benchmarks.processes import Unmeasurable
from benchmarks.report import Results, write_report
from benchmarks.servers import Server
from benchmarks.starts import COLD, WARM, Start, Starts
from benchmarks.tables import MEBIBYTE, show_ceiling, show_floor
from benchmarks.throughput import Loads, Memory
from benchmarks.wins import find_faster, find_smaller, find_sooner

RATES = {
    "sandbox": 5000.0,
    "Prism": 1000.0,
    "Prism, silent": 2000.0,
    "Mockoon": 800.0,
    "Specmatic": 300.0,
    "WireMock": 5000.0,
    "bare Starlette": 12_500.0,
}
SERVERS = {name: Server(name, (), is_limit=name.startswith("bare")) for name in RATES}


def make_loads(rates: dict[str, float] = RATES, p99: float = 5.0) -> list[Loads]:
    return [
        Loads(
            SERVERS[name],
            scenario,
            353,
            loads=[
                Load(rate * turn, 1.0, p99 if name == "sandbox" else 5.0, 100, 0.0) for turn in (0.9, 1, 1.1)
            ],
            cpu=0.3,
        )
        for scenario in SCENARIOS
        for name, rate in rates.items()
        if scenario is GET or not SERVERS[name].is_limit
    ]


def make_starts(warm: float = 1.0, cold: float = 2.0) -> list[Starts]:
    def make(name: str, documents: str, cache: str, paths: list[str], seconds: float) -> Starts:
        return Starts(SERVERS[name], documents, cache, paths, each=[Start(seconds, 0.5, MEBIBYTE, None)])

    return [
        make("sandbox", "devsync", WARM, ["/a"], 0.1),
        make("sandbox", "all 5", WARM, ["/a"] * 5, warm),
        make("sandbox", "all 5", COLD, ["/a"] * 5, cold),
        make("Prism", "devsync", "", ["/a"], 1.5),
    ]


def make_memories(own: int = 99) -> list[Memory]:
    sizes = {name: (own if name == "sandbox" else 100) * MEBIBYTE for name in RATES}
    return [Memory(SERVERS[name], size, size, size, 1) for name, size in sizes.items()]


def judge_all(
    loads: list[Loads] | None = None, starts: list[Starts] | None = None, own: int = 99
) -> dict[str, Verdict]:
    verdicts = judge(loads or make_loads(), starts or make_starts(), make_memories(own))
    return {verdict.goal: verdict for verdict in verdicts}


def find_missed(verdicts: dict[str, Verdict]) -> list[str]:
    return [goal for goal, verdict in verdicts.items() if not verdict.is_met]


def test_a_goal_is_met_by_exactly_its_limit() -> None:
    verdicts = judge_all()
    assert find_missed(verdicts) == []
    assert verdicts["get one record: at least 5 × Prism"].measured.startswith("5.00 ×: 5,000 and 1,000 ")


def test_no_ratio_is_rounded_up() -> None:
    verdicts = judge_all(make_loads(RATES | {"Prism": 1000.1}))
    missed = find_missed(verdicts)
    assert [goal for goal in missed if "at least" in goal] == [
        f"{name}: at least 5 × Prism"
        for name in ("get one record", "list records", "list filtered and sorted")
    ]
    assert verdicts[missed[0]].measured.startswith("4.99 ×")


@pytest.mark.parametrize(
    ("name", "missed"),
    [
        ("WireMock", ["get one record: at least 1 × WireMock"]),
        ("bare Starlette", ["get one record: at least 0.4 × bare Starlette"]),
    ],
)
def test_what_is_only_asked_of_a_get_is_only_judged_there(name: str, missed: list[str]) -> None:
    assert find_missed(judge_all(make_loads(RATES | {name: RATES[name] * 1.01}))) == missed


def test_a_p99_is_compared_with_the_shortest_of_all_peers() -> None:
    missed = find_missed(judge_all(make_loads(p99=5.001)))
    assert missed == [f"{scenario.name}: p99 no longer than any peer's" for scenario in SCENARIOS]


def test_memory_is_less_only_when_it_is_less() -> None:
    assert len(find_missed(judge_all(own=100))) == 3


def test_a_start_is_judged_with_all_documents() -> None:
    missed = find_missed(judge_all(starts=make_starts(1.001, 2.001)))
    assert missed == [
        "first answer of all 5 APIs, warm: at most 1.0 s",
        "first answer of all 5 APIs, cold: at most 2.0 s",
    ]


def test_figures_are_never_shown_better_than_they_are() -> None:
    assert (show_floor(4.9999), show_ceiling(1.0001)) == ("4.99", "1.01")


def test_a_peer_that_wins_is_named_with_both_figures() -> None:
    loads = make_loads(RATES | {"WireMock": 6000.0})
    assert len(list(find_faster(loads))) == len(SCENARIOS)
    assert next(iter(find_faster(loads))).startswith(
        "Get one record: WireMock answers 6,000 requests a second, the sandbox 5,000."
    )
    assert list(find_sooner(make_starts(warm=1.6))) == [
        "Start: Prism gives its first answer after 1.50 s, the sandbox (all 5, warm) after 1.60 s.",
        "Start: Prism gives its first answer after 1.50 s, the sandbox (all 5, cold) after 2.00 s.",
    ]
    assert len(list(find_smaller(make_memories(101)))) == 3
    assert list(find_smaller(make_memories(99))) == []


def make_results(loads: list[Loads]) -> Results:
    machine = {"Machine": "a machine"}
    return Results("python -m benchmarks", machine, 2, 3, make_starts(), loads, make_memories())


def test_the_report_says_how_many_goals_are_met_and_has_a_row_for_each_server() -> None:
    report = write_report(make_results(make_loads(RATES | {"Mockoon": 1001.0})))
    assert "20 of 23 are met" in report
    assert "| **no** |" in report
    for name in RATES:
        rows = [line for line in report.splitlines() if line.startswith(f"| {name} |")]
        assert len(rows) >= (2 if SERVERS[name].is_limit else 1 + len(SCENARIOS))
    assert "| sandbox | 5,000 | 4,500 to 5,500 | 5.00 | 1.00 | 5.00 | 1,000 | 353 | 0.00% |" in report


def test_the_picture_has_a_bar_and_a_figure_for_each_server_and_request(tmp_path: Path) -> None:
    loads = make_loads(RATES | {"Specmatic": 7654.0})
    draw_rates(loads, tmp_path / "results.svg")
    again = tmp_path / "again.svg"
    draw_rates(loads, again)
    words = [
        "".join(each.itertext()) for each in ElementTree.parse(again).iter("{http://www.w3.org/2000/svg}text")
    ]
    assert words.count("7,654") == len(SCENARIOS)
    assert words.count("bare Starlette") == 1
    assert {scenario.name.capitalize() for scenario in SCENARIOS} <= set(words)
    assert again.read_bytes() == (tmp_path / "results.svg").read_bytes()


@pytest.fixture
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the command writes what was measured, without a measurement."""
    monkeypatch.setattr(command, "RESULTS", tmp_path / "RESULTS.md")
    monkeypatch.setattr(command, "measure_all", lambda _: make_results(make_loads()))
    return tmp_path / "RESULTS.md"


def test_the_command_writes_the_report_and_the_picture_that_it_shows(
    results: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["benchmarks"])
    assert command.main() == 0
    assert "](results.svg)" in results.read_text()
    assert {path.name for path in results.parent.iterdir()} == {"RESULTS.md", "results.svg"}


def test_a_quick_round_is_printed_and_changes_no_file(
    results: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["benchmarks", "--quick"])
    assert command.main() == 0
    assert capsys.readouterr().out.startswith("# Results")
    assert list(results.parent.iterdir()) == []


def test_what_cannot_be_measured_is_one_line(
    results: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(_: object) -> Results:
        raise Unmeasurable("java is not installed; it comes with a package")

    monkeypatch.setattr(command, "measure_all", refuse)
    monkeypatch.setattr("sys.argv", ["benchmarks"])
    assert command.main() == 2
    assert capsys.readouterr().err == "benchmarks: java is not installed; it comes with a package\n"
    assert list(results.parent.iterdir()) == []


def test_reports_beside_the_results_are_named(tmp_path: Path) -> None:
    (tmp_path / "RESULTS.md").write_text("# Results\n")
    (tmp_path / "GROWTH.md").write_text("# How it grows\n\ntext\n")
    assert command.find_others(tmp_path / "RESULTS.md") == {"GROWTH.md": "How it grows"}
    report = write_report(replace(make_results(make_loads()), others={"GROWTH.md": "How it grows"}))
    assert "Other measurements: [How it grows](GROWTH.md)." in report
