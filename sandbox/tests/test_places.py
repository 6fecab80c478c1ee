"""A far page is the same as if all records before it had been skipped, whatever was written in between."""

import random
from collections.abc import Iterator

import pytest

from sandbox.filters import Condition
from sandbox.pages import UNPAGED, Window
from sandbox.store import Row, Store, make_row, places
from sandbox.store.lists import Lists
from sandbox.tests.shop import read_shop

ITEM = read_shop().resources["Item"]
QUESTIONS: list[tuple[tuple[str, ...], list[Condition], tuple[str, ...]]] = [
    ((), [], ("-made",)),
    ((), [], ("made",)),
    (("ann",), [], ("-made",)),
    ((), [Condition(("shelf_id",), "eq", "x")], ("-made",)),
    ((), [], ("id",)),
    ((), [], ("-id",)),
    ((), [], ("name",)),
]
QUESTIONS = [
    (owners, conditions, tuple(name.replace("made", "made_at") for name in order))
    for owners, conditions, order in QUESTIONS
]


def make(random: random.Random, key: str) -> Row:
    made = random.choice([None, *(f"2026-01-{day:02}T00:00:00Z" for day in range(1, 29))])
    record = {"id": key, "sku": key, "name": random.choice("abc"), "shelf_id": random.choice("xxy")}
    return make_row(ITEM, record | ({"made_at": made} if made else {}), random.choice(["ann", "bob"]))


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setattr("sandbox.store.lists.FAR", 5)
    monkeypatch.setattr(places, "MOST", 6)
    made = Store([read_shop()])
    with made.transaction():
        made.insert(ITEM, "", [make(random.Random(number), f"k{number}") for number in range(150)])
    yield made
    made.close()


@pytest.mark.parametrize("seed", range(6))
def test_far_page_is_right_after_any_writes(store: Store, seed: int) -> None:
    chance = random.Random(seed)
    for step in range(60):
        key = f"k{chance.randrange(200)}"
        with store.transaction():
            if store.get(ITEM, "", key) is None:
                store.insert(ITEM, "", [make(chance, key)])
            elif chance.random() < 0.5:
                store.delete(ITEM, "", key)
            else:
                store.update(ITEM, "", make(chance, key))
        owners, conditions, order = QUESTIONS[(step + seed) % len(QUESTIONS)]
        every = store.page(ITEM, "", owners, conditions, order, Window(0, UNPAGED))
        for _ in range(3):
            offset = chance.randrange(len(every) + 10)
            shown = store.page(ITEM, "", owners, conditions, order, Window(offset, 7))
            assert shown == every[offset : offset + 7], f"step {step}: {order} from {offset}"


def test_next_page_goes_on_from_the_place_where_the_one_before_ended(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    skipped: list[int] = []
    run = store._db.run

    def note(statement: object, values: dict[str, object]) -> object:
        skipped.extend([int(str(values["offset"]))] if "offset" in values else [])
        return run(statement, values)  # type: ignore[arg-type]

    monkeypatch.setattr(store._db, "run", note)
    for offset in (50, 57, 64, 50, 60):
        store.page(ITEM, "", (), [], ("-made_at",), Window(offset, 7))
    assert skipped == [50, 1, 1, 0, 3]


def test_list_of_another_order_has_no_places(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Lists, "_page_far", None)
    assert len(store.page(ITEM, "", (), [], ("name", "-made_at"), Window(50, 7))) == 7
