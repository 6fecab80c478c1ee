"""The courier: what it sends, to whom, how often, and what becomes of a delivery. No network."""

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from sandbox import couriers
from sandbox.calls import Subscription
from sandbox.couriers import MOST_AT_ONCE, Courier, find_obstacle
from sandbox.problems import Problem
from sandbox.store import Delivery, Store
from sandbox.tests.clinic import HOOK, NEAR, SOUND, Clinic
from sandbox.webhooks import announce, make_headers

Json = dict[str, Any]


class Receiver:
    """A fake sender: answers with the next outcome, the last one for ever, and remembers the requests."""

    def __init__(self, *outcomes: int | Exception) -> None:
        self.outcomes = list(outcomes)
        self.requests: list[tuple[str, dict[str, str], bytes, float]] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self, url: str, headers: dict[str, str], body: bytes, timeout: float) -> int:
        self.requests.append((url, headers, body, timeout))
        await self.gate.wait()
        outcome = self.outcomes.pop(0) if len(self.outcomes) > 1 else self.outcomes[0]
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


def make_clinic(url: str = NEAR, **hook: Any) -> Clinic:
    clinic = Clinic()
    clinic.act("createHook", {**HOOK, "events": ["nothing.happened"], "active": True, "url": url, **hook})
    return clinic


def emit(clinic: Clinic, times: int = 1, world: str = "") -> None:
    for _ in range(times):
        announce(clinic.service, world, "nothing.happened", None, {}, "user_1")


async def look(courier: Courier, times: int = 1) -> None:
    for _ in range(times):
        courier.look()
        for _ in range(5):
            await asyncio.sleep(0)


def deliver(clinic: Clinic, receiver: Receiver, *instants: float) -> Delivery:
    """The delivery after looks at these seconds."""

    async def run() -> None:
        courier = Courier([clinic.service], clinic.clocks, receiver)
        for instant in instants:
            clinic.seconds = instant
            await look(courier)

    asyncio.run(run())
    [delivery] = clinic.outbox()
    clinic.store.close()
    return delivery


def make_delivery(receiver: Receiver, *instants: float) -> Delivery:
    clinic = make_clinic()
    emit(clinic)
    return deliver(clinic, receiver, *instants)


def test_delivery_is_sent_signed_and_once() -> None:
    clinic, receiver = make_clinic(), Receiver(204)
    emit(clinic)
    delivery = deliver(clinic, receiver, 0, 0, 100)
    assert receiver.requests == [(NEAR, make_headers(clinic.api, delivery), delivery.body, 5)]
    assert (delivery.state, delivery.attempts, delivery.status) == ("delivered", 1, 204)
    assert (delivery.due, delivery.error) == (None, None)


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_any_2xx_delivers(status: int) -> None:
    assert make_delivery(Receiver(status), 0).state == "delivered"


@pytest.mark.parametrize("status", [100, 199, 300, 301, 302, 304, 400, 404, 410, 429, 500, 503])
def test_any_other_status_is_a_failed_attempt(status: int) -> None:
    delivery = make_delivery(Receiver(status), 0)
    assert (delivery.state, delivery.attempts, delivery.status) == ("pending", 1, status)


@pytest.mark.parametrize(
    ("outcome", "told"),
    [
        (TimeoutError(), "no answer within 5 s"),
        (httpx.ConnectError("refused"), "refused"),
        (httpx.ReadTimeout("slow"), "slow"),
        (httpx.InvalidURL("bad"), "bad"),
        (OSError("broken"), "broken"),
        (ValueError("odd"), "odd"),
    ],
)
def test_no_answer_is_a_failed_attempt_that_says_why(outcome: Exception, told: str) -> None:
    delivery = make_delivery(Receiver(outcome), 0)
    assert (delivery.state, delivery.status) == ("pending", None)
    assert told in str(delivery.error)


@pytest.mark.parametrize(
    ("instants", "attempts", "state"),
    [
        ([0], 1, "pending"),
        ([0, 9.9], 1, "pending"),
        ([0, 10], 2, "pending"),
        ([0, 10, 69.9], 2, "pending"),
        ([0, 10, 70], 3, "failed"),
        ([0, 10, 70, 1e6], 3, "failed"),
        ([0, 50, 109], 2, "pending"),
        ([0, 50, 110], 3, "failed"),
    ],
)
def test_failed_attempt_is_repeated_by_the_clock_as_often_as_declared(
    instants: list[float], attempts: int, state: str
) -> None:
    receiver = Receiver(500)
    delivery = make_delivery(receiver, *instants)
    assert (len(receiver.requests), delivery.attempts, delivery.state) == (attempts, attempts, state)
    assert (delivery.due is None) == (state == "failed")


def test_repeated_delivery_is_the_same_to_the_byte_and_may_succeed() -> None:
    receiver = Receiver(500, TimeoutError(), 200)
    delivery = make_delivery(receiver, 0, 10, 70)
    assert receiver.requests[0] == receiver.requests[1] == receiver.requests[2]
    assert (delivery.state, delivery.attempts, delivery.error) == ("delivered", 3, None)


