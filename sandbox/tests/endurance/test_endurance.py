"""Loads that last, for seconds; and what would be found if memory were not flat or an answer wrong."""

import asyncio
import random
from collections.abc import Iterator

import pytest

from sandbox.tests.endurance import loads
from sandbox.tests.endurance.__main__ import LOADS, Outcome, run, write_note, write_report, write_row
from sandbox.tests.endurance.loads import Ask, Script, Tally, ask, load
from sandbox.tests.endurance.weights import Weights
from sandbox.tests.faults.servers import Served

EXPECTED = {"read": {200, 400, 401, 404, 405}, "create and delete": {200, 201}}


def weights(*sizes: float) -> Weights:
    return Weights([5.0 * index for index in range(len(sizes))], list(sizes))


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    made = Served(tmp_path_factory.mktemp("endurance"))
    made.start()
    yield made
    made.stop()


async def ask_often(port: int, name: str, answers: int) -> Tally:
    tally = Tally()
    clients = await load(port, LOADS[name], tally)
    while tally.answers.total() < answers and not tally.unexpected:
        await asyncio.sleep(0.01)
    for client in clients:
        client.close()
    return tally


@pytest.mark.parametrize("name", LOADS)
def test_load_meets_the_expected_statuses_and_no_other(served: Served, name: str) -> None:
    tally = asyncio.run(ask_often(served.port, name, 2000))
    assert tally.shown == []
    assert set(tally.answers) == EXPECTED[name]


def test_sandbox_is_weighed_under_a_load() -> None:
    outcome = run(LOADS["create and delete"], 100, 0.5, pause=0.1)
    assert outcome.tally.shown == []
    assert len(outcome.weights.sizes) >= 2
    assert min(outcome.weights.sizes) > 10
    assert write_row("create", outcome).count("|") == 11
    assert "create: MB by minute" in write_note("create", outcome)


@pytest.mark.parametrize(
    ("sizes", "flat"),
    [
        ((100, 100, 101, 100), True),
        ((100, 104, 96, 100), True),
        ((100, 102, 104, 106), False),
        ((106, 104, 102, 100), False),
        ((100, 100, 106, 100, 100), False),
        ((100, 100), False),
        ((), False),
    ],
)
def test_memory_is_flat_when_it_neither_rises_nor_jumps(sizes: tuple[float, ...], flat: bool) -> None:
    assert weights(*sizes).is_flat == flat


def test_wrong_status_an_open_request_and_a_closed_connection_are_unexpected(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrong(world: str, _draw: random.Random) -> Script:
        yield ask(201, "GET", "/yourcompany/v1/status", world)
        yield Ask(b"no request\r\n\r\n", 400)
        yield ask(200, "GET", "/yourcompany/v1/status", world)

    async def ask_all(port: int) -> None:
        for client in await load(port, wrong, tally):
            await asyncio.sleep(0.05)
            client.close()

    monkeypatch.setattr(loads, "CLIENTS", 2)
    monkeypatch.setattr(loads, "PATIENCE", 0.0)
    tally = Tally()
    asyncio.run(ask_all(served.port))
    text = " ".join(tally.shown)
    assert "200 instead of 201" in text
    assert "connection closed" in text
    assert "no answer for" in text


def test_report_says_how_it_was_made() -> None:
    outcome = Outcome(Tally(), weights(100, 100, 100), 1.0)
    text = write_report([write_row("read", outcome)], [write_note("read", outcome)], "python -m x")
    assert "`python -m x`" in text
    assert "| read |" in text
