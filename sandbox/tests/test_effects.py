"""Effects: what new, changed and removed records and moves by the clock do to others."""

from typing import Any

import orjson
import pytest

from sandbox.effects import set_path
from sandbox.tests.clinic import HOOK, SOUND, VISIT, Clinic

Json = dict[str, Any]

NOW = "2026-03-10T12:00:00Z"


@pytest.fixture
def clinic() -> Any:
    made = Clinic()
    yield made
    made.store.close()


def make_talk(clinic: Clinic) -> tuple[str, str]:
    """The keys of a new visit and its talk."""
    visit = clinic.one("createVisit", {"reason": "Cough"})["id"]
    talk = clinic.one("createTalk", files={"audio": SOUND}, visit=visit)
    return visit, talk["id"]


@pytest.mark.parametrize(
    ("record", "path", "value", "expected"),
    [
        ({}, "a", 1, {"a": 1}),
        ({"a": 0, "b": 2}, "a", 1, {"a": 1, "b": 2}),
        ({}, "a.b.c", 1, {"a": {"b": {"c": 1}}}),
        ({"a": {"x": 0, "b": {"y": 0}}}, "a.b.c", 1, {"a": {"x": 0, "b": {"y": 0, "c": 1}}}),
        ({"a": None}, "a.b", 1, {"a": {"b": 1}}),
        ({"a": "text"}, "a.b", 1, {"a": {"b": 1}}),
        ({"a": {"b": {"c": 1}}}, "a.b", None, {"a": {"b": None}}),
    ],
)
def test_field_is_set_by_its_dotted_path(record: Json, path: str, value: Any, expected: Json) -> None:
    set_path(record, path, value)
    assert record == expected


def test_object_that_another_record_shares_stays_as_it_is() -> None:
    shared: Json = {"b": {"c": 0}}
    record = {"a": shared}
    set_path(record, "a.b.c", 1)
    assert (shared, record) == ({"b": {"c": 0}}, {"a": {"b": {"c": 1}}})


def test_new_record_changes_the_one_it_names_and_stamps_it(clinic: Clinic) -> None:
    visit, talk = make_talk(clinic)
    other = clinic.visit("visit_b")
    assert clinic.visit(visit) == {
        "id": visit,
        "reason": "Cough",
        "state": "talked",
        "talk_id": talk,
        "changed_at": NOW,
    }
    assert clinic.visit("visit_b") == other


def test_removed_record_changes_the_one_it_names(clinic: Clinic) -> None:
    clinic.seconds = 1.0
    clinic.act("removeTalk", visit=VISIT)
    changed = clinic.visit()
    assert (changed["talk_id"], changed["state"]) == (None, "talked")
    assert changed["changed_at"] == "2026-03-10T12:00:01Z"


def test_amended_record_changes_the_one_it_names_but_not_when_nothing_was_given(clinic: Clinic) -> None:
    clinic.act("upsertNote", {"text": "Rest"}, visit=VISIT)
    assert clinic.visit()["reason"] == "Pain"
    clinic.act("upsertNote", {}, visit=VISIT)
    assert clinic.visit()["reason"] == "Pain"
    clinic.act("upsertNote", {"text": "Tea"}, visit=VISIT)
    assert clinic.visit()["reason"] == "Tea"


def test_effects_of_records_that_are_removed_with_the_one_they_change_are_none(clinic: Clinic) -> None:
    clinic.act("removeVisit", id=VISIT)
    assert clinic.store.get(clinic.api.resources["Talk"], "", "talk_a") is None


def test_move_makes_a_record_with_shared_fields_demo_values_and_its_own_effects(clinic: Clinic) -> None:
    visit, talk = make_talk(clinic)
    clinic.seconds = 4.5
    made = clinic.one("showText", visit=visit)
    moved = clinic.store.get(clinic.api.resources["Talk"], "", talk)
    assert moved
    record = moved.read()
    assert (record["state"], record["topic"]) == ("done", "Cough")
    assert NOW < record["done_at"] <= "2026-03-10T12:00:04Z"
    assert made == {
        "id": made["id"],
        "visit_id": visit,
        "text": "Cough",
        "topic": "Cough",
        "state": "raw",
        "made_at": record["done_at"],
    }
    assert made["id"].startswith("text_")
    shown = clinic.visit(visit)
    assert (shown["state"], shown["reason"], shown["changed_at"]) == ("texted", "Cough", record["done_at"])