def test_world_retries_by_its_own_clock() -> None:
    clinic, receiver = Clinic(), Receiver(500)
    hook = {**HOOK, "events": ["nothing.happened"], "active": True}
    clinic.act("createHook", hook, world="mine")
    emit(clinic, world="mine")

    async def run() -> None:
        courier = Courier([clinic.service], clinic.clocks, receiver)
        await look(courier)
        clinic.seconds = 5
        await look(courier)
        clinic.clocks.drive("mine", clinic.clocks.of("mine").time() + 5)
        await look(courier)

    asyncio.run(run())
    assert len(receiver.requests) == 2
    clinic.store.close()


def test_attempt_that_the_courier_gives_up_is_free_again() -> None:
    clinic, receiver = make_clinic(), Receiver(200)
    emit(clinic)
    receiver.gate.clear()

    async def stop() -> None:
        courier = asyncio.create_task(Courier([clinic.service], clinic.clocks, receiver).run())
        while not receiver.requests:
            await asyncio.sleep(0)
        courier.cancel()
        await asyncio.gather(courier, return_exceptions=True)

    asyncio.run(stop())
    (delivery,) = clinic.store.deliveries()
    assert (delivery.claimed, delivery.attempts, delivery.state) == (None, 0, "pending")
    clinic.store.close()


def test_attempt_that_cannot_be_noted_is_not_made_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clinic, receiver = make_clinic(), Receiver(204)
    emit(clinic)
    monkeypatch.setattr(couriers, "PAUSE", 0.0)
    away = Problem("unavailable", "the store is away")

    def fail(*_: object) -> None:
        raise away

    async def run() -> None:
        courier = Courier([clinic.service], clinic.clocks, receiver)
        courier.look()
        with monkeypatch.context() as patch:
            patch.setattr(Store, "note", fail)
            patch.setattr(Store, "due_worlds", fail)
            patch.setattr(Store, "claim_deliveries", fail)
            running = asyncio.create_task(courier.run())
            for _ in range(20):
                await asyncio.sleep(0)
        for _ in range(20):
            await asyncio.sleep(0)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    asyncio.run(run())
    [delivery] = clinic.outbox()
    assert (delivery.state, delivery.attempts, len(receiver.requests)) == ("delivered", 1, 1)
    assert capsys.readouterr().err == "deliveries and moves by the clock wait: the store is away\n"


def test_look_reads_only_what_is_due(monkeypatch: pytest.MonkeyPatch) -> None:
    clinic, receiver = make_clinic(), Receiver(500)
    emit(clinic, 50)
    found: list[str] = []
    real = clinic.store.claim_deliveries

    def count(*arguments: Any) -> list[Delivery]:
        deliveries = real(*arguments)
        found.extend(delivery.id for delivery in deliveries)
        return deliveries

    monkeypatch.setattr(clinic.store, "claim_deliveries", count)
    monkeypatch.setattr(Store, "deliveries", None)
    courier = Courier([clinic.service], clinic.clocks, receiver)
    asyncio.run(look(courier, 4))
    assert len(receiver.requests) == 50
    found.clear()
    asyncio.run(look(courier, 4))
    assert found == []
    clinic.store.close()


def test_world_that_is_ahead_is_served_though_the_others_are_not_due() -> None:
    clinic, receiver = make_clinic(), Receiver(500, 200)
    emit(clinic)
    clinic.act("createHook", {**HOOK, "events": ["nothing.happened"], "active": True}, world="w")
    clinic.clocks.drive("w", clinic.clocks.base.time() + 1e6, freeze=True)
    emit(clinic, world="w")
    clinic.clocks.drive("w", clinic.clocks.base.time() - 1e6)
    courier = Courier([clinic.service], clinic.clocks, receiver)
    asyncio.run(look(courier, 3))
    assert len(receiver.requests) == 1
    clinic.clocks.drive("w", clinic.clocks.base.time() + 1e6)
    asyncio.run(look(courier, 3))
    assert len(receiver.requests) == 2
    clinic.store.close()


def test_clock_that_another_process_drives_is_seen_by_the_next_look() -> None:
    clinic = make_clinic()
    clinic.store.keep_clock("w", 0.0, 7.0)
    assert clinic.clocks.driven() == []
    asyncio.run(look(Courier([], clinic.clocks, Receiver(200))))
    assert clinic.clocks.of("w").time() == 7.0
    clinic.store.close()


@pytest.mark.parametrize("attempts", [1, MOST_AT_ONCE, MOST_AT_ONCE + 1, 3 * MOST_AT_ONCE])
def test_at_most_so_many_attempts_are_under_way_and_all_come_to_their_turn(attempts: int) -> None:
    clinic = make_clinic()
    emit(clinic, attempts)

    async def run() -> None:
        receiver = Receiver(200)
        courier = Courier([clinic.service], clinic.clocks, receiver)
        receiver.gate.clear()
        await look(courier, 3)
        assert len(receiver.requests) == min(attempts, MOST_AT_ONCE)
        receiver.gate.set()
        await look(courier, 4)
        assert len(receiver.requests) == attempts

    asyncio.run(run())
    assert {delivery.state for delivery in clinic.outbox()} == {"delivered"}
    clinic.store.close()


