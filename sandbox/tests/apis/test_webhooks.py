"""Webhooks reach a receiver: signed, retried as documented, and none is lost."""

import json
import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from ..target import NOW, start
from .receiver import SECRET, Receiver, is_signed, listen

RETRIES = [60, 300, 1800, 3600]
API = "yourcompany"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listen() as made:
        yield made


@pytest.fixture
def sandbox(receiver: Receiver) -> Iterator[httpx.Client]:
    with (
        start(API, "--webhook-url", receiver.url, "--webhook-secret", SECRET) as ready,
        connect(ready) as client,
    ):
        yield client


def connect(ready: dict[str, Any]) -> httpx.Client:
    return httpx.Client(base_url=ready["apis"][API], headers={"Authorization": "Bearer demo"}, timeout=30)


def control(client: httpx.Client, path: str, body: Any = None) -> Any:
    url = client.base_url.join(f"/_sandbox/{path}")
    response = client.get(url) if body is None else client.post(url, json=body)
    assert response.status_code == 200, response.text
    return response.json()


def await_state(client: httpx.Client, state: str, attempts: int) -> dict[str, Any]:
    """The only delivery, once it is in the state after so many attempts."""
    for _ in range(400):
        [delivery] = control(client, "deliveries")
        if delivery["state"] == state and delivery["attempts"] == attempts:
            return dict(delivery)
        time.sleep(0.02)
    raise AssertionError(delivery)


def create(client: httpx.Client, name: str = "One") -> dict[str, Any]:
    response = client.post("/projects", json={"name": name})
    assert response.status_code == 201, response.text
    return dict(response.json())


def test_delivery_is_signed_and_holds_the_record(sandbox: httpx.Client, receiver: Receiver) -> None:
    project = create(sandbox)
    receiver.await_count(1)
    headers, body = receiver.got[0]
    assert is_signed(headers["x-webhook-signature"], body)
    assert headers["content-type"] == "application/json"
    event = json.loads(body)
    assert event.keys() == {"id", "type", "created_at", "data"}
    assert (event["type"], event["data"]["id"]) == ("project.created", project["id"])


def test_every_write_tells_its_event_and_the_clock_tells_that_data_was_processed(
    sandbox: httpx.Client, receiver: Receiver
) -> None:
    project = create(sandbox)
    sandbox.put(f"/projects/{project['id']}", json={"name": "Two"})
    sandbox.put(f"/projects/{project['id']}", json={})
    sandbox.post("/data/upload", files={"file": ("a.csv", b"a\n1\n")}, data={"project_id": project["id"]})
    control(sandbox, "clock", {"advance": 10})
    receiver.await_count(4)
    sandbox.delete(f"/projects/{project['id']}")
    receiver.await_count(5)
    types = [json.loads(body)["type"] for _, body in receiver.got]
    expected = ["project.created", "project.updated", "data.uploaded", "data.processed", "project.deleted"]
    assert sorted(types) == sorted(expected)


def test_refused_request_tells_nothing(sandbox: httpx.Client) -> None:
    assert sandbox.post("/projects", json={}).status_code == 400
    assert sandbox.delete("/projects/proj_nowhere").status_code == 404
    assert control(sandbox, "deliveries") == []


@pytest.mark.parametrize("answer", [500, 302, 404])
def test_failed_delivery_is_tried_four_times_more(
    sandbox: httpx.Client, receiver: Receiver, answer: int
) -> None:
    receiver.answer = answer
    create(sandbox)
    await_state(sandbox, "pending", 1)
    for attempt, seconds in enumerate(RETRIES, start=2):
        control(sandbox, "clock", {"advance": seconds - 5})
        time.sleep(0.3)
        assert len(receiver.got) == attempt - 1, "it was tried too early"
        control(sandbox, "clock", {"advance": 5})
        await_state(sandbox, "failed" if attempt == 5 else "pending", attempt)
    assert len(receiver.got) == 5
    assert len({json.loads(body)["id"] for _, body in receiver.got}) == 1


def test_slow_receiver_is_tried_again_and_does_not_hold_up_the_api(
    sandbox: httpx.Client, receiver: Receiver
) -> None:
    receiver.delay = 6
    create(sandbox)
    receiver.await_count(1)
    started = time.monotonic()
    assert sandbox.get("/projects").status_code == 200
    assert time.monotonic() - started < 1
    assert "5" in await_state(sandbox, "pending", 1)["error"]


