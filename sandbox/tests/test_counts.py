"""Counts are remembered until their world is written to."""

import pytest

from sandbox.store import counts
from sandbox.store.counts import Counts


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
