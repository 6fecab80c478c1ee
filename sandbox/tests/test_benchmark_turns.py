"""The turns of the benchmarks, with servers that are only pretended."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from benchmarks import throughput
from benchmarks.answers import Answer
from benchmarks.load import CREATE, FILTERED, GET, RECORD, SCENARIOS, Load, Scenario
from benchmarks.processes import Unmeasurable
from benchmarks.servers import Server
from benchmarks.throughput import Plan, measure

ANSWERS = [
    Answer(each, json.dumps({"key": each.key}) if not each.creates else RECORD % "a") for each in SCENARIOS
]
SERVERS = [
    Server("sandbox", ()),
    Server("peer", (), hinted=(FILTERED.key,)),
    Server("bare", (), is_limit=True),
]


@dataclass
class Pretended:
    """Stands for a running server. Its memory is how many requests it got."""

    server: Server
    url: str = ""
    got: int = 0
    is_awake: bool = False
    asked: list[tuple[str, str]] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)

    def memory(self) -> int:
        return self.got

    def cpu(self) -> float:
        return self.got / 1000

    def forget(self, world: str) -> None:
        self.forgotten.append(world)

    @contextmanager
    def awake(self) -> Iterator[None]:
        self.is_awake = True
        yield
        self.is_awake = False


@pytest.fixture
def pretended(monkeypatch: pytest.MonkeyPatch) -> list[Pretended]:
    servers = [Pretended(server, server.name) for server in SERVERS]
    by_url = {each.url: each for each in servers}

    @contextmanager
    def start_all(_: Sequence[Server], __: str) -> Iterator[list[Pretended]]:
        yield servers

    def check(url: str, scenario: Scenario, _: str, header: str) -> bytes:
        assert by_url[url].is_awake
        by_url[url].asked.append((scenario.name, header))
        return next(each.text for each in ANSWERS if each.scenario is scenario).encode()

    def send(url: str, scenario: Scenario, _: str, seconds: int, header: str) -> Load:
        assert [each.url for each in servers if each.is_awake] == [url]
        by_url[url].asked.append((scenario.name, header))
        by_url[url].got += 100 * seconds
        return Load(100.0, 1.0, 2.0, 100 * seconds, 0.0)

    monkeypatch.setattr(throughput, "start_all", start_all)
    monkeypatch.setattr(throughput, "check", check)
    monkeypatch.setattr(throughput, "send", send)
    return servers


def test_each_server_has_its_turns_and_only_it_is_awake(pretended: list[Pretended]) -> None:
    loads, _ = measure(SERVERS, ANSWERS, "", Plan(3, 2, lambda _: None))
    turns = {(each.server.name, each.scenario.name): len(each.loads) for each in loads}
    expected = {(name, each.name): 3 for name in ("sandbox", "peer") for each in SCENARIOS}
    assert turns == expected | {("bare", GET.name): 3}
    assert all(each.cost == pytest.approx(1000) and each.requests == 600 for each in loads)
    assert not any(each.is_awake for each in pretended)


@pytest.mark.usefixtures("pretended")
def test_memory_after_the_reads_is_that_before_the_first_create(pretended: list[Pretended]) -> None:
    _, memories = measure(SERVERS, ANSWERS, "", Plan(3, 2, lambda _: None))
    own, _, bare = memories
    assert (own.started, own.read, own.written) == (0, 3 * (400 + 600), 4 * (400 + 600))
    assert own.created == 400  # of the warm up, which is twice as long; each turn starts without
    assert pretended[0].forgotten == ["warm", "round0", "round1", "round2"]
    assert (bare.read, bare.written, bare.created) == (1000, 1000, 0)


def test_only_what_needs_it_is_told_which_answer_is_wanted(pretended: list[Pretended]) -> None:
    measure(SERVERS, ANSWERS, "", Plan(1, 1, lambda _: None))
    own, peer, _ = pretended
    hint = f"Prefer: example={FILTERED.key}"
    assert {header for _, header in own.asked} == {""}
    assert {name for name, header in peer.asked if header == hint} == {FILTERED.name}
    assert all(header == hint for name, header in peer.asked if name == FILTERED.name)


@pytest.mark.usefixtures("pretended")
@pytest.mark.parametrize("scenario", [GET, CREATE], ids=["a read", "a create"])
def test_a_server_that_answers_other_records_stops_the_measurement(scenario: Scenario) -> None:
    answers = [Answer(each.scenario, '{"b": 1}') if each.scenario is scenario else each for each in ANSWERS]
    with pytest.raises(Unmeasurable, match=f"sandbox does not answer {scenario.method} /records"):
        measure(SERVERS, answers, "", Plan(1, 1, lambda _: None))
