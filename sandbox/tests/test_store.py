"""Records in SQL: kept, found, ordered, unique, all or nothing, each world apart."""

from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from sandbox.filters import Condition
from sandbox.pages import UNPAGED, Window
from sandbox.problems import Problem
from sandbox.resources import Resource
from sandbox.store import Duplicate, File, Row, Store
from sandbox.store.database import Database
from sandbox.tests.shop import read_shop

Json = dict[str, Any]

ITEM, SHELF = read_shop().resources["Item"], read_shop().resources["Shelf"]
ALL = Window(0, UNPAGED)


@pytest.fixture
def store() -> Iterator[Store]:
    made = Store([read_shop()])
    yield made
    made.close()


def make_row(key: str, owner: str | None = None, due: float | None = None, **fields: Any) -> Row:
    return Row(key, owner, orjson.dumps({"id": key, "sku": key, **fields}), due)


def put(store: Store, *rows: Row, world: str = "", resource: Resource = ITEM) -> None:
    store.insert(resource, world, rows)


def find(
    store: Store,
    *conditions: Condition,
    owners: tuple[str, ...] = (),
    order: tuple[str, ...] = (),
    window: Window = ALL,
    world: str = "",
) -> list[str]:
    """Keys of the records, which are as many as counted."""
    documents = store.page(ITEM, world, owners, conditions, order, window)
    if window == ALL:
        assert store.count(ITEM, world, owners, conditions) == len(documents)
    return [orjson.loads(document)["id"] for document in documents]


def test_row_is_found_as_it_was_kept(store: Store) -> None:
    row = make_row("a", "ann", 5.5, name="\0é", notes={"deep": [1, None]})
    put(store, row)
    assert store.get(ITEM, "", "a") == row
    assert store.get(ITEM, "", "b") is None
    assert store.get(SHELF, "", "a") is None


def test_update_replaces_the_document_and_its_columns(store: Store) -> None:
    put(store, make_row("a", "ann", price=1), make_row("b", price=1))
    store.update(ITEM, "", make_row("a", "ann", 7.0, price=2))
    assert store.get(ITEM, "", "a") == make_row("a", "ann", 7.0, price=2)
    assert find(store, Condition(("price",), "eq", 1)) == ["b"]
    assert find(store, Condition(("price",), "eq", 2)) == ["a"]


def test_deleted_row_is_gone_with_its_files(store: Store) -> None:
    put(store, make_row("a"), make_row("b"))
    file = File("file", "a.txt", "text/plain", b"\0\xff")
    store.keep(ITEM, "", "a", file)
    store.keep(ITEM, "", "b", file)
    assert store.file(ITEM, "", "a", "file") == file
    store.delete(ITEM, "", "a")
    assert store.get(ITEM, "", "a") is None
    assert store.file(ITEM, "", "a", "file") is None
    assert store.file(ITEM, "", "b", "file") == file
    assert store.file(ITEM, "other", "b", "file") is None


PRICES = {"a": 1, "b": 2, "c": 2.5, "d": None}


@pytest.mark.parametrize(
    ("by", "value", "expected"),
    [
        ("eq", 2, "b"),
        ("eq", 2.0, "b"),
        ("gt", 2, "c"),
        ("gte", 2, "bc"),
        ("lt", 2, "a"),
        ("lte", 2, "ab"),
        ("eq", 9, ""),
        ("gte", -1e308, "abc"),
    ],
)
def test_condition_selects_by_its_relation_and_never_what_has_no_value(
    store: Store, by: str, value: float, expected: str
) -> None:
    put(store, *(make_row(key, price=price) for key, price in PRICES.items()))
    assert find(store, Condition(("price",), by, value)) == list(expected)


@pytest.mark.parametrize(("value", "expected"), [("x", "ab"), ("y", "b"), ("X", ""), ("%", ""), ("", "")])
def test_texts_are_compared_exactly_and_any_field_of_a_condition_may_match(
    store: Store, value: str, expected: str
) -> None:
    put(store, make_row("a", shelf_id="x"), make_row("b", shelf_id="y", origin={"town": "x"}), make_row("c"))
    assert find(store, Condition(("shelf_id", "origin.town"), "eq", value)) == list(expected)


def test_conditions_and_owners_hold_together(store: Store) -> None:
    put(
        store,
        make_row("a", "ann", price=1),
        make_row("b", "bob", price=1),
        make_row("c", "ann", price=2),
        make_row("d", price=1),
    )
    one = Condition(("price",), "eq", 1)
    assert find(store, one, owners=("ann",)) == ["a"]
    assert find(store, one, owners=("ann", "bob")) == ["a", "b"]
    assert find(store, one, Condition(("sku",), "gt", "a"), owners=("ann", "bob")) == ["b"]
    assert find(store) == ["a", "b", "c", "d"]


def test_condition_on_the_key_is_a_condition_like_any_other(store: Store) -> None:
    put(store, make_row("a"), make_row("b"))
    assert find(store, Condition(("id",), "eq", "b")) == ["b"]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ((), "abcdef"),
        (("price",), "cfadbe"),
        (("-price",), "dafceb"),
        (("price", "-name"), "fcdabe"),
        (("-name",), "dfcbae"),
        (("id",), "abcdef"),
        (("-id",), "fedcba"),
    ],
)
def test_order_puts_what_has_no_value_last_and_ties_by_the_default_order_then_by_key(
    store: Store, order: tuple[str, ...], expected: str
) -> None:
    rows: dict[str, Json] = {
        "f": {"price": 5, "name": "y"},
        "e": {},
        "d": {"price": 10, "name": "z"},
        "c": {"price": 5, "name": "x"},
        "b": {"name": "x"},
        "a": {"price": 10, "name": "x"},
    }
    put(store, *(make_row(key, **fields) for key, fields in rows.items()))
    assert find(store, order=order) == list(expected)


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        (Window(0, 2), "ab"),
        (Window(2, 2), "cd"),
        (Window(4, 2), "e"),
        (Window(6, 2), ""),
        (Window(1, 100), "bcde"),
    ],
)
def test_window_cuts_the_list(store: Store, window: Window, expected: str) -> None:
    put(store, *map(make_row, "edcba"))
    assert find(store, window=window) == list(expected)


