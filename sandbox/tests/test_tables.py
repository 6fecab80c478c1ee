"""The database as a file: kept, shared, refused when it is not ours."""

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from sandbox.problems import Problem, Unusable
from sandbox.reading import read_api
from sandbox.store import Row, Store
from sandbox.tests.shop import load_document, read_shop

Json = dict[str, Any]

ITEM = read_shop().resources["Item"]
ROW = Row("a", "ann", b'{"id":"a","sku":"s"}', 5.0)


def open_file(path: Path, document: Json | None = None) -> Store:
    return Store([read_api("shop", document) if document else read_shop()], f"sqlite:///{path}")


def test_file_keeps_the_records_when_it_is_opened_again(tmp_path: Path) -> None:
    first = open_file(tmp_path / "a.db")
    first.insert(ITEM, "", [ROW])
    first.add_world("shop/")
    first.close()
    second = open_file(tmp_path / "a.db")
    assert second.get(ITEM, "", "a") == ROW
    assert second.has_world("shop/")
    second.close()


def test_file_has_a_write_ahead_log_whoever_opens_it_first(tmp_path: Path) -> None:
    stores = [open_file(tmp_path / "a.db") for _ in range(3)]
    assert {store._db.execute("PRAGMA journal_mode").fetchall()[0] for store in stores} == {("wal",)}
    for store in stores:
        store.close()


def test_writes_of_several_processes_wait_for_each_other_and_none_is_refused(tmp_path: Path) -> None:
    stores = [open_file(tmp_path / "a.db") for _ in range(3)]

    def write(number: int) -> None:
        for index in range(50):
            key = f"{number}-{index}"
            with stores[number].transaction():
                stores[number].insert(
                    ITEM, "", [Row(key, None, b'{"id":"%d","sku":"%s"}' % (index, key.encode()))]
                )

    with ThreadPoolExecutor() as pool:
        list(pool.map(write, range(3)))
    stores[0].refresh()
    assert stores[0].count(ITEM, "", (), ()) == 150
    for store in stores:
        store.close()


def test_write_is_seen_by_another_connection_at_once(tmp_path: Path) -> None:
    first, second = open_file(tmp_path / "a.db"), open_file(tmp_path / "a.db")
    first.insert(ITEM, "", [ROW])
    assert second.get(ITEM, "", "a") == ROW
    first.close()
    second.close()


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("unique", [["name"]]),
        ("order", ["name"]),
        ("references", {}),
        ("key", {"field": "sku", "form": "uuid"}),
    ],
)
def test_file_of_another_version_of_the_document_is_refused(tmp_path: Path, word: str, value: Any) -> None:
    open_file(tmp_path / "a.db").close()
    document = load_document()
    document["components"]["schemas"]["Item"]["x-sandbox"][word] = value
    with pytest.raises(Unusable, match="shop as another version"):
        open_file(tmp_path / "a.db", document)


@pytest.mark.parametrize(
    "change", ["UPDATE shapes SET shape = 'old' WHERE api = ''", "DELETE FROM shapes WHERE api = ''"]
)
def test_file_of_another_version_of_the_sandbox_is_refused(tmp_path: Path, change: str) -> None:
    open_file(tmp_path / "a.db").close()
    other = sqlite3.connect(tmp_path / "a.db")
    other.execute(change)
    other.commit()
    other.close()
    with pytest.raises(Unusable, match="is of another version; remove it or choose another"):
        open_file(tmp_path / "a.db")


def test_file_takes_another_document_beside_the_first(tmp_path: Path) -> None:
    open_file(tmp_path / "a.db").close()
    other = read_api("other", load_document())
    store = Store([read_shop(), other], f"sqlite:///{tmp_path}/a.db")
    store.insert(ITEM, "", [ROW])
    assert store.get(other.resources["Item"], "", "a") is None
    store.close()


@pytest.mark.parametrize(
    "url",
    [
        "nope",
        "nope://x",
        "sqlite:////no/such/folder/a.db",
        "postgresql+psycopg://nobody@127.0.0.1:1/x",
        "sqlite:///{}/text.txt",
        "sqlite:///{}",
    ],
)
def test_url_that_names_no_usable_database_is_refused_in_one_line(tmp_path: Path, url: str) -> None:
    (tmp_path / "text.txt").write_text("This is a text file and no database of SQLite. " * 100)
    with pytest.raises(Unusable, match=r"^--state ") as caught:
        Store([read_shop()], url.format(tmp_path))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "act", [lambda store: store.count(ITEM, "", (), ()), lambda store: store.insert(ITEM, "", [ROW])]
)
def test_store_that_cannot_be_reached_is_unavailable_for_a_second(
    tmp_path: Path, act: Callable[[Store], Any]
) -> None:
    store = open_file(tmp_path / "a.db")
    other = sqlite3.connect(tmp_path / "a.db")
    other.execute('DROP TABLE "shop_Item"')
    other.close()
    with pytest.raises(Problem) as caught:
        act(store)
    assert caught.value.kind == "unavailable"
    assert caught.value.headers == {"Retry-After": "1"}
    store.close()
