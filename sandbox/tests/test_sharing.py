"""Two workers over one state, asked one by one: what the first is told, the second does."""

import json
import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox.documents import find_documents
from sandbox.processes import spawn
from sandbox.sites import Settings
from sandbox.tests.apis.receiver import Receiver, listen
from sandbox.tests.postgresql import run_server
from sandbox.threads import embed

API = "yourcompany"
LISTENING = "0A"  # as /proc/net/tcp writes it
SECONDS_TO_RETRY = 60
CONTROL = "/_sandbox"


@dataclass
class Pair:
    """Two workers, each by its own address, and the receiver of their webhooks."""

    urls: tuple[str, str]
    receiver: Receiver

    def ask(self, worker: int, method: str, path: str, token: str = "demo", **request: Any) -> httpx.Response:
        """An answer of the first worker or the second."""
        base = "" if path.startswith(CONTROL) else f"/{API}/v1"
        headers = {"Authorization": f"Bearer {token}", **request.pop("headers", {})}
        url = f"{self.urls[worker]}{base}{path}"
        return httpx.request(method, url, headers=headers, timeout=30, **request)

    def control(self, worker: int, method: str, path: str, body: Any = None) -> Any:
        """What the control plane of a worker answers."""
        response = self.ask(worker, method, f"{CONTROL}{path}", json=body)
        assert response.is_success, response.text
        return response.json() if response.content else None

    def create(self, worker: int, name: str, world: str = "") -> str:
        """The id of a new project."""
        token = f"demo.{world}" if world else "demo"
        response = self.ask(worker, "POST", "/projects", token, json={"name": name})
        assert response.status_code == 201, response.text
        return str(response.json()["id"])


