"""Counts are remembered until their world is written to."""

from pathlib import Path

import pytest

from sandbox.store import Row, Store, counts
from sandbox.store.counts import Counts
from sandbox.tests.shop import read_shop


def test_write_to_a_world_leaves_the_counts_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def ask(kept: Counts, world: str) -> int:
        return kept.get(world, "how many", lambda: asked.append(world) or len(asked))  # type: ignore[func-returns-value]

    kept = Counts()
    assert [ask(kept, world) for world in ("one", "two", "one", "two")] == [1, 2, 1, 2]
    kept.forget("one")
    assert [ask(kept, world) for world in ("two", "one")] == [2, 3]
    kept.clear()
    assert ask(kept, "two") == 4
    monkeypatch.setattr(counts, "MOST", 1)
    assert [ask(kept, world) for world in ("three", "two")] == [5, 6]


def test_counts_are_remembered_until_another_process_writes(tmp_path: Path) -> None:
    item = read_shop().resources["Item"]
    first, second = (Store([read_shop()], f"sqlite:///{tmp_path}/a.db", shared=True) for _ in range(2))
    assert (first.refresh(), first.count(item, "", (), ())) == (True, 0)
    second.insert(item, "", [Row("a", None, b'{"id":"a","sku":"s"}')])
    assert first.count(item, "", (), ()) == 0
    assert (first.refresh(), first.count(item, "", (), ()), first.refresh()) == (True, 1, False)
    first.insert(item, "", [Row("b", None, b'{"id":"b","sku":"t"}')])
    assert (first.count(item, "", (), ()), first.refresh()) == (2, False)
    for store in (first, second):
        store.close()
