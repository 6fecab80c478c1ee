"""Several processes over one state: what one does the others know, and one that dies is replaced."""

import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import httpx
import pytest

from sandbox.__main__ import main
from sandbox.processes import spawn

HEADERS = {"Authorization": "Bearer demo"}
PATIENCE = 30.0


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    """The base URL of devsync by two workers over a file, and the process that watches them."""
    state = tmp_path_factory.mktemp("state") / "sandbox.db"
    with spawn(["devsync", "--workers", "2", "--state", f"sqlite:///{state}"]) as ready:
        assert ready["workers"] == 2
        yield ready["apis"]["devsync"], ready["pid"]


def find_workers(parent: int) -> list[int]:
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return sorted(map(int, children))


def ask(url: str, method: str = "GET", token: str = "demo", **body: object) -> httpx.Response:
    """Over a connection of its own, so that any worker may answer."""
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.request(method, url, headers=headers, json=body or None, timeout=PATIENCE)


def create(base: str, key: str) -> httpx.Response:
    return ask(f"{base}/records", "POST", developerId="dev-w", resourceType="T", resourceKey=key, data={})


def test_what_one_worker_writes_all_of_them_read(served: tuple[str, int]) -> None:
    base, _ = served
    keys = [create(base, f"k{index}").json()["id"] for index in range(12)]
    assert [ask(f"{base}/records/{key}").status_code for key in keys] == [200] * 12
    assert ask(f"{base}/records?developerId=dev-w&limit=1").json()["total"] == 12
    assert create(base, "k0").status_code == 409


def test_connections_that_come_at_once_are_shared_by_all_workers(served: tuple[str, int]) -> None:
    url = httpx.URL(served[0])
    answered: Counter[int] = Counter()
    for _ in range(10):
        clients = [HTTPConnection(url.host, url.port or 80, timeout=PATIENCE) for _ in range(8)]
        for client in clients:
            client.request("GET", "/devsync/api/v1/sync/records")  # refused, with the number of its entry
        for client in clients:
            number = str(client.getresponse().headers["Sandbox-Log"]).rpartition("/")[2]
            answered[int(number) % 2] += 1
            client.close()
    assert min(answered[0], answered[1]) >= 20


def test_limit_is_never_exceeded_by_all_workers_together(served: tuple[str, int]) -> None:
    base, _ = served
    statuses = [ask(f"{base}/records?limit=1", token="limited").status_code for _ in range(9)]
    assert statuses == [200] * 3 + [429] * 6


def test_clock_that_is_driven_is_that_of_every_worker(served: tuple[str, int]) -> None:
    base, _ = served
    root = base.removesuffix("/devsync/api/v1/sync")
    ask(f"{root}/_sandbox/clock", "POST", world="timed", set="2031-05-06T07:08:09Z", freeze=True)
    told = {ask(f"{root}/_sandbox/clock?world=timed").json()["now"] for _ in range(8)}
    assert told == {"2031-05-06T07:08:09.000Z"}
    body = {"developerId": "d", "resourceType": "T", "data": {"a": 1}}
    made = [
        ask(f"{base}/records", "POST", "demo.timed", resourceKey=f"t{index}", **body) for index in range(8)
    ]
    assert {response.json()["createdAt"] for response in made} == {"2031-05-06T07:08:09Z"}


def test_worker_that_is_killed_is_replaced_and_nothing_is_lost(served: tuple[str, int]) -> None:
    base, parent = served
    before = find_workers(parent)
    key = create(base, "before the end").json()["id"]
    for worker in before:
        os.kill(worker, signal.SIGKILL)
    end = time.monotonic() + PATIENCE
    while len(set(find_workers(parent)) - set(before)) < 2 and time.monotonic() < end:
        time.sleep(0.1)
    assert not set(find_workers(parent)) & set(before)
    assert ask(f"{base}/records/{key}").status_code == 200


def test_workers_end_with_who_watches_them() -> None:
    with spawn(["devsync", "--workers", "2"]) as ready:
        workers = find_workers(ready["pid"])
        assert ask(f"{ready['apis']['devsync']}/records?limit=1").status_code == 200
    assert len(workers) == 2
    assert not [worker for worker in workers if Path(f"/proc/{worker}").exists()]


@pytest.mark.parametrize("state", ["sqlite://", "sqlite:///:memory:"])
def test_memory_cannot_be_shared(state: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "devsync", "--port", "0", "--workers", "2", "--state", state]) == 2
    assert "is memory, which processes cannot share" in capsys.readouterr().err


def test_bad_option_is_one_line_of_the_first_worker(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "devsync", "--port", "0", "--workers", "2", "--webhook-secret", "s"]) == 2
    assert capsys.readouterr().err == "sandbox: --webhook-secret and --webhook-events need --webhook-url\n"
