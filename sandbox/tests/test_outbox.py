"""The outbox and the clocks in the store: what is due by whose time, found without reading the rest."""

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from sandbox.clock import Clock, Clocks
from sandbox.resources import Resource
from sandbox.store import Delivery, Row, Store
from sandbox.tests.clinic import read_clinic
from sandbox.tests.shop import START

MOST = 16
BLANK = Delivery("", "clinic", "", "visit.made", "evt", "http://localhost/", "s", b"{}", 0.0, None)


@pytest.fixture
def store() -> Iterator[Store]:
    made = Store([read_clinic()])
    yield made
    made.close()


def stateful() -> Resource:
    return next(each for each in read_clinic().resources.values() if each.states)


def queue(store: Store, *deliveries: tuple[str, str, float | None], api: str = "clinic") -> None:
    """Queue deliveries by id, world and when they are due."""
    store.queue(replace(BLANK, id=key, api=api, world=world, due=due) for key, world, due in deliveries)


def find(store: Store, now: float, world: str | None = None, most: int = MOST) -> list[str]:
    return [delivery.id for delivery in store.claim_deliveries("clinic", now, most, 0.0, world)]


def test_what_is_due_is_found_longest_first(store: Store) -> None:
    queue(store, ("c", "", 30.0), ("a", "", 10.0), ("b", "w", 20.0), ("later", "", 41.0), ("done", "", None))
    queue(store, ("other", "", 1.0), api="shop")
    assert find(store, 40.0) == ["a", "b", "c"]
    assert find(store, 41.0) == ["a", "b", "c", "later"]
    assert find(store, 9.0) == []


def test_no_more_is_found_than_asked_for(store: Store) -> None:
    queue(store, *((f"{index:03}", "", float(index)) for index in range(100)))
    assert find(store, 1000.0, most=3) == ["000", "001", "002"]


def test_world_with_its_own_clock_is_left_to_its_own_time(store: Store) -> None:
    queue(store, ("plain", "", 10.0), ("past", "past", 10.0), ("ahead", "ahead", 10_000.0))
    store.keep_clock("past", -1e9, None)
    store.keep_clock("ahead", 1e9, None)
    assert find(store, 40.0) == ["plain"]
    assert find(store, 5.0, "past") == []
    assert find(store, 10_000.0, "ahead") == ["ahead"]
    store.drop_clock("past")
    assert find(store, 40.0) == ["plain", "past"]


@pytest.mark.parametrize("world", [None, "w"])
def test_search_for_what_is_due_reads_an_index_and_not_the_outbox(store: Store, world: str | None) -> None:
    statement = store._statements.due_deliveries(world is not None)
    values = statement.bind({"api_": "clinic", "world_": world, "now": 1.0, "limit": MOST, "moment": 1.0})
    plan = [row[-1] for row in store._db.execute(f"EXPLAIN QUERY PLAN {statement.sql}", values).fetchall()]
    assert "USING INDEX deliveries_due" in plan[0]
    assert "due<?" in plan[0]
    assert not [step for step in plan if "SCAN deliveries" in step or "TEMP B-TREE" in step]


def test_worlds_with_a_move_that_is_due_are_found_by_an_index(store: Store) -> None:
    resource = stateful()
    for world, due in (("a", 10.0), ("b", 50.0), ("c", None)):
        store.insert(resource, world, [Row("x", None, b"{}", due), Row("y", None, b"{}", due)])
    assert store.due_worlds(resource, 40.0) == {"a"}
    assert store.due_worlds(resource, 50.0) == {"a", "b"}
    statement = store._statements.due_worlds(resource.table)
    sql, values = f"EXPLAIN QUERY PLAN {statement.sql}", statement.bind({"now": 1})
    assert "due_anywhere (due<?)" in store._db.execute(sql, values).fetchone()[-1]


def test_clocks_are_kept_to_the_last_bit(store: Store) -> None:
    numbers = random.Random(1)
    kept = {str(index): (numbers.uniform(-1e10, 1e10), numbers.uniform(0, 1e10)) for index in range(50)}
    for world, clock in kept.items():
        store.keep_clock(world, 0.0, None)
        store.keep_clock(world, *clock)
    assert {world: (offset, frozen) for world, offset, frozen in store.clocks()} == kept


@pytest.mark.parametrize("freeze", [False, True])
def test_file_keeps_the_clocks_and_other_processes_see_them(tmp_path: Path, freeze: bool) -> None:
    url, ticks = f"sqlite:///{tmp_path}/a.db", 0.0
    first, second = (Store([read_clinic()], url) for _ in range(2))
    one, other = (Clocks(Clock(START, lambda: ticks), store) for store in (first, second))
    one.drive("w", 500.0, freeze)
    assert other.of("w") is other.base
    other.refresh()
    assert other.of("w").time() == 500
    first.close()
    second.close()
    third = Store([read_clinic()], url)
    ticks = 60.0
    assert Clocks(Clock(START, lambda: ticks), third).of("w").time() == (500 if freeze else 560)
    third.close()


@pytest.mark.parametrize(
    ("kept", "used"), [([], False), (["shop/w"], True), (["shop/", "shop/ww"], False), (["old/w"], True)]
)
def test_world_is_used_while_any_api_has_it(store: Store, kept: list[str], used: bool) -> None:
    for world in kept:
        store.add_world(world)
    assert store.is_used("w") is used


def test_what_a_courier_has_is_nobody_elses_until_its_process_is_gone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    first = Store([read_clinic()], url)
    queue(first, ("a", "", 10.0))
    assert [each.id for each in first.claim_deliveries("clinic", 40.0, MOST, 60.0)] == ["a"]
    assert first.claim_deliveries("clinic", 40.0, MOST, 60.0) == []
    second = Store([read_clinic()], url)
    assert second.claim_deliveries("clinic", 40.0, MOST, 60.0) == []
    first.close()
    second.close()
    third = Store([read_clinic()], url)
    assert [each.id for each in third.claim_deliveries("clinic", 40.0, MOST, 60.0)] == ["a"]
    third.close()


def test_move_that_another_process_makes_due_is_found(tmp_path: Path) -> None:
    visit = read_clinic().resources["Visit"]
    first, second = (Store([read_clinic()], f"sqlite:///{tmp_path / 'a.db'}") for _ in range(2))
    first.refresh()
    assert first.due(visit, "w", 60.0) == []
    second.insert(visit, "w", [Row("a", None, b'{"id":"a"}', 50.0), Row("b", None, b'{"id":"b"}', 70.0)])
    first.refresh()
    assert [row.key for row in first.due(visit, "w", 60.0)] == ["a"]
    assert [row.key for row in first.due(visit, "w", 70.0)] == ["a", "b"]
    first.update(visit, "w", Row("b", None, b'{"id":"b"}', 40.0))
    assert [row.key for row in first.due(visit, "w", 45.0)] == ["b"]
    for store in (first, second):
        store.close()


def test_claim_ends_with_its_lease(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    queue(store, ("a", "", 10.0))
    monkeypatch.setattr("sandbox.store.outbox.time.time", lambda: 1000.0)
    assert len(store.claim_deliveries("clinic", 40.0, MOST, 60.0)) == 1
    monkeypatch.setattr("sandbox.store.outbox.time.time", lambda: 1059.9)
    assert store.claim_deliveries("clinic", 40.0, MOST, 60.0) == []
    monkeypatch.setattr("sandbox.store.outbox.time.time", lambda: 1060.0)
    assert len(store.claim_deliveries("clinic", 40.0, MOST, 60.0)) == 1