@pytest.fixture(scope="module", params=["file", "postgresql"])
def state(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if request.param == "file":
        yield f"sqlite:///{tmp_path_factory.mktemp('state') / 'sandbox.db'}"
        return
    with run_server() as server:
        yield server.url("shared")


@pytest.fixture(scope="module")
def pair(state: str) -> Iterator[Pair]:
    with listen() as receiver:
        options = ["--workers", "2", "--state", state, "--webhook-url", receiver.url]
        with spawn([API, *options]) as ready:
            children = Path(f"/proc/{ready['pid']}/task/{ready['pid']}/children").read_text().split()
            port = httpx.URL(ready["url"]).port
            urls = [f"http://127.0.0.1:{find_door(child, port)}" for child in children]
            yield Pair((urls[0], urls[1]), receiver)


def find_door(worker: str, common: int | None) -> int:
    """The port where a worker listens that it does not share with the others."""
    links = (os.readlink(each) for each in Path(f"/proc/{worker}/fd").iterdir() if each.is_symlink())
    sockets = {link[len("socket:[") : -1] for link in links if link.startswith("socket:[")}
    rows = [line.split() for line in Path(f"/proc/{worker}/net/tcp").read_text().splitlines()[1:]]
    ports = {int(row[1].partition(":")[2], 16) for row in rows if row[3] == LISTENING and row[9] in sockets}
    [door] = ports - {common}
    return door


def test_chaos_rule_is_obeyed_by_both_and_ends_for_both(pair: Pair) -> None:
    pair.control(0, "POST", "/chaos", {"status": 500, "times": 3, "world": "chaos"})
    met = [pair.ask(worker, "GET", "/projects", "demo.chaos").status_code for worker in (1, 0, 1, 0, 1)]
    assert met == [500, 500, 500, 200, 200]
    assert pair.control(1, "GET", "/chaos") == []
    rule = pair.control(1, "POST", "/chaos", {"status": 500, "world": "chaos"})
    assert pair.ask(0, "GET", "/projects", "demo.chaos").status_code == 500
    pair.control(0, "DELETE", f"/chaos/{rule['id']}")
    assert pair.ask(1, "GET", "/projects", "demo.chaos").status_code == 200


def test_snapshot_that_one_saved_the_other_restores(pair: Pair) -> None:
    kept = pair.create(0, "kept", "snap")
    pair.control(0, "POST", "/snapshots", {"name": "common", "world": "snap"})
    assert pair.ask(1, "DELETE", f"/projects/{kept}", "demo.snap").is_success
    assert pair.ask(0, "GET", f"/projects/{kept}", "demo.snap").status_code == 404
    pair.control(1, "POST", "/snapshots/common/restore")
    assert pair.ask(0, "GET", f"/projects/{kept}", "demo.snap").json()["name"] == "kept"


def test_total_is_right_whoever_wrote(pair: Pair) -> None:
    def count(worker: int) -> int:
        return int(
            pair.ask(worker, "GET", "/projects?per_page=1", "demo.count").json()["pagination"]["total"]
        )

    before = count(0)
    totals = []
    for number, writer in enumerate((1, 1, 0, 1)):
        pair.create(writer, f"n{number}", "count")
        totals.append((count(0), count(1)))
    assert totals == [(before + number,) * 2 for number in range(1, 5)]


def test_limit_is_that_of_both_together(pair: Pair) -> None:
    statuses = [pair.ask(worker, "GET", "/projects", "limited").status_code for worker in (0, 1, 1, 0, 1, 0)]
    assert statuses == [200] * 3 + [429] * 3


def test_log_is_that_of_both(pair: Pair) -> None:
    for number, worker in enumerate((0, 1, 1, 0)):
        pair.ask(worker, "GET", f"/projects?q={number}", "demo.log")
    for worker in (0, 1):
        entries = pair.control(worker, "GET", "/log?world=log&limit=3")
        assert [entry["query"] for entry in entries] == ["q=3", "q=2", "q=1"]
        assert {entry["id"] % 2 for entry in entries} == {0, 1}
        older = pair.control(worker, "GET", f"/log?world=log&before={entries[-1]['id']}")
        assert [entry["query"] for entry in older] == ["q=0"]
        for entry in entries:
            assert pair.control(worker, "GET", f"/log/{entry['id']}")["query"] == entry["query"]


def test_refusal_of_one_is_explained_by_the_other(pair: Pair) -> None:
    links = [pair.ask(worker, "GET", "/projects?page=x").headers["Sandbox-Log"] for worker in (0, 1)]
    for worker, link in zip((1, 0), links, strict=True):
        number = link.rpartition("/")[2]
        assert pair.control(worker, "GET", f"/log/{number}")["problems"]
    assert pair.ask(0, "GET", f"{CONTROL}/log/{int(number) + 2}").status_code == 404


def test_worker_is_not_fooled_by_who_pretends_to_be_another(pair: Pair) -> None:
    for worker in (0, 1):
        pair.ask(worker, "GET", "/projects", "demo.fool")
    answer = pair.ask(0, "GET", f"{CONTROL}/log?world=fool", headers={"Sandbox-Sibling": "guess"})
    assert len(answer.json()) == 2


def ask_each(pair: Pair, world: str) -> None:
    """Four requests, to the one and the other in turn."""
    for number in range(4):
        pair.ask(number % 2, "GET", f"/projects?q={number}", f"demo.{world}")


def test_stream_tells_what_both_are_asked(pair: Pair) -> None:
    url = f"{pair.urls[1]}{CONTROL}/log/stream?world=stream"
    with httpx.stream("GET", url, timeout=20) as stream:
        lines = stream.iter_lines()
        assert next(lines) == ": the requests that come"
        threading.Timer(0.5, ask_each, [pair, "stream"]).start()
        told = (json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: "))
        assert {next(told)["query"] for _ in range(4)} == {"q=0", "q=1", "q=2", "q=3"}


def test_stream_begins_after_an_entry_of_either(pair: Pair) -> None:
    ask_each(pair, "again")
    known = pair.control(0, "GET", "/log?world=again")[-1]["id"]
    url = f"{pair.urls[1]}{CONTROL}/log/stream?world=again"
    with httpx.stream("GET", url, headers={"Last-Event-ID": str(known)}, timeout=20) as stream:
        data = (line.removeprefix("data: ") for line in stream.iter_lines() if line.startswith("data: "))
        assert {json.loads(next(data))["query"] for _ in range(3)} == {"q=1", "q=2", "q=3"}


def test_log_is_cleared_for_both(pair: Pair) -> None:
    for worker in (0, 1):
        pair.ask(worker, "GET", "/projects")
    pair.control(1, "DELETE", "/log")
    assert [pair.control(worker, "GET", "/log") for worker in (0, 1)] == [[], []]


def test_world_is_whole_whenever_it_is_read_while_it_is_reset(pair: Pair) -> None:
    whole = pair.ask(0, "GET", "/projects", "demo.reset").json()["pagination"]["total"]
    done = threading.Event()
    totals: Counter[int] = Counter()

    def read(worker: int) -> None:
        while not done.is_set():
            answer = pair.ask(worker, "GET", "/projects", "demo.reset")
            totals[answer.json().get("pagination", {}).get("total", -1)] += 1

    readers = [threading.Thread(target=read, args=[worker]) for worker in (0, 1)]
    for reader in readers:
        reader.start()
    for number in range(6):
        pair.create(number % 2, "one more", "reset")
        pair.control(1 - number % 2, "POST", "/reset", {"world": "reset"})
    done.set()
    for reader in readers:
        reader.join()
    assert set(totals) <= {whole, whole + 1}


def test_world_that_one_entered_is_listed_by_the_other(pair: Pair) -> None:
    pair.ask(0, "GET", "/projects", "demo.listed")
    [world] = [each for each in pair.control(1, "GET", "/worlds") if each["world"] == "listed"]
    assert world["used"]
    assert world["records"][API] > 0


def test_each_attempt_is_made_once(pair: Pair) -> None:
    pair.receiver.answer = 500
    before = len(pair.receiver.got)
    for number, worker in zip(range(10), cycle((0, 1)), strict=False):
        pair.create(worker, f"p{number}", "hooks")
    pair.receiver.await_count(before + 10)
    await_noted(pair, lambda delivery: delivery["attempts"] == 1)
    pair.receiver.answer = 200
    pair.control(0, "POST", "/clock", {"world": "hooks", "advance": SECONDS_TO_RETRY})
    await_noted(pair, lambda delivery: delivery["state"] == "delivered")
    time.sleep(0.5)
    events = Counter(json.loads(body)["id"] for _, body in pair.receiver.got[before:])
    assert sorted(events.values()) == [2] * 10


def await_noted(pair: Pair, is_noted: Callable[[Any], bool]) -> None:
    """Wait until something holds of the ten deliveries."""
    for _ in range(400):
        found = [each for each in pair.control(1, "GET", "/deliveries") if each["world"] == "hooks"]
        if len(found) == 10 and all(map(is_noted, found)):
            return
        time.sleep(0.05)
    raise AssertionError(found)


def test_two_sandboxes_over_one_file_know_of_each_other(tmp_path: Path) -> None:
    settings = Settings(state=f"sqlite:///{tmp_path / 'state.db'}")
    documents = find_documents([API])
    with (
        embed(documents, settings) as (one, _),
        embed(documents, settings) as (other, _),
        listen() as receiver,
    ):
        pair = Pair((one, other), receiver)
        pair.create(0, "first", "common")
        total = pair.ask(1, "GET", "/projects", "demo.common").json()["pagination"]["total"]
        pair.control(0, "POST", "/chaos", {"status": 500, "times": 1})
        pair.control(0, "POST", "/clock", {"world": "common", "set": "2031-05-06T07:08:09Z"})
        assert pair.ask(1, "GET", "/projects", "demo.common").status_code == 500
        assert pair.control(1, "GET", "/clock?world=common")["now"].startswith("2031-05-06T07:08")
        pair.control(0, "DELETE", "/worlds?world=common")
        answer = pair.ask(1, "GET", "/projects", "demo.common")
        assert answer.json()["pagination"]["total"] == total - 1
        statuses = [pair.ask(turn % 2, "GET", "/projects", "limited.l").status_code for turn in range(5)]
        assert statuses == [200, 200, 200, 429, 429]
