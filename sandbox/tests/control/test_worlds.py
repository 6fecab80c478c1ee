"""Worlds by the control plane: listed, put back to the demo data, forgotten."""

from typing import Any

import pytest

from sandbox.store import File, Row
from sandbox.tests.control.desk import Desk
from sandbox.tests.shop import LAMP

Json = dict[str, Any]
START = "2026-03-10T12:00:00.000Z"


def enter(desk: Desk, world: str, *apis: str) -> None:
    for api in apis or ("clinic", "shop"):
        desk.services[api].worlds.enter(world)


def remove_lamp(desk: Desk, world: str = "") -> None:
    desk.store.delete(desk.resource("shop", "Item"), world, LAMP)


def has_lamp(desk: Desk, world: str = "") -> bool:
    return desk.store.get(desk.resource("shop", "Item"), world, LAMP) is not None


def test_worlds_are_listed_with_what_they_have(desk: Desk) -> None:
    empty: Json = {"apis": [], "clock": {"now": START, "frozen": False}, "records": {}, "used": None}
    assert desk.ask("GET", "/worlds") == [{"world": "", **empty}]
    enter(desk, "b")
    enter(desk, "a", "shop")
    remove_lamp(desk, "a")
    desk.drive(world="a", freeze=True, advance=5)
    first, a, b = desk.ask("GET", "/worlds")
    assert [each["world"] for each in (first, a, b)] == ["", "a", "b"]
    assert (a["apis"], b["apis"]) == (["shop"], ["clinic", "shop"])
    assert a["records"] == {"shop": b["records"]["shop"] - 1}
    assert a["clock"] == {"now": START.replace("00.000", "05.000"), "frozen": True}
    assert a["used"] >= b["used"] > "2026"


def test_world_without_a_record_is_listed(desk: Desk) -> None:
    desk.store.add_world("shop/a")
    [_, a] = desk.ask("GET", "/worlds")
    assert (a["apis"], a["records"]) == (["shop"], {"shop": 0})


def test_reset_gives_the_demo_data_back_and_forgets_the_rest(desk: Desk) -> None:
    enter(desk, "a")
    enter(desk, "b")
    items = desk.resource("shop", "Item")
    for world in ("a", "b"):
        remove_lamp(desk, world)
        desk.store.insert(items, world, [Row("new", None, b'{"id":"new"}')])
        desk.store.keep(items, world, "new", File("photo", "a.png", "image/png", b"a"))
        desk.drive(world=world, advance=60)
        desk.services["shop"].quotas.take((world, "shop", "demo"), 10, 60, 0.0)
        desk.ask("POST", "/emit", {"api": "clinic", "event": "visit.removed", "world": world})
    told = desk.ask("POST", "/reset", {"world": "a"})
    assert (told["world"], told["apis"], told["clock"]["now"]) == ("a", ["clinic", "shop"], START)
    assert [has_lamp(desk, world) for world in "ab"] == [True, False]
    assert [desk.store.get(items, world, "new") is None for world in "ab"] == [True, False]
    assert [desk.store.file(items, world, "new", "photo") is None for world in "ab"] == [True, False]
    assert [each["world"] for each in desk.ask("GET", "/deliveries")] == ["b"]
    take = desk.services["shop"].quotas.take
    assert [take((world, "shop", "demo"), 10, 60, 0.0).remaining for world in "ab"] == [9, 8]
    assert desk.tell("b") == START.replace("12:00", "12:01")


def test_reset_tells_of_its_world_without_counting_the_others(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(desk, "a")
    enter(desk, "b")
    listed = desk.ask("GET", "/worlds")[1]
    monkeypatch.setattr(desk.store, "count_worlds", None)
    told = desk.ask("POST", "/reset", {"world": "a"})
    assert {**told, "used": listed["used"]} == listed


def test_reset_of_one_api_leaves_the_others_and_the_clock(desk: Desk) -> None:
    enter(desk, "")
    visits = desk.resource("clinic", "Visit")
    before = desk.store.count(visits, "", (), ())
    desk.store.insert(visits, "", [Row("new", None, b'{"id":"new"}')])
    remove_lamp(desk)
    desk.drive(advance=60)
    desk.ask("POST", "/reset", {"api": "shop"})
    assert has_lamp(desk)
    assert desk.store.count(visits, "", (), ()) == before + 1
    assert desk.tell() != START


def test_reset_makes_no_data_of_apis_that_nobody_used_but_of_the_one_that_is_named(desk: Desk) -> None:
    enter(desk, "a", "shop")
    assert desk.ask("POST", "/reset", {"world": "a"})["apis"] == ["shop"]
    assert desk.ask("POST", "/reset", {"world": "c"})["apis"] == []
    assert desk.ask("POST", "/reset", {"world": "c", "api": "shop"})["apis"] == ["shop"]
    assert has_lamp(desk, "c")


def test_reset_that_fails_changes_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    enter(desk, "a")
    remove_lamp(desk, "a")
    desk.drive(world="a", advance=60)
    now, before = desk.tell("a"), desk.ask("GET", "/worlds")[1]["records"]

    def fail(*_: Any) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(desk.clocks, "forget", fail)
    with pytest.raises(OSError, match="disk full"):
        desk.ask("POST", "/reset", {"world": "a"})
    assert (desk.tell("a"), desk.ask("GET", "/worlds")[1]["records"]) == (now, before)
    assert not has_lamp(desk, "a")
    monkeypatch.undo()
    desk.ask("POST", "/reset", {"world": "a"})
    assert (desk.tell("a"), has_lamp(desk, "a")) == (START, True)


def test_dropped_world_is_gone_and_comes_anew(desk: Desk) -> None:
    enter(desk, "a")
    enter(desk, "b")
    remove_lamp(desk, "a")
    desk.drive(world="a", advance=60)
    assert desk.ask("DELETE", "/worlds", world="a") is None
    assert [each["world"] for each in desk.ask("GET", "/worlds")] == ["", "b"]
    assert (desk.tell("a"), desk.clocks.driven()) == (START, [])
    enter(desk, "a")
    assert has_lamp(desk, "a")
    assert desk.ask("DELETE", "/worlds", world="nobody") is None


@pytest.mark.parametrize(
    "body", [{"world": "a b"}, {"world": 1}, {"api": "nope"}, {"worlds": "a"}, {"world": "x" * 65}, []]
)
def test_reset_of_nothing_is_refused(desk: Desk, body: Any) -> None:
    enter(desk, "")
    remove_lamp(desk)
    assert desk.refuse("POST", "/reset", body).kind == "invalid"
    assert not has_lamp(desk)


def test_world_with_an_impossible_name_cannot_be_dropped(desk: Desk) -> None:
    assert desk.refuse("DELETE", "/worlds", world="a/b").kind == "invalid"
