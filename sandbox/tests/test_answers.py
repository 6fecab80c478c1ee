"""Counts are remembered, and follow the writes to their world."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from sandbox.filters import Condition
from sandbox.pages import Window
from sandbox.problems import Problem
from sandbox.store import Duplicate, Row, Store, answers, make_row
from sandbox.store.answers import Answers
from sandbox.tests.shop import read_shop

ITEM = read_shop().resources["Item"]
ALL = (), ()


def test_write_to_a_world_leaves_the_answers_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def ask(kept: Answers, world: str) -> int:
        return int(kept.get(world, "items", ALL, lambda: asked.append(world) or len(asked)))  # type: ignore[func-returns-value]

    kept = Answers()
    assert [ask(kept, world) for world in ("one", "two", "one", "two")] == [1, 2, 1, 2]
    kept.forget("one")
    assert [ask(kept, world) for world in ("two", "one")] == [2, 3]
    kept.clear()
    assert ask(kept, "two") == 4
    monkeypatch.setattr(answers, "MOST", 1)
    assert [ask(kept, world) for world in ("three", "two")] == [5, 6]


def test_answers_are_remembered_until_another_process_writes(tmp_path: Path) -> None:
    item = read_shop().resources["Item"]
    first, second = (Store([read_shop()], f"sqlite:///{tmp_path}/a.db") for _ in range(2))
    assert (first.refresh(), first.count(item, "", (), ())) == (True, 0)
    second.insert(item, "", [Row("a", None, b'{"id":"a","sku":"s"}')])
    assert first.count(item, "", (), ()) == 0
    assert (first.refresh(), first.count(item, "", (), ())) == (False, 1)
    first.insert(item, "", [Row("b", None, b'{"id":"b","sku":"t"}')])
    assert (first.count(item, "", (), ()), first.refresh()) == (2, False)
    for store in (first, second):
        store.close()


def make(key: str, owner: str = "ann", **fields: object) -> Row:
    return make_row(ITEM, {"id": key, "sku": key, **fields}, owner)


QUESTIONS: list[tuple[tuple[str, ...], tuple[Condition, ...]]] = [
    ((), ()),
    (("ann",), ()),
    (("ann", "bob"), (Condition(("price",), "gte", 2),)),
    ((), (Condition(("price",), "eq", 2), Condition(("shelf_id",), "eq", "x"))),
    ((), (Condition(("name", "shelf_id"), "contains", "%X%"),)),
    (("bob",), (Condition(("shelf_id",), "eq", "x"),)),
    ((), (Condition(("name", "shelf_id"), "eq", "x"),)),
]


@pytest.fixture
def store() -> Iterator[Store]:
    """A store with records, where each question was asked."""
    made = Store([read_shop()])
    rows = [make("a", price=1, shelf_id="x"), make("b", "bob", price=2), make("c", price=3)]
    with made.transaction():
        made.insert(ITEM, "", rows)
    ask(made)
    yield made
    made.close()


def refuse(*_: object) -> int:
    raise AssertionError("counted anew")


def ask(store: Store) -> list[int]:
    return [store.count(ITEM, "", *question) for question in QUESTIONS]


def count_anew(store: Store) -> list[int]:
    return [store._count(ITEM, "", *question) for question in QUESTIONS]


def test_answers_follow_each_kind_of_write_without_counting_anew(store: Store) -> None:
    steps: list[Callable[[], None]] = [
        lambda: store.insert(ITEM, "", [make("d", "bob", price=2, shelf_id="x")]),
        lambda: store.update(ITEM, "", make("d", "bob", price=1.5, name="axe")),
        lambda: store.update(ITEM, "", make("a", price=2, shelf_id="x")),
        lambda: store.delete(ITEM, "", "c"),
        lambda: store.delete(ITEM, "", "nobody"),
    ]
    for step in steps:
        with store.transaction():
            step()
        assert set(store._answers._known[""][ITEM.table]) == {(*question, None) for question in QUESTIONS}
        assert ask(store) == count_anew(store)


def test_write_that_is_refused_before_anything_is_written_forgets_no_count(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = ask(store)
    monkeypatch.setattr(store, "_count", refuse)
    with pytest.raises(Problem), store.transaction():
        raise Problem("missing", "nothing was written")
    assert ask(store) == before


def test_write_that_is_undone_leaves_no_wrong_count(store: Store) -> None:
    before = ask(store)
    with pytest.raises(Duplicate), store.transaction():
        write_too_much(store)
    assert ask(store) == before


def write_too_much(store: Store) -> None:
    before = ask(store)
    store.insert(ITEM, "", [make("d")])
    with store.transaction():
        store.delete(ITEM, "", "a")
    assert before != ask(store) == count_anew(store)
    store.update(ITEM, "", make("d", sku="b"))


def test_only_the_latest_questions_are_followed() -> None:
    store = Store([read_shop()])
    prices = [Condition(("price",), "eq", number) for number in range(2 * answers.MOST_FOLLOWED)]
    for price in prices:
        store.count(ITEM, "", (), [price])
    store.insert(ITEM, "", [make("a", price=1)])
    assert len(store._answers._known[""][ITEM.table]) == answers.MOST_FOLLOWED
    assert [store.count(ITEM, "", (), [price]) for price in prices[:3]] == [0, 1, 0]
    store.close()


def test_lists_take_more_room_than_numbers_and_give_it_back() -> None:
    kept = Answers()
    for world in ("one", "two"):
        kept.get(world, "items", ALL, list)
        kept.get(world, "items", "how many", int)
    assert kept._size == 2 * (answers.ROOM + 1)
    kept.forget("one")
    assert kept._size == answers.ROOM + 1
    for number in range(answers.MOST_FOLLOWED):
        kept.get("two", "items", number, int)
    kept.follow("two", "items", lambda _, answer: answer)
    assert kept._size == answers.MOST_FOLLOWED


def read_page(store: Store, sku: str = "") -> bytes:
    conditions = (Condition(("sku",), "eq", sku),) if sku else ()
    return store.window(ITEM, "", (), conditions, ("sku",), Window(0, 10)).join()


@pytest.mark.parametrize("sku", ["", "a"])
def test_page_that_is_asked_for_again_is_as_the_writes_left_it(sku: str) -> None:
    store = Store([read_shop()])
    seen = [read_page(store, sku)]
    with store.transaction():
        store.insert(ITEM, "", [make("a")])
    seen.append(read_page(store, sku))
    with store.transaction():
        store.update(ITEM, "", make("a", name="new"))
    seen.append(read_page(store, sku))
    with suppress(Duplicate), store.transaction():
        store.delete(ITEM, "", "a")
        store.insert(ITEM, "", [make("b")])
        seen.append(read_page(store, sku))
        store.insert(ITEM, "", [make("b")])
    seen.append(read_page(store, sku))
    with store.transaction():
        store.delete(ITEM, "", "a")
    seen.append(read_page(store, sku))
    assert [b'"new"' in text for text in seen] == [False, False, True, False, True, False]
    assert [b'"b"' in text for text in seen] == [False, False, False, not sku, False, False]
    assert [b'"a"' in text for text in seen] == [False, True, True, False, True, False]
    store.close()


def test_page_is_read_once_until_a_write(monkeypatch: pytest.MonkeyPatch) -> None:
    store, asked = Store([read_shop()]), list[object]()
    run = store._db.run
    monkeypatch.setattr(store._db, "run", lambda *given: asked.append(given) or run(*given))  # type: ignore[func-returns-value]
    assert [read_page(store) for _ in range(3)] == [b"", b"", b""]
    assert len(asked) == 1
    monkeypatch.setattr(answers, "MOST_TEXTS", 2)
    for _ in range(2):
        assert [read_page(store, sku) for sku in "abc"] == [b"", b"", b""]
    assert len(asked) > 4
    store.close()


def test_rows_that_were_not_read_keep_nobody_from_writing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sandbox.store.database.PATIENCE", 0.5)
    first, second = (Store([read_shop()], f"sqlite:///{tmp_path}/a.db") for _ in range(2))
    for key in "abc":
        first.insert(ITEM, "", [make(key)])
    assert first._db.execute('SELECT key FROM "shop_Item"').fetchone()
    second.insert(ITEM, "", [make("d")])
    with first.transaction():
        first.insert(ITEM, "", [make("e")])
    second.refresh()
    assert second.count(ITEM, "", (), ()) == 5
    for each in (first, second):
        each.close()