FAR = [
    "http://192.0.2.1/x",
    "http://example.com/",
    "http://localhost.example.com/",
    "http://127.0.0.1@example.com/",
    "http://localhost:80@example.com/",
    "http://localhost\\@example.com/",
    "http://0.0.0.0/",
    "http://[::]/",
    "http://[/",
    "//",
    "",
]


@pytest.mark.parametrize("url", FAR)
def test_receiver_elsewhere_that_a_client_named_is_never_called(url: str) -> None:
    clinic, receiver = make_clinic(url), Receiver(200)
    emit(clinic)
    delivery = deliver(clinic, receiver, 0, 10, 70)
    assert receiver.requests == []
    assert (delivery.state, delivery.attempts, delivery.due) == ("failed", 0, None)
    assert "on this machine" in str(delivery.error) or "no URL" in str(delivery.error)


def test_receiver_that_may_not_be_called_holds_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(couriers, "MOST_AT_ONCE", 2)
    clinic, receiver = make_clinic(FAR[0]), Receiver(200)
    emit(clinic, 5)
    clinic.act("createHook", {**HOOK, "events": ["nothing.happened"], "active": True})
    emit(clinic)
    courier = Courier([clinic.service], clinic.clocks, receiver)
    asyncio.run(look(courier, 5))
    assert len(receiver.requests) == 1
    assert Counter(delivery.state for delivery in clinic.outbox()) == {"failed": 6, "delivered": 1}
    clinic.store.close()


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("http://192.0.2.1/x", "not on this machine"),
        ("http://[/", "no URL"),
        ("", "not on this machine"),
        ("http://localhost/_sandbox/clock", "a page of the sandbox itself"),
        (NEAR, None),
    ],
)
def test_obstacle_says_why_a_receiver_may_not_be_called(url: str, told: str | None) -> None:
    clinic = Clinic()
    found = find_obstacle(clinic.service, url)
    assert (told in found and repr(url) in found) if told and found else found is told
    clinic.store.close()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST:81", "[::1]:8080", "u:p@localhost"])
def test_receiver_on_this_machine_is_called(host: str) -> None:
    clinic, receiver = make_clinic(f"http://{host}/hook"), Receiver(200)
    emit(clinic)
    assert deliver(clinic, receiver, 0).state == "delivered"


def test_receiver_of_the_command_line_may_be_anywhere() -> None:
    clinic, receiver = Clinic(subscriptions=(Subscription(FAR[0], "k"),)), Receiver(200)
    emit(clinic)
    assert deliver(clinic, receiver, 0).state == "delivered"


def test_courier_does_the_moves_that_nobody_asks_for() -> None:
    clinic, receiver = make_clinic(events=["talk.done"]), Receiver(200)
    visit = clinic.one("createVisit", {})["id"]
    clinic.act("createTalk", files={"audio": SOUND}, visit=visit)
    assert deliver(clinic, receiver, 5, 5).state == "delivered"


def test_fault_in_one_look_does_not_end_the_courier(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clinic, receiver = make_clinic(), Receiver(200)
    emit(clinic)
    monkeypatch.setattr(couriers, "PAUSE", 0)

    async def run() -> None:
        courier = Courier([clinic.service], clinic.clocks, receiver)
        real, calls = courier.look, iter([True])

        def fail_once() -> None:
            if next(calls, False):
                raise RuntimeError("a fault")
            real()

        monkeypatch.setattr(courier, "look", fail_once)
        task = asyncio.create_task(courier.run())
        for _ in range(10):
            await asyncio.sleep(0)
        task.cancel()

    asyncio.run(run())
    assert len(receiver.requests) == 1
    assert "a fault" in capsys.readouterr().err
    clinic.store.close()


def answer_slowly(seconds: float) -> Callable[[httpx.Request], Any]:
    async def answer(request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(seconds)
        assert set(request.extensions["timeout"].values()) <= {None, 9}
        return httpx.Response(302, headers={"Location": "http://example.com/"})

    return answer


@pytest.mark.parametrize(("seconds", "timeout", "status"), [(0, 9, 302), (0.2, 0.01, None)])
def test_sender_waits_as_long_as_declared_and_follows_no_redirect(
    monkeypatch: pytest.MonkeyPatch, seconds: float, timeout: float, status: int | None
) -> None:
    client = httpx.AsyncClient

    def make(**options: Any) -> httpx.AsyncClient:
        assert options["trust_env"] is False
        return client(transport=httpx.MockTransport(answer_slowly(seconds)), **options)

    monkeypatch.setattr(httpx, "AsyncClient", make)
    if status is None:
        with pytest.raises(TimeoutError):
            asyncio.run(couriers.send(NEAR, {}, b"{}", timeout))
    else:
        assert asyncio.run(couriers.send(NEAR, {}, b"{}", timeout)) == status
