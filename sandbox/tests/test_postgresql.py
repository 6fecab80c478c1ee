"""The store in PostgreSQL answers as the one in SQLite does, and outlives a restart of the server."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import httpx
import pytest

from sandbox.chaos import Chaos
from sandbox.documents import find_documents
from sandbox.filters import Condition
from sandbox.pages import UNPAGED, Window
from sandbox.problems import Problem, Unusable
from sandbox.reading import read_api
from sandbox.sites import Settings
from sandbox.store import Duplicate, File, Row, Store, database, make_row
from sandbox.tests.control.desk import Desk
from sandbox.tests.postgresql import Server, run_server
from sandbox.tests.shop import LAMP, load_document, make_shop_rows, read_shop
from sandbox.threads import embed

ITEM = read_shop().resources["Item"]
EVERY = Window(0, UNPAGED)
NUMBERS = count()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with run_server() as made:
        yield made


@pytest.fixture
def url(server: Server) -> str:
    return server.url(f"test{next(NUMBERS)}")


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    made = Store([read_shop()], url)
    yield made
    made.close()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Takes what PostgreSQL is asked, but for the looks of the courier; other tests have SQLite beside it."""
    taken: list[str] = []
    insist = database._insist

    def take(call: Callable[..., Any], sql: str, *words: Any) -> Any:
        is_own = not isinstance(getattr(call, "__self__", None), sqlite3.Cursor)
        taken.extend([sql] if is_own and "FROM clocks" not in sql else [])
        return insist(call, sql, *words)

    monkeypatch.setattr(database, "_insist", take)
    return taken


def make(key: str, **values: object) -> Row:
    return make_row(ITEM, {"id": key, "sku": key, "name": key, "price": 1, **values}, "ann")


def names(store: Store, order: tuple[str, ...], *conditions: Condition) -> list[str]:
    documents = store.page(ITEM, "", (), conditions, order, EVERY)
    return [Row("", None, document).read()["name"] for document in documents]


def test_lists_are_those_of_sqlite(store: Store) -> None:
    other = Store([read_shop()])
    odd = [make("é", price=5), make("Z", price=2.5), make("a", price=None), make("_", price=2**70)]
    for each in (store, other):
        each.insert(ITEM, "", [*make_shop_rows()["Item"], *odd])
    for order in (("name",), ("-name",), ("price", "-name"), ("-price",)):
        assert names(store, order) == names(other, order)
    for by in ("eq", "gte", "lt"):
        condition = Condition(("price",), by, 5)
        assert names(store, ("name",), condition) == names(other, ("name",), condition)
        assert store.count(ITEM, "", (), [condition]) == other.count(ITEM, "", (), [condition])
    other.close()


