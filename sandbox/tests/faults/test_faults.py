"""Faults of real processes under load: what was acknowledged is there, once; errors are clean ones."""

import json
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path

import pytest

from sandbox.clock import Clock
from sandbox.couriers import MOST_AT_ONCE
from sandbox.documents import find_documents
from sandbox.sites import Settings
from sandbox.tests.apis.receiver import Receiver, listen
from sandbox.tests.faults.clients import TIMEOUT, Project, ask, check
from sandbox.tests.faults.scenarios import FAULTS, Fault, control, kill_workers, restart_postgresql, run
from sandbox.tests.faults.stages import Stage, mount, set_stage, write_meanwhile
from sandbox.tests.postgresql import Server, run_server
from sandbox.threads import embed

QUICK = {
    ("kill -9 of all workers", "file", 2),
    ("kill -9 of the server and its workers", "PostgreSQL", 2),
    ("crash and restart of PostgreSQL", "PostgreSQL", 2),
    ("files may not grow", "file", 2),
}
DAY = 86_400.0
DELIVERIES = 40


def name(fault: Fault) -> str:
    return f"{fault.title}, {fault.store}, {fault.workers}"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with run_server() as made:
        yield made


def judge(fault: Fault, folder: Path, load: float, server: Server | None, times: int = 1) -> None:
    findings = run(fault, folder, load, server, times).findings
    assert findings.acknowledged > 0
    assert (findings.lost, findings.duplicated, findings.unclean) == (0, 0, [])
    assert not fault.felt or findings.errors[fault.felt]


@pytest.mark.parametrize(
    "fault", [each for each in FAULTS if (each.title, each.store, each.workers) in QUICK], ids=name
)
def test_acknowledged_writes_outlive(fault: Fault, tmp_path: Path, server: Server) -> None:
    judge(fault, tmp_path, 0.5, server)


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS, ids=name)
def test_acknowledged_writes_outlive_thrice(fault: Fault, tmp_path: Path, server: Server) -> None:
    if fault.own_disk:
        skip_without_disk(tmp_path)
    judge(fault, tmp_path, 3.0, server, 3)


@pytest.mark.slow
@pytest.mark.parametrize("fault", [each for each in FAULTS if "connections" in each.title], ids=name)
def test_connections_that_ask_nothing_are_closed_meanwhile(
    fault: Fault, tmp_path: Path, server: Server
) -> None:
    judge(fault, tmp_path, 25.0, server)


def skip_without_disk(folder: Path) -> None:
    try:
        with mount(folder):
            pass
    except OSError as error:
        pytest.skip(str(error))


def test_clock_of_the_machine_may_jump(tmp_path: Path) -> None:
    now = datetime(2026, 5, 1, tzinfo=UTC).timestamp()
    jumps = [0.0]
    clock = Clock(ticks=lambda: now + jumps[-1] + time.monotonic())
    settings = Settings(state=f"sqlite:///{tmp_path / 'state.db'}")
    with embed(find_documents(["yourcompany"]), settings, clock) as (url, _):
        port = int(url.rpartition(":")[2])
        with write_meanwhile(port) as writers:
            for jump in (DAY, -DAY, 30_000 * DAY, -10_000 * DAY, 0.0):
                jumps.append(jump)
                time.sleep(0.2)
        findings = check(port, writers)
    assert findings.acknowledged > 0
    assert not findings.errors
    assert (findings.lost, findings.duplicated, findings.unclean) == (0, 0, [])


def test_check_finds_what_is_lost_and_what_is_doubled() -> None:
    with embed(find_documents(["yourcompany"])) as (url, _):
        port = int(url.rpartition(":")[2])
        with write_meanwhile(port) as writers:
            pass
        writers[0].projects.append(Project("lost", {"1"}))
        writers[1].projects.append(Project("doubled", {"1"}))
        connection = HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
        for _ in range(2):
            ask(connection, writers[1].world, "POST", "", {"name": "doubled", "description": "1"})
        connection.close()
        findings = check(port, writers)
    assert (findings.lost, findings.duplicated) == (1, 1)


@pytest.mark.parametrize("store", ["file", "PostgreSQL", "PostgreSQL that crashes"])
def test_each_attempt_of_a_delivery_is_made_once(store: str, tmp_path: Path, server: Server) -> None:
    postgresql = None if store == "file" else server
    with listen() as receiver:
        hooks = ["--webhook-url", receiver.url]
        with set_stage(tmp_path, 0.0, 2, postgresql, arguments=hooks) as stage:
            receiver.answer, receiver.delay = 500, 0.3
            create_projects(stage, DELIVERIES)
            if "crashes" in store:
                restart_postgresql(stage)
            await_attempts(stage, 1)
            assert set(count_events(receiver).values()) == {1}
            receiver.answer = 204
            control(stage, "/clock", {"world": "f0", "advance": 61})
            await_attempts(stage, 2)
            counts = count_events(receiver)
    assert (len(counts), set(counts.values())) == (DELIVERIES, {2})


@pytest.mark.slow
def test_deliveries_of_killed_workers_are_taken_over(tmp_path: Path, server: Server) -> None:
    with listen() as receiver:
        hooks = ["--webhook-url", receiver.url]
        with set_stage(tmp_path, 0.0, 2, server, arguments=hooks) as stage:
            receiver.delay = 1.0
            create_projects(stage, DELIVERIES)
            receiver.await_count(1)
            kill_workers(stage)
            receiver.delay = 0.0
            await_attempts(stage, 1)
            counts = count_events(receiver)
    assert len(counts) == DELIVERIES
    assert max(counts.values()) <= 2
    assert sum(counts.values()) - DELIVERIES <= 2 * MOST_AT_ONCE


def create_projects(stage: Stage, number: int) -> None:
    connection = HTTPConnection("127.0.0.1", stage.served.port, timeout=TIMEOUT)
    for index in range(number):
        assert ask(connection, "f0", "POST", "", {"name": f"p{index}", "description": ""})[0] == 201
    connection.close()


def await_attempts(stage: Stage, attempts: int) -> None:
    """Wait until so many attempts of each delivery are noted."""
    end = time.monotonic() + TIMEOUT
    noted = [0]
    while set(noted) != {attempts}:
        assert time.monotonic() < end, f"attempts: {Counter(noted)}"
        time.sleep(0.1)
        noted = [each["attempts"] for each in control(stage, "/deliveries?world=f0")]


def count_events(receiver: Receiver) -> Counter[str]:
    return Counter(json.loads(body)["id"] for _, body in receiver.got)
