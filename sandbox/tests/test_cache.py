"""What a start remembers for the next one."""

import os
import time
from pathlib import Path

import pytest

from sandbox.cache import NO_CACHE, UNUSED, Cache, find_cache_folder
from sandbox.clock import Clock
from sandbox.pages import UNPAGED, Window
from sandbox.sites import Settings, Site
from sandbox.tests.shop import DOCUMENT, FIXTURES, START


def test_a_value_is_made_once(tmp_path: Path) -> None:
    made: list[int] = []

    def make() -> list[int]:
        made.append(1)
        return made

    cache = Cache(tmp_path)
    assert cache.remember("value", [b"source"], make) == [1]
    assert Cache(tmp_path).remember("value", [b"source"], make) == [1]
    assert made == [1]


@pytest.mark.parametrize(("kind", "sources"), [("value", [b"b"]), ("other", [b"a"]), ("value", [b"a", b""])])
def test_another_source_or_kind_is_another_value(tmp_path: Path, kind: str, sources: list[bytes]) -> None:
    cache = Cache(tmp_path)
    assert cache.remember("value", [b"a"], lambda: "old") == "old"
    assert cache.remember(kind, sources, lambda: "new") == "new"


def test_a_file_is_a_source_by_its_content(tmp_path: Path) -> None:
    cache, source = Cache(tmp_path / "cache"), tmp_path / "source"
    source.write_text("one")
    assert cache.remember("value", [source], lambda: 1) == 1
    source.write_text("two")
    assert cache.remember("value", [source], lambda: 2) == 2


def test_a_source_that_cannot_be_read_is_left_to_the_maker(tmp_path: Path) -> None:
    assert Cache(tmp_path).remember("value", [tmp_path / "none"], lambda: "made") == "made"
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert Cache(tmp_path / "file" / "below").remember("value", [b""], lambda: "made") == "made"


def test_a_broken_file_is_made_anew(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.remember("value", [b""], lambda: {"whole": True})
    (file,) = tmp_path.iterdir()
    file.write_text('{"whole": tr')
    assert cache.remember("value", [b""], lambda: "anew") == "anew"
    assert cache.remember("value", [b""], lambda: "not made") == "anew"


def test_a_number_that_cannot_be_kept_exactly_is_not_kept(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    assert [cache.remember("value", [b""], lambda: [2**70]) for _ in range(2)] == [[2**70], [2**70]]
    assert cache.remember("value", [b""], lambda: [2**70, "anew"]) == [2**70, "anew"]
    assert cache.remember("other", [b""], lambda: [2**63, 0.1]) == [2**63, 0.1]
    assert cache.remember("other", [b""], list) == [2**63, 0.1]


def test_values_that_nobody_uses_are_removed(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.remember("old", [b""], lambda: 1)
    (file,) = tmp_path.iterdir()
    os.utime(file, (0, time.time() - UNUSED - 60))
    cache.remember("new", [b""], lambda: 2)
    assert [each.name.partition("-")[0] for each in tmp_path.iterdir()] == ["new"]


def test_the_folder_is_under_the_cache_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert find_cache_folder() == tmp_path / "openapi-sandbox"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert find_cache_folder() == tmp_path / ".cache" / "openapi-sandbox"


def start(cache: Cache) -> list[list[bytes]]:
    """The documents of every resource of a new site."""
    site = Site([DOCUMENT], Settings(fixtures=FIXTURES, cache=cache), Clock(START))
    service = site.services["shop"]
    service.worlds.enter("")
    every = Window(0, UNPAGED)
    found = [service.store.page(each, "", (), (), (), every) for each in service.api.resources.values()]
    site.close()
    return found


def test_a_second_start_makes_no_demo_data_and_serves_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = start(Cache(tmp_path))
    monkeypatch.setattr("sandbox.worlds.make_rows", None)
    monkeypatch.setattr("sandbox.sites.read_document", None)
    monkeypatch.setattr("sandbox.fixtures.read_yaml", None)
    assert any(first)
    assert start(Cache(tmp_path)) == first == start_without(monkeypatch)


def start_without(monkeypatch: pytest.MonkeyPatch) -> list[list[bytes]]:
    """The same without a cache."""
    monkeypatch.undo()
    return start(NO_CACHE)