@pytest.mark.parametrize("price", [2**63 - 1, 2**63, -(2**64), 10**30, 10**300])
def test_number_of_any_size_is_kept_and_ordered(store: Store, price: int) -> None:
    put(store, make_row("a", price=0), Row("b", None, b'{"id":"b","sku":"b","price":%d}' % price))
    assert find(store, order=("-price",)) == (["b", "a"] if price > 0 else ["a", "b"])


def test_unique_set_holds_per_world_and_only_where_there_is_a_value(store: Store) -> None:
    put(store, make_row("a", sku="s"))
    put(store, make_row("b", sku="s"), world="other")
    put(store, make_row("c", sku=None), make_row("d", sku=None), make_row("e", sku="S"))
    with pytest.raises(Duplicate):
        put(store, make_row("f", sku="s"))
    with pytest.raises(Duplicate):
        store.update(ITEM, "", make_row("e", sku="s"))
    assert find(store) == ["a", "c", "d", "e"]


def test_key_is_unique_per_world(store: Store) -> None:
    put(store, make_row("a"))
    put(store, make_row("a"), world="other")
    with pytest.raises(Duplicate):
        put(store, make_row("a", sku="t"))


def test_worlds_see_nothing_of_each_other(store: Store) -> None:
    put(store, make_row("a", price=1, due=1.0))
    put(store, make_row("a", price=2, due=1.0), make_row("b"), world="other")
    store.update(ITEM, "other", make_row("a", price=3))
    store.delete(ITEM, "other", "b")
    assert store.get(ITEM, "", "a") == make_row("a", price=1, due=1.0)
    assert find(store, world="other") == ["a"]
    assert store.due(ITEM, "other", 9.0) == []


def test_dropped_world_is_gone_and_others_stay(store: Store) -> None:
    for world in ("", "job"):
        put(store, make_row("a"), world=world)
        store.keep(ITEM, world, "a", File("file", "f", "text/plain", b"x"))
        store.add_world(f"shop/{world}")
    store.drop_world("shop/job", "job", read_shop().resources.values())
    assert not store.has_world("shop/job")
    assert store.has_world("shop/")
    assert find(store, world="job") == []
    assert store.file(ITEM, "job", "a", "file") is None
    assert store.file(ITEM, "", "a", "file") is not None


def test_rows_are_due_from_their_instant_on(store: Store) -> None:
    put(store, make_row("a", due=10.0), make_row("b", due=11.0), make_row("c"))
    assert [row.key for row in store.due(ITEM, "", 9.9)] == []
    assert [row.key for row in store.due(ITEM, "", 10.0)] == ["a"]
    assert sorted(row.key for row in store.due(ITEM, "", 1e12)) == ["a", "b"]


def test_transaction_that_cannot_be_committed_is_undone(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    execute = Database.execute

    def fail_to_commit(db: Database, sql: str, values: tuple[Any, ...] = ()) -> Any:
        if sql == "COMMIT":
            raise Problem("unavailable", "disk full")
        return execute(db, sql, values)

    def insert(key: str) -> None:
        with store.transaction():
            put(store, make_row(key))

    with monkeypatch.context() as patch:
        patch.setattr(Database, "execute", fail_to_commit)
        with pytest.raises(Problem, match="disk full"):
            insert("a")
    insert("b")
    assert [store.get(ITEM, "", key) is None for key in "ab"] == [True, False]


@pytest.mark.parametrize("error", [ValueError(), KeyboardInterrupt(), Problem("conflict", "no")])
def test_transaction_that_fails_leaves_nothing_behind(store: Store, error: BaseException) -> None:
    put(store, make_row("a"))

    def fail() -> None:
        with store.transaction():
            put(store, make_row("b"))
            store.delete(ITEM, "", "a")
            raise error

    with pytest.raises(type(error)):
        fail()
    assert find(store) == ["a"]
    with store.transaction():
        put(store, make_row("c"))
    assert find(store) == ["a", "c"]


def test_number_of_records_is_right_after_every_write(store: Store) -> None:
    def count() -> int:
        return store.count(ITEM, "", (), ())

    assert count() == 0
    put(store, make_row("a"), make_row("b", price=1))
    assert count() == 2
    store.delete(ITEM, "", "a")
    assert count() == 1
    cheap = [Condition(("price",), "eq", 1)]
    assert store.count(ITEM, "", (), cheap) == 1
    store.update(ITEM, "", make_row("b", price=2))
    assert store.count(ITEM, "", (), cheap) == 0
    with store.transaction():
        assert count() == 1
        put(store, make_row("c"))
    assert count() == 2
    store.drop_world("shop/", "", read_shop().resources.values())
    assert count() == 0


def test_number_of_records_is_right_after_a_write_that_failed(store: Store) -> None:
    put(store, make_row("a"))

    def fail() -> None:
        with store.transaction():
            put(store, make_row("b"))
            assert store.count(ITEM, "", (), ()) == 2
            raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011
        fail()
    assert store.count(ITEM, "", (), ()) == 1
