"""Worlds: private copies of the demo data, made on first use, dropped when idle."""

from pathlib import Path

import pytest

from sandbox.clock import Clock, Clocks
from sandbox.fixtures import Fixtures
from sandbox.pages import UNPAGED, Window
from sandbox.quotas import Quotas
from sandbox.store import Row, Store
from sandbox.tests.shop import LAMP, START, Shop, make_shop_rows, read_shop
from sandbox.worlds import IDLE, Worlds


def count(shop: Shop, world: str) -> int:
    return shop.store.count(shop.resource("Item"), world, (), ())


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds that passed, the last of the list."""
    passed = [0.0]
    monkeypatch.setattr("sandbox.worlds.time.monotonic", lambda: passed[-1])
    return passed


def test_world_gets_its_demo_data_on_first_use(shop: Shop) -> None:
    assert count(shop, "a") == 0
    shop.worlds.enter("a")
    assert count(shop, "a") == 24
    assert count(shop, "") == 0


def test_second_use_changes_nothing(shop: Shop) -> None:
    shop.worlds.enter("a")
    shop.store.delete(shop.resource("Item"), "a", LAMP)
    shop.worlds.enter("a")
    assert count(shop, "a") == 23


def test_worlds_start_alike_and_go_apart(shop: Shop) -> None:
    item, every = shop.resource("Item"), Window(0, UNPAGED)
    shop.worlds.enter("a")
    shop.worlds.enter("b")
    assert shop.store.page(item, "a", (), (), (), every) == shop.store.page(item, "b", (), (), (), every)
    shop.store.insert(item, "a", [Row("x", None, b'{"id":"x","sku":"x"}')])
    shop.store.delete(item, "b", LAMP)
    assert (count(shop, "a"), count(shop, "b")) == (25, 23)
    shop.worlds.enter("c")
    assert count(shop, "c") == 24


def test_world_of_an_earlier_process_is_entered_as_it_is(shop: Shop) -> None:
    shop.store.add_world("shop/a")
    shop.worlds.enter("a")
    assert count(shop, "a") == 0


def test_idle_world_is_dropped_and_starts_anew_and_others_stay(shop: Shop, seconds: list[float]) -> None:
    for world in ("", "a", "b"):
        shop.worlds.enter(world)
        shop.store.delete(shop.resource("Item"), world, LAMP)
    seconds.append(IDLE - 1)
    shop.worlds.enter("b")
    seconds.append(IDLE + 1)
    shop.worlds.enter("c")
    assert [count(shop, world) for world in ("", "a", "b", "c")] == [23, 0, 23, 24]
    shop.worlds.enter("a")
    assert count(shop, "a") == 24


def test_world_that_is_used_now_and_then_is_kept(shop: Shop, seconds: list[float]) -> None:
    for _ in range(5):
        shop.worlds.enter("a")
        seconds.append(seconds[-1] + IDLE * 0.9)
        shop.worlds.enter(f"other{seconds[-1]}")
    assert count(shop, "a") == 24


def test_world_that_was_used_least_recently_makes_room_for_one_too_many(
    shop: Shop, seconds: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sandbox.worlds.MOST", 3)
    for number, world in enumerate(["", "a", "b", "c", "a", "d"]):
        seconds.append(float(number))
        shop.worlds.enter(world)
    assert [count(shop, world) for world in ("", "a", "b", "c", "d")] == [24, 24, 0, 24, 24]


def test_worlds_are_kept_until_there_is_one_too_many(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sandbox.worlds.MOST", 5)
    for world in "abcdef":
        shop.worlds.enter(world)
        assert len(shop.worlds.used()) == min(5, "abcdef".index(world) + 1)


def test_dropped_world_gives_back_what_it_used_and_its_clock(shop: Shop) -> None:
    for world in ("a", "b"):
        shop.worlds.enter(world)
        shop.quotas.take((world, "shop", "demo"), 10, 60, 0.0)
        shop.clocks.drive(world, 7.0)
    shop.worlds.drop("a")
    assert list(shop.worlds.used()) == ["b"]
    assert (count(shop, "a"), count(shop, "b")) == (0, 24)
    assert [shop.quotas.take((world, "shop", "demo"), 10, 60, 0.0).remaining for world in "ab"] == [9, 8]
    assert (shop.clocks.of("a"), shop.clocks.driven()) == (shop.clocks.base, ["b"])
    assert [world for world, _, _ in shop.store.clocks()] == ["b"]


def test_idle_world_gives_back_its_clock_too(shop: Shop, seconds: list[float]) -> None:
    shop.worlds.enter("a")
    shop.clocks.drive("a", 7.0)
    seconds.append(IDLE + 1)
    shop.worlds.enter("b")
    assert shop.clocks.driven() == []


def test_clock_stays_while_another_api_has_the_world(shop: Shop) -> None:
    shop.worlds.enter("a")
    shop.store.add_world("other/a")
    shop.clocks.drive("a", 7.0)
    shop.worlds.drop("a")
    assert shop.clocks.of("a").time() == 7.0


def test_data_that_cannot_be_made_leaves_no_half_a_world(shop: Shop) -> None:
    shop.store.insert(shop.resource("Item"), "a", [Row(LAMP, None, b'{"id":"x","sku":"x"}')])
    with pytest.raises(Exception, match="UNIQUE"):
        shop.worlds.enter("a")
    assert not shop.store.has_world("shop/a")
    assert shop.store.count(shop.resource("Shelf"), "a", (), ()) == 0


def share(folder: Path) -> Worlds:
    """The worlds as another process knows them that has the same file."""
    store = Store([read_shop()], f"sqlite:///{folder}/a.db")
    clocks, rows = Clocks(Clock(START), store), make_shop_rows()
    return Worlds(read_shop(), Fixtures({}, {}, {}), store, clocks, Quotas(store), 1, _rows=rows)


def test_world_that_another_process_uses_is_not_idle(
    tmp_path: Path, seconds: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = share(tmp_path), share(tmp_path)
    monkeypatch.setattr("sandbox.worlds.time.time", lambda: seconds[-1])
    for world in ("a", "b"):
        first.enter(world)
    seconds.append(IDLE - 1)
    second.enter("a")
    assert first.used() == {"a": IDLE - 1, "b": 0}
    seconds.append(IDLE + 1)
    first.enter("c")
    assert set(second.used()) == {"a", "c"}
    second.store.refresh()
    second.enter("b")
    assert first.store.count(first.api.resources["Item"], "b", (), ()) == 24


def test_store_is_told_once_a_minute_that_a_world_is_used(
    tmp_path: Path, seconds: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    worlds = share(tmp_path)
    monkeypatch.setattr("sandbox.worlds.time.time", lambda: seconds[-1])
    told = []
    for passed in (0, 30, 59, 60, 100, 121):
        seconds.append(float(passed))
        worlds.enter("a")
        told.append(worlds.store.worlds()["shop/a"])
    assert told == [0, 0, 0, 60, 60, 121]