def test_made_record_belongs_to_the_owner_of_its_source(clinic: Clinic) -> None:
    visit, _ = make_talk(clinic)
    clinic.seconds = 5
    text = clinic.store.get(clinic.api.resources["Text"], "", clinic.one("showText", visit=visit)["id"])
    assert text
    assert text.owner == "user_1"


def test_made_record_moves_by_the_clock_too(clinic: Clinic) -> None:
    visit, _ = make_talk(clinic)
    clinic.seconds = 5
    assert clinic.one("showText", visit=visit)["state"] == "raw"
    clinic.seconds = 15
    assert clinic.one("showText", visit=visit)["state"] == "read"


def test_client_that_was_faster_keeps_its_record(clinic: Clinic) -> None:
    visit, talk = make_talk(clinic)
    mine = clinic.one("createText", {"text": "Mine"}, visit=visit)
    clinic.seconds = 4.5
    assert clinic.one("showText", visit=visit) == mine
    assert clinic.visit(visit)["reason"] == "Mine"
    moved = clinic.store.get(clinic.api.resources["Talk"], "", talk)
    assert moved
    assert moved.read()["state"] == "done"


def test_move_is_done_where_it_changes_another_record_that_is_read(clinic: Clinic) -> None:
    visit, _ = make_talk(clinic)
    clinic.seconds = 4.5
    listed = {record["id"]: record for record in map(orjson.loads, clinic.act("listVisits").values["items"])}
    assert listed[visit]["talk_id"]
    assert clinic.one("showText", visit=visit)["state"] == "raw"
    assert clinic.one("showVisit", id=visit)["state"] == "texted"


def test_move_is_done_once_and_told_once(clinic: Clinic) -> None:
    clinic.act("createHook", {**HOOK, "active": True, "events": ["talk.done"]})
    visit, _ = make_talk(clinic)
    clinic.seconds = 5
    first = clinic.one("showText", visit=visit)
    assert clinic.one("showText", visit=visit) == first
    assert [delivery.event for delivery in clinic.outbox()] == ["talk.done"]
    assert orjson.loads(clinic.outbox()[0].body)["data"] == {"object": {"state": "done"}}


def test_effect_on_a_record_that_is_gone_is_none(clinic: Clinic) -> None:
    visit, _ = make_talk(clinic)
    clinic.store.delete(clinic.api.resources["Visit"], "", visit)
    clinic.seconds = 5
    assert clinic.one("showText", visit=visit, persona="demo")["visit_id"] == visit


# States that something else than the clock changes


def test_state_that_an_effect_sets_moves_on_from_then(clinic: Clinic) -> None:
    visit = clinic.one("createVisit", {})["id"]
    clinic.seconds = 50
    clinic.act("createText", {"text": "Mine"}, visit=visit)
    clinic.seconds = 149
    assert clinic.one("showVisit", id=visit)["state"] == "texted"
    clinic.seconds = 150
    assert clinic.one("showVisit", id=visit)["state"] == "closed"


def test_state_that_an_effect_or_a_client_ends_is_not_moved(clinic: Clinic) -> None:
    until = "2026-03-10T12:00:10Z"
    talked, ended = (clinic.one("createVisit", {"until": until})["id"] for _ in range(2))
    clinic.act("createTalk", files={"audio": SOUND}, visit=talked)
    clinic.act("amendVisit", {"state": "ended"}, id=ended)
    clinic.seconds = 11
    assert clinic.one("showVisit", id=ended)["state"] == "ended"
    assert clinic.one("showVisit", id=talked)["state"] in ("talked", "texted")


@pytest.mark.parametrize(("until", "state"), [("2026-03-10T12:00:05Z", "missed"), ("2026-03-11", "open")])
def test_instant_of_a_move_may_be_changed(clinic: Clinic, until: str, state: str) -> None:
    visit = clinic.one("createVisit", {"until": "2026-03-10T12:00:10Z"})["id"]
    clinic.act("amendVisit", {"until": until}, id=visit)
    clinic.seconds = 11
    assert clinic.one("showVisit", id=visit)["state"] == state


def test_change_of_another_field_keeps_the_move_to_come(clinic: Clinic) -> None:
    visit = clinic.one("createVisit", {})["id"]
    clinic.act("createText", {"text": "Mine"}, visit=visit)
    clinic.seconds = 50
    clinic.act("amendVisit", {"reason": "Other"}, id=visit)
    clinic.seconds = 101
    assert clinic.one("showVisit", id=visit)["state"] == "closed"
