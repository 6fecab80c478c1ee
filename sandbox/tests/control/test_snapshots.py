"""Snapshots: a world is kept under a name, put back, and carried to another sandbox."""

import json
from pathlib import Path
from typing import Any

import pytest

from sandbox.clock import Clock
from sandbox.pages import UNPAGED, Window
from sandbox.sites import Settings, Site
from sandbox.store import File, Row
from sandbox.tests.clinic import VISIT
from sandbox.tests.control.desk import Desk
from sandbox.tests.shop import FIXTURES, LAMP, START, load_document

Json = dict[str, Any]
SOUND = File("audio", "ein Gespräch.wav", "audio/wav", bytes(range(256)))
NOON = "2026-03-10T12:00:00.000Z"


def list_all(desk: Desk, world: str = "") -> Any:
    """Everything that a world holds."""
    everything = Window(0, UNPAGED)
    return [
        (resource.table, desk.store.page(resource, world, (), (), (), everything))
        for service in desk.services.values()
        for resource in service.resources
    ]


def spoil(desk: Desk, world: str = "") -> None:
    """Change the world."""
    items, visits = desk.resource("shop", "Item"), desk.resource("clinic", "Visit")
    desk.store.delete(items, world, LAMP)
    desk.store.insert(items, world, [Row("new", None, b'{"id":"new"}')])
    desk.store.keep(visits, world, VISIT, File("audio", "b.wav", "audio/wav", b"other"))
    desk.drive(world=world, advance=3600)


@pytest.fixture
def filled(desk: Desk) -> Desk:
    """Both APIs in use, with a file, and a snapshot `before` of it."""
    for service in desk.services.values():
        service.worlds.enter("")
    desk.store.keep(desk.resource("clinic", "Visit"), "", VISIT, SOUND)
    desk.ask("POST", "/snapshots", {"name": "before"})
    return desk


def test_snapshot_is_listed_with_what_it_holds(filled: Desk) -> None:
    [shown] = filled.ask("GET", "/snapshots")
    records = sum(filled.ask("GET", "/worlds")[0]["records"].values())
    assert shown.pop("made") > "2026"
    assert shown == {"name": "before", "world": "", "apis": ["clinic", "shop"], "records": records}
    filled.ask("POST", "/snapshots", {"name": "later", "world": "a"})
    assert [(each["name"], each["records"]) for each in filled.ask("GET", "/snapshots")] == [
        ("later", 0),
        ("before", records),
    ]


def test_restore_puts_records_files_and_clock_back(filled: Desk) -> None:
    before, visits = list_all(filled), filled.resource("clinic", "Visit")
    filled.services["shop"].worlds.enter("b")
    other = list_all(filled, "b")
    spoil(filled)
    filled.ask("POST", "/emit", {"api": "clinic", "event": "visit.removed"})
    assert list_all(filled) != before
    told = filled.ask("POST", "/snapshots/before/restore", {})
    assert (told["world"], told["apis"], told["clock"]["now"]) == ("", ["clinic", "shop"], NOON)
    assert list_all(filled) == before
    assert filled.store.file(visits, "", VISIT, "audio") == SOUND
    assert list_all(filled, "b") == other
    assert filled.ask("GET", "/deliveries") == []


def test_restore_can_be_done_again_and_without_a_body(filled: Desk) -> None:
    before = list_all(filled)
    for _ in range(3):
        spoil(filled)
        filled.ask("POST", "/snapshots/before/restore")
        assert list_all(filled) == before


def test_counts_are_right_after_a_restore(filled: Desk) -> None:
    items = filled.resource("shop", "Item")
    before = filled.store.count(items, "", (), ())
    filled.store.delete(items, "", LAMP)
    assert filled.store.count(items, "", (), ()) == before - 1
    filled.ask("POST", "/snapshots/before/restore")
    assert filled.store.count(items, "", (), ()) == before


def test_snapshot_can_be_restored_into_another_world(filled: Desk) -> None:
    before = list_all(filled)
    spoil(filled)
    spoilt = list_all(filled)
    assert filled.ask("POST", "/snapshots/before/restore", {"world": "a"})["world"] == "a"
    assert (list_all(filled), list_all(filled, "a")) == (spoilt, before)
    assert (filled.tell("a"), filled.tell()) == (NOON, "2026-03-10T13:00:00.000Z")
    filled.services["shop"].worlds.enter("a")
    assert list_all(filled, "a") == before


def test_clock_stands_as_in_the_snapshot_or_goes_on_from_there(filled: Desk) -> None:
    filled.drive(freeze=True, advance=10)
    filled.ask("POST", "/snapshots", {"name": "still"})
    filled.seconds = 100
    filled.ask("POST", "/snapshots/before/restore")
    assert filled.tell() == NOON
    filled.seconds = 101
    assert filled.tell() == "2026-03-10T12:00:01.000Z"
    assert filled.ask("POST", "/snapshots/still/restore")["clock"]["frozen"] is True
    filled.seconds = 200
    assert filled.tell() == "2026-03-10T12:00:10.000Z"