def test_far_page_is_the_same_from_the_beginning_and_from_a_place(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.insert(ITEM, "", make_shop_rows()["Item"])
    monkeypatch.setattr("sandbox.store.lists.FAR", 5)
    for order in (ITEM.order, ("price",), ("-id",)):
        every = store.page(ITEM, "", (), (), order, EVERY)
        for offset in (9, 12, 15, 10):
            assert store.page(ITEM, "", (), (), order, Window(offset, 3)) == every[offset : offset + 3]


def test_list_in_the_default_order_is_that_of_an_index(store: Store) -> None:
    for setting in ("seqscan", "bitmapscan", "sort"):
        store._db.execute(f"SET enable_{setting} = off")
    for conditions, order in (((), ITEM.order), ((), ("name",)), (((("shelf_id",), "eq"),), ITEM.order)):
        statement = store._statements.page(ITEM, 1, conditions, order)
        values = {"world_": "", "owner0": "ann", "value0": "x", "limit": 20, "offset": 0}
        plan = store._db.execute(f"EXPLAIN {statement.sql}", statement.bind(values)).fetchall()
        assert not [line for (line,) in plan if "Sort" in line], plan


def test_snapshot_is_kept_restored_and_carried_over(url: str) -> None:
    desk, other = Desk(state=url), Desk()
    for service in desk.services.values():
        service.worlds.enter("a")
    desk.store.keep(ITEM, "a", LAMP, File("photo", "é.png", "image/png", b"\0\xff"))
    desk.ask("POST", "/snapshots", {"name": "before", "world": "a"})
    document = desk.ask("GET", "/snapshots/before")
    desk.store.delete(ITEM, "a", LAMP)
    desk.ask("POST", "/snapshots/before/restore")
    row = desk.store.get(ITEM, "a", LAMP)
    assert row
    assert row.read()["name"] == "Lamp"
    other.ask("PUT", "/snapshots/before", document)
    assert other.ask("GET", "/snapshots/before") == document
    assert desk.ask("GET", "/worlds")[1]["records"] == desk.ask("POST", "/reset", {"world": "a"})["records"]
    desk.ask("PUT", "/snapshots/before", document)
    assert desk.ask("GET", "/snapshots/before") == document
    for each in (desk, other):
        each.site.close()


def test_counts_are_remembered_until_anybody_writes(url: str) -> None:
    first, second = (Store([read_shop()], url) for _ in range(2))
    assert (first.refresh(), first.count(ITEM, "", (), ())) == (True, 0)
    with second.transaction():
        second.insert(ITEM, "", [make("a")])
        first.refresh()
        assert first.count(ITEM, "", (), ()) == 0
    assert (first.refresh(), first.count(ITEM, "", (), ())) == (False, 1)
    for each in (first, second):
        each.close()


def test_requests_ask_the_database_a_few_questions(url: str, asked: list[str]) -> None:
    body = {"developerId": "d", "resourceType": "T", "data": {}}
    with embed(find_documents(["devsync"]), Settings(state=url)) as (address, site):
        base, other = f"{address}/devsync/api/v1/sync/records", Store(site.apis, url)
        client = httpx.Client(headers={"Authorization": "Bearer demo"})

        def count(method: str, path: str = "", key: str = "") -> int:
            before = len(asked)
            response = client.request(method, base + path, json=body | {"resourceKey": key} if key else None)
            assert response.is_success, response.text
            return len(asked) - before

        path = f"/{client.post(base, json=body | {'resourceKey': 'first'}).json()['id']}"
        client.get(base)
        assert [count("GET", path), count("GET"), count("POST", key="a")] == [2, 1, 4]
        other.note_world("devsync/")
        asked.clear()
        assert [count("GET", path), count("GET"), count("POST", key="b")] == [2, 3, 4]
        other.close()
        client.close()


def test_chaos_rule_is_common(url: str) -> None:
    stores = [Store([], url) for _ in range(2)]
    first, second = (Chaos(store) for store in stores)
    first.add({"status": 500, "times": 2})
    second.refresh()
    operation = read_shop().operations[0]
    met = [chaos.meet("shop", operation, "") is not None for chaos in (second, first, second, first)]
    assert met == [True, True, False, False]
    for each in stores:
        each.close()


def test_nul_in_a_text_comes_back_and_is_told_apart(store: Store) -> None:
    store.insert(ITEM, "", [make("a", name="x\0y"), make("b", name="xy")])
    assert names(store, ("name",), Condition(("name",), "eq", "x\0y")) == ["x\0y"]


@pytest.mark.parametrize("price", ["text", True, [1], {"a": 1}])
def test_value_of_another_type_than_declared_is_kept(store: Store, price: object) -> None:
    store.insert(ITEM, "", [make("a", price=price)])
    row = store.get(ITEM, "", "a")
    assert row is not None
    assert row.read()["price"] == price


def test_duplicate_leaves_its_transaction_usable(store: Store) -> None:
    with store.transaction():
        store.insert(ITEM, "", [make("a")])
        with pytest.raises(Duplicate):
            store.insert(ITEM, "", [make("a")])
        store.insert(ITEM, "", [make("b")])
    assert names(store, ("name",)) == ["a", "b"]


def test_transaction_that_fails_leaves_nothing(store: Store) -> None:
    def fail() -> None:
        with store.transaction():
            store.insert(ITEM, "", [make("a")])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert names(store, ()) == []


def test_transactions_of_a_world_wait_for_each_other(url: str) -> None:
    first, second, third = (Store([read_shop()], url) for _ in range(3))
    events: list[str] = []

    def write() -> None:
        with second.transaction("a"):
            events.append("second")

    with first.transaction("a"):
        thread = threading.Thread(target=write)
        thread.start()
        thread.join(0.3)
        with third.transaction("b"):
            events.append("other world")
        events.append("first")
    thread.join(10)
    assert events == ["other world", "first", "second"]
    for each in (first, second, third):
        each.close()


def test_lock_of_a_process_that_hangs_is_waited_for_no_longer_than_allowed(url: str) -> None:
    hanging, other = (Store([read_shop()], url) for _ in range(2))
    hanging._db.execute("SET idle_in_transaction_session_timeout = '1s'")
    other._db.execute("SET lock_timeout = '100ms'")

    def write(store: Store, key: str) -> None:
        with store.transaction("a"):
            store.insert(ITEM, "a", [make(key)])

    def hang() -> None:
        with hanging.transaction("a"):
            hanging.insert(ITEM, "a", [make("a")])
            with pytest.raises(Problem, match="lock timeout"):
                write(other, "b")
            other._db.execute("SET lock_timeout = '20s'")
            write(other, "c")
            hanging.insert(ITEM, "a", [make("d")])

    with pytest.raises(Problem, match="idle-in-transaction timeout"):
        hang()
    write(hanging, "e")
    assert [other.get(ITEM, "a", key) is not None for key in "abcde"] == [False, False, True, False, True]
    for each in (hanging, other):
        each.close()


@pytest.mark.parametrize("setting", ["lock_timeout", "idle_in_transaction_session_timeout"])
def test_connection_waits_for_nobody_for_ever(store: Store, setting: str) -> None:
    assert store._db.execute(f"SHOW {setting}").fetchone() == ("30s",)


def test_database_of_another_version_of_the_document_is_refused(url: str) -> None:
    Store([read_shop()], url).close()
    document = load_document()
    document["components"]["schemas"]["Item"]["x-sandbox"]["order"] = ["name"]
    with pytest.raises(Unusable, match="shop as another version"):
        Store([read_api("shop", document)], url)


def crash_and_insert(server: Server, store: Store) -> None:
    server.stop()
    store.insert(ITEM, "", [make("b")])


def test_store_comes_back_after_the_server_does(server: Server, store: Store) -> None:
    store.insert(ITEM, "", [make("a")])
    server.stop()
    for _ in range(2):
        with pytest.raises(Problem) as caught:
            store.get(ITEM, "", "a")
        assert caught.value.kind == "unavailable"
        assert caught.value.headers["Retry-After"] == "1"
    server.start()
    with pytest.raises(Problem), store.transaction():
        crash_and_insert(server, store)
    server.start()
    assert names(store, ()) == ["a"]
    with store.transaction():
        store.insert(ITEM, "", [make("c")])
    assert names(store, ("name",)) == ["a", "c"]


def test_transaction_whose_connection_was_lost_writes_nothing_more(server: Server, store: Store) -> None:
    def go_on() -> None:
        with store.transaction():
            with pytest.raises(Problem):
                crash_and_insert(server, store)
            server.start()
            store.insert(ITEM, "", [make("c")])

    with pytest.raises(Problem, match="its connection was lost"):
        go_on()
    assert names(store, ()) == []