def test_delivery_can_be_replayed_and_an_event_emitted_by_hand(
    sandbox: httpx.Client, receiver: Receiver
) -> None:
    create(sandbox)
    delivery = await_state(sandbox, "delivered", 1)
    control(sandbox, f"deliveries/{delivery['id']}/replay", {})
    receiver.await_count(2)
    assert receiver.got[0][1] == receiver.got[1][1]
    control(sandbox, "emit", {"api": API, "event": "user.invited", "resource": "User", "id": "user_123"})
    receiver.await_count(3)
    assert json.loads(receiver.got[2][1])["data"]["id"] == "user_123"


def test_client_subscribes_to_the_events_it_wants(receiver: Receiver) -> None:
    with start(API) as ready, connect(ready) as client:
        wanted = {"url": receiver.url, "events": ["project.deleted"], "secret": SECRET}
        subscription = client.post("/webhooks", json=wanted)
        assert subscription.status_code == 201
        assert subscription.json().keys() == {"id", "url", "events", "active", "created_at"}
        client.delete(f"/projects/{create(client)['id']}")
        receiver.await_count(1)
        assert json.loads(receiver.got[0][1])["type"] == "project.deleted"
        refused = client.post("/webhooks", json={**wanted, "events": ["data.created"]})
        assert refused.status_code == 400


def test_receiver_elsewhere_is_never_called_for_a_client() -> None:
    with start(API) as ready, connect(ready) as client:
        client.post(
            "/webhooks", json={"url": "http://192.0.2.1/", "events": ["project.created"], "secret": "s"}
        )
        create(client)
        assert "not on this machine" in await_state(client, "failed", 0)["error"]


def test_clock_of_a_world_outlives_a_restart(tmp_path: Path) -> None:
    arguments = (API, "--state", f"sqlite:///{tmp_path}/state.db", "--now", NOW)
    with start(*arguments) as ready, connect(ready) as client:
        control(client, "clock", {"world": "ahead", "advance": 86_400})
        control(client, "clock", {"world": "still", "set": "2030-01-01T00:00:00Z", "freeze": True})
        os.kill(ready["pid"], signal.SIGKILL)
    with start(*arguments) as ready, connect(ready) as client:
        ahead, still, other = (control(client, f"clock?world={world}") for world in ("ahead", "still", ""))
        assert ahead["now"].startswith("2026-06-02T12:")
        assert still == {"world": "still", "now": "2030-01-01T00:00:00.000Z", "frozen": True}
        assert other["now"].startswith("2026-06-01T12:")
        created = client.post("/projects", json={"name": "A"}, headers={"Sandbox-World": "still"}).json()
        assert created["created_at"].startswith("2030-01-01T00:00:00")


@pytest.mark.parametrize("count", [40, pytest.param(500, marks=pytest.mark.slow)])
def test_killed_sandbox_and_receiver_lose_no_event(tmp_path: Path, count: int) -> None:
    with listen() as first:
        port = first.port
        arguments = (API, "--state", f"sqlite:///{tmp_path}/state.db", "--webhook-url", first.url)
        with start(*arguments, "--webhook-secret", SECRET) as ready, connect(ready) as client:
            created = [create(client, f"Project {index}")["id"] for index in range(count)]
            first.await_count(count // 4, 60)
            os.kill(ready["pid"], signal.SIGKILL)
    with (
        listen(port) as second,
        start(*arguments, "--webhook-secret", SECRET) as ready,
        connect(ready) as client,
    ):
        seen: set[str] = set()
        for _ in range(60):
            # What failed while the receiver was away is due again a minute later.
            control(client, "clock", {"advance": 61})
            time.sleep(0.5)
            got = [*first.got, *second.got]
            seen = {json.loads(body)["data"]["id"] for _, body in got}
            if seen >= set(created):
                break
        assert seen == set(created)
        assert all(is_signed(headers["x-webhook-signature"], body) for headers, body in got)
        times = Counter(json.loads(body)["id"] for _, body in got)
        print(f"{count} events, {len(got)} deliveries, {sum(n > 1 for n in times.values())} more than once")