def test_move_that_was_to_come_is_to_come_again(filled: Desk) -> None:
    visits = filled.resource("clinic", "Visit")
    row = filled.store.get(visits, "", VISIT)
    assert row
    row.due = START.timestamp() + 5
    filled.store.update(visits, "", row)
    filled.ask("POST", "/snapshots", {"name": "waiting"})
    row.due = None
    filled.store.update(visits, "", row)
    filled.ask("POST", "/snapshots/waiting/restore")
    restored = filled.store.get(visits, "", VISIT)
    assert restored
    assert restored.due == START.timestamp() + 5
    assert [found.key for found in filled.store.due(visits, "", START.timestamp() + 5)] == [VISIT]
    assert filled.store.due_worlds(visits, START.timestamp() + 5) == {""}


def test_moves_of_a_snapshot_are_due_nowhere(filled: Desk) -> None:
    visits = filled.resource("clinic", "Visit")
    row = filled.store.get(visits, "", VISIT)
    assert row
    row.due = 5.0
    filled.store.update(visits, "", row)
    filled.ask("POST", "/snapshots", {"name": "waiting"})
    filled.ask("DELETE", "/worlds", world="")
    assert filled.store.due_worlds(visits, 10.0) == set()


def test_api_that_the_snapshot_has_not_starts_anew(desk: Desk) -> None:
    desk.services["clinic"].worlds.enter("")
    desk.ask("POST", "/snapshots", {"name": "before"})
    desk.services["shop"].worlds.enter("")
    demo = list_all(desk)
    spoil(desk)
    assert desk.ask("POST", "/snapshots/before/restore")["apis"] == ["clinic"]
    desk.services["shop"].worlds.enter("")
    assert list_all(desk) == demo


def test_same_name_keeps_the_later_one(filled: Desk) -> None:
    spoil(filled)
    spoilt = list_all(filled)
    filled.ask("POST", "/snapshots", {"name": "before"})
    filled.ask("POST", "/reset", {})
    filled.ask("POST", "/snapshots/before/restore")
    assert list_all(filled) == spoilt
    assert len(filled.ask("GET", "/snapshots")) == 1


def test_deleted_snapshot_is_gone_with_all_that_it_kept(filled: Desk) -> None:
    filled.ask("DELETE", "/snapshots/before")
    assert filled.ask("GET", "/snapshots") == []
    assert "there is none" in filled.refuse("POST", "/snapshots/before/restore").message
    items, visits = filled.resource("shop", "Item"), filled.resource("clinic", "Visit")
    assert (filled.store.snapshots.rows("before", items), filled.store.snapshots.files("before", visits)) == (
        [],
        [],
    )


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", ""), ("DELETE", ""), ("POST", "/restore")],
)
def test_unknown_snapshot_is_missing(filled: Desk, method: str, path: str) -> None:
    problem = filled.refuse(method, f"/snapshots/nope{path}")
    assert (problem.kind, problem.message) == ("missing", "there is no snapshot nope; there is before")


@pytest.mark.parametrize("name", ["", "a/b", ".", "..", "a b", "x" * 65, 1, None])
def test_name_that_cannot_be_is_refused(desk: Desk, name: Any) -> None:
    assert desk.refuse("POST", "/snapshots", {"name": name}).kind == "invalid"


