"""Webhooks: who is told what, in which form, signed how, and when it is tried again."""

import re
from dataclasses import replace
from typing import Any

import orjson
import pytest

from sandbox.calls import Subscription
from sandbox.problems import Problem
from sandbox.store import Duplicate
from sandbox.tests.clinic import HOOK, NEAR, VISIT, Clinic
from sandbox.webhooks import announce, describe, find_next_attempt, make_headers, sign

Json = dict[str, Any]

EVERYWHERE = Subscription("http://far.example/all", "k")


@pytest.fixture
def clinic() -> Any:
    made = Clinic(subscriptions=(EVERYWHERE,))
    yield made
    made.store.close()


def bodies(clinic: Clinic) -> list[Json]:
    return [orjson.loads(delivery.body) for delivery in clinic.outbox()]


def tell(clinic: Clinic, event: str | None, record: Json | None = None, **options: Any) -> None:
    resource = clinic.api.resources["Visit"] if record else None
    announce(clinic.service, options.get("world", ""), event, resource, record or {}, options.get("owner"))


@pytest.mark.parametrize(
    ("secret", "body", "digest"),
    [
        # RFC 4231, test case 2
        (
            "Jefe",
            b"what do ya want for nothing?",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        ),
        ("", b"", "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"),
        (
            "key",
            b"The quick brown fox jumps over the lazy dog",
            "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8",
        ),
    ],
)
def test_signature_is_the_hmac_of_the_body(secret: str, body: bytes, digest: str) -> None:
    assert sign(secret, body) == f"sha256={digest}"


def test_delivery_has_the_declared_headers(clinic: Clinic) -> None:
    tell(clinic, "nothing.happened")
    [delivery] = clinic.outbox()
    assert make_headers(clinic.api, delivery) == {
        "Content-Type": "application/json",
        "X-Signature": sign("k", delivery.body),
        "X-Event": "nothing.happened",
        "X-Delivery": delivery.id,
    }


def test_event_of_a_write_says_what_happened_when_to_which_record(clinic: Clinic) -> None:
    made = clinic.one("createVisit", {"reason": "Cough"})
    [delivery], [body] = clinic.outbox(), bodies(clinic)
    assert body == {
        "id": delivery.event_id,
        "type": "visit.created",
        "created_at": "2026-03-10T12:00:00Z",
        "data": {"object": made},
    }
    assert re.fullmatch("evt_[a-z0-9]{10}", delivery.event_id)
    assert (delivery.api, delivery.event, delivery.state) == ("clinic", "visit.created", "pending")
    assert (delivery.attempts, delivery.due, delivery.created) == (
        0,
        clinic.clock.time(),
        clinic.clock.time(),
    )


@pytest.mark.parametrize(
    ("event", "record", "expected"),
    [
        ("visit.created", {"id": "v", "reason": "x"}, {"id": "v", "reason": "x"}),
        ("visit.removed", {"id": "v"}, "v"),
        (
            "visit.changed",
            {"id": "v", "$owner": "o", "reason": "x", "state": "open"},
            {"key": "v", "whose": "o", "why": "x", "state": "open", "fixed": ["text"]},
        ),
        ("visit.changed", {"id": "v"}, {"key": "v", "whose": None, "state": None, "fixed": ["text"]}),
        ("talk.done", {"id": "v", "state": "done", "more": 1}, {"state": "done"}),
        ("nothing.happened", None, {}),
    ],
)
def test_object_of_an_event_is_the_record_or_its_template(
    clinic: Clinic, event: str, record: Json | None, expected: Any
) -> None:
    tell(clinic, event, record)
    assert [body["data"]["object"] for body in bodies(clinic)] == [expected]


def test_event_of_a_new_user_never_tells_the_password(clinic: Clinic) -> None:
    clinic.act("register", {"email": "new@example.com", "password": "secret"})
    [body] = bodies(clinic)
    assert body["data"]["object"]["email"] == "new@example.com"
    assert "password" not in body["data"]["object"]


def test_write_without_an_event_and_no_event_are_silent(clinic: Clinic) -> None:
    clinic.act("createHook", HOOK)
    tell(clinic, None)
    assert clinic.outbox() == []