def test_restore_that_fails_changes_nothing(filled: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    spoil(filled)
    spoilt, now = list_all(filled), filled.tell()

    def fail(*_: Any) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(filled.store, "add_world", fail)
    with pytest.raises(OSError, match="disk full"):
        filled.ask("POST", "/snapshots/before/restore")
    assert (list_all(filled), filled.tell()) == (spoilt, now)


def test_snapshots_survive_a_restart(tmp_path: Path) -> None:
    state = f"sqlite:///{tmp_path}/a.db"
    first = Desk(state=state)
    first.services["shop"].worlds.enter("")
    before = list_all(first)
    first.ask("POST", "/snapshots", {"name": "before"})
    spoil(first)
    first.site.close()
    second = Desk(state=state)
    assert [each["name"] for each in second.ask("GET", "/snapshots")] == ["before"]
    second.ask("POST", "/snapshots/before/restore")
    assert list_all(second) == before
    second.site.close()


@pytest.fixture
def other() -> Any:
    made = Desk()
    yield made
    made.site.close()


def export(desk: Desk, name: str = "before") -> Json:
    exported: Json = desk.ask("GET", f"/snapshots/{name}")
    return exported


def test_exported_snapshot_is_read_by_another_sandbox(filled: Desk, other: Desk) -> None:
    document = export(filled)
    shown = other.ask("PUT", "/snapshots/taken", document)
    [known] = filled.ask("GET", "/snapshots")
    assert shown == {**known, "name": "taken"}
    assert export(other, "taken") == {**document, "name": "taken"}
    other.ask("POST", "/snapshots/taken/restore", {"world": "w"})
    assert list_all(other, "w") == list_all(filled)
    assert other.store.file(other.resource("clinic", "Visit"), "w", VISIT, "audio") == SOUND


def test_import_replaces_a_snapshot_of_the_same_name(filled: Desk) -> None:
    document = export(filled)
    spoil(filled)
    filled.ask("POST", "/snapshots", {"name": "before"})
    filled.ask("PUT", "/snapshots/before", document)
    assert export(filled) == document


def change(document: Json, place: str, value: Any) -> None:
    *way, last = place.split("/")
    node: Any = document
    for name in way:
        node = node[int(name) if isinstance(node, list) else name]
    node[int(last) if isinstance(node, list) else last] = value


@pytest.mark.parametrize(
    ("place", "value", "told"),
    [
        ("format", "openapi-sandbox snapshot 0", "body format: must be one of openapi-sandbox snapshot 1"),
        ("apis/shop/shape", "0", "apis.shop: is of another version of the document of shop"),
        ("apis/nope", {"shape": "", "records": {}, "files": []}, "must be one of clinic, shop, got 'nope'"),
        ("apis/shop/records/Nope", [], "apis.shop.records.Nope: shop has no resource 'Nope'"),
        (
            "apis/shop/records/Item/0/key",
            "other",
            "Item.0.document: must have the key 'other'",
        ),
        (
            "apis/shop/records/Item/0/document",
            [],
            "Item.0.document: must be of type object",
        ),
        ("apis/shop/records/Item/0", {}, "apis.shop.records.Item.0.key: is required but missing"),
        ("apis/clinic/files/0/content", "a", "apis.clinic.files.0.content: "),
        ("apis/clinic/files/0/resource", "Nope", "apis.clinic.files.0: clinic has no resource 'Nope'"),
        ("clock", None, "clock: must be of type object"),
        ("clock/now", "soon", "clock.now: must be a valid date-time"),
        ("clock/now", "9999-12-31T23:59:59-14:00", "clock.now: must be an instant between the years"),
        ("made", "0001-01-01T00:00:00+14:00", "made: must be an instant between the years"),
        ("apis/shop/records/Item/0/due", 2**63, "Item.0.due: must be at most"),
        ("world", "a b", "world: must match"),
    ],
)
def test_snapshot_that_cannot_be_taken_in_is_refused_and_nothing_changes(
    filled: Desk, place: str, value: Any, told: str
) -> None:
    before, document = export(filled), export(filled)
    change(document, place, value)
    problem = filled.refuse("PUT", "/snapshots/before", document)
    assert problem.kind == "invalid"
    assert told in problem.message
    assert "\n" not in problem.message
    assert export(filled) == before


def test_broken_file_is_refused(filled: Desk) -> None:
    content = json.dumps(export(filled)).encode()
    assert filled.refuse("PUT", "/snapshots/taken", content[:-100]).kind == "unreadable"
    assert filled.refuse("PUT", "/snapshots/taken", {}).kind == "invalid"
    assert len(filled.ask("GET", "/snapshots")) == 1


def test_record_that_is_there_twice_is_a_conflict(filled: Desk) -> None:
    document = export(filled)
    document["apis"]["shop"]["records"]["Item"].append(document["apis"]["shop"]["records"]["Item"][0])
    assert filled.refuse("PUT", "/snapshots/taken", document).kind == "conflict"
    assert len(filled.ask("GET", "/snapshots")) == 1


def test_records_that_may_not_stand_beside_each_other_are_a_conflict_and_the_world_stays(
    filled: Desk,
) -> None:
    document = export(filled)
    first, second, *_ = document["apis"]["shop"]["records"]["Item"]
    second["document"]["sku"] = first["document"]["sku"]
    filled.ask("PUT", "/snapshots/taken", document)
    spoil(filled)
    spoilt = list_all(filled)
    assert filled.refuse("POST", "/snapshots/taken/restore").kind == "conflict"
    assert list_all(filled) == spoilt


def test_snapshot_of_another_version_of_a_document_is_refused(filled: Desk, tmp_path: Path) -> None:
    changed = load_document()
    changed["components"]["schemas"]["Item"]["properties"]["weight"] = {"type": "integer"}
    (tmp_path / "shop.yaml").write_text(json.dumps(changed))
    site = Site([tmp_path / "shop.yaml"], Settings(fixtures=FIXTURES), Clock(START))
    newer = Desk(site=site)
    document = export(filled)
    del document["apis"]["clinic"]
    assert "another version" in newer.refuse("PUT", "/snapshots/taken", document).message
    site.close()