def test_event_that_the_api_has_not_is_refused(clinic: Clinic) -> None:
    with pytest.raises(Problem, match=r"visit\.created") as caught:
        tell(clinic, "visit.nope")
    assert caught.value.kind == "invalid"
    assert clinic.outbox() == []


@pytest.mark.parametrize(
    ("events", "wanted"),
    [
        (None, True),
        (set(), False),
        ({"visit.created"}, True),
        ({"a", "visit.created"}, True),
        ({"visit"}, False),
    ],
)
def test_subscription_of_the_command_line_wants_its_events_or_all(
    events: set[str] | None, wanted: bool
) -> None:
    asked = None if events is None else frozenset(events)
    clinic = Clinic(subscriptions=(replace(EVERYWHERE, events=asked),))
    clinic.act("createVisit", {})
    assert len(clinic.outbox()) == wanted
    clinic.store.close()


@pytest.mark.parametrize(
    ("hook", "persona", "told"),
    [
        ({}, "demo", True),
        ({"active": False}, "demo", False),
        ({"events": ["visit.changed"]}, "demo", False),
        ({}, "peer", False),
        ({}, "idle", True),
    ],
)
def test_record_subscribes_its_owner_while_it_is_active(hook: Json, persona: str, told: bool) -> None:
    clinic = Clinic()
    made = {"active": True, **HOOK, **hook}
    clinic.act("createHook", made, persona=persona)
    clinic.act("createVisit", {})
    found = [(delivery.url, delivery.secret) for delivery in clinic.outbox()]
    assert found == ([(NEAR, "s")] if told else [])
    clinic.store.close()


def test_each_subscription_gets_a_delivery_of_the_same_event(clinic: Clinic) -> None:
    clinic.act("createHook", {**HOOK, "active": True})
    clinic.act("createVisit", {})
    first, second = clinic.outbox()
    assert first.id != second.id
    assert (first.event_id, first.body) == (second.event_id, second.body)
    assert {first.url, second.url} == {EVERYWHERE.url, NEAR}


def test_subscription_of_another_world_is_not_told() -> None:
    clinic = Clinic()
    clinic.act("createHook", {**HOOK, "active": True}, world="mine")
    clinic.act("createVisit", {})
    assert clinic.outbox() == []
    clinic.clocks.drive("mine", 0)
    clinic.act("createVisit", {}, world="mine")
    assert [(each.world, each.created) for each in clinic.outbox()] == [("mine", 0)]
    assert bodies(clinic)[0]["created_at"] == "1970-01-01T00:00:00Z"
    clinic.store.close()


@pytest.mark.parametrize(
    ("operation", "body", "event"),
    [("amendVisit", {"reason": "New"}, "visit.changed"), ("removeVisit", None, "visit.removed")],
)
def test_change_and_removal_are_told(clinic: Clinic, operation: str, body: Any, event: str) -> None:
    clinic.act(operation, body, id=VISIT)
    assert [delivery.event for delivery in clinic.outbox()] == [event]


def test_write_and_its_event_are_one_transaction(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Any) -> None:
        raise Problem("unavailable", "the outbox is full")

    monkeypatch.setattr(clinic.store, "queue", fail)
    for operation, body in (("amendVisit", {"reason": "New"}), ("removeVisit", None)):
        with pytest.raises(Problem, match="outbox"):
            clinic.act(operation, body, id=VISIT)
    assert clinic.visit()["reason"] == "Pain"


def test_write_that_is_undone_tells_nobody(clinic: Clinic) -> None:
    def write() -> None:
        tell(clinic, "nothing.happened")
        raise Duplicate

    with pytest.raises(Duplicate), clinic.store.transaction():
        write()
    assert clinic.outbox() == []


@pytest.mark.parametrize(("attempts", "due"), [(1, 110.0), (2, 160.0), (3, None), (9, None)])
def test_next_attempt_is_the_declared_time_after_a_failed_one(attempts: int, due: float | None) -> None:
    clinic = Clinic()
    assert find_next_attempt(clinic.api, attempts, 100.0) == due
    clinic.store.close()


def test_delivery_is_described_without_its_secret(clinic: Clinic) -> None:
    tell(clinic, "nothing.happened")
    [delivery] = clinic.outbox()
    shown = describe(delivery)
    assert "secret" not in shown
    assert shown["id"] == delivery.id
    assert shown["body"] == orjson.loads(delivery.body)
