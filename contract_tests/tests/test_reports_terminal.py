"""What a run prints."""

import io

import pytest

from contract_tests.laws import LAWS, Law
from contract_tests.reports import compare, document
from contract_tests.reports.report import Report
from contract_tests.reports.terminal import Terminal
from contract_tests.tests.results import failure, passed, report, skipped, warning


class Screen(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        return True


def show(shown: Report, stream: io.StringIO | None = None) -> str:
    stream = stream or io.StringIO()
    terminal = Terminal(stream)
    for outcome in shown.result.outcomes:
        terminal.tell(outcome)
    terminal.finish(shown)
    return stream.getvalue()


def test_without_a_terminal_the_text_is_plain() -> None:
    text = show(report(failure(message="\x1b[2Jgone\r"), passed(), warning(), skipped()))
    assert not {"\x1b", "\r", "\x07"} & set(text)


def test_a_failure_comes_first_with_all_that_is_known_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LAWS, "paging.size", Law("paging.size", "a page has its size", None, lambda _: ()))
    lines = show(report(passed(), warning(), failure(), skipped())).splitlines()
    start = lines.index("FAILED  paging.size  listItems (limit)")
    assert lines[start + 1 : start + 7] == [
        "  limit=2 gives a page of 3 items",
        "  law       a page has its size",
        "  SH-01 MUST  A page holds at most limit items. [1.1 Lists]",
        "  expected  2",
        "  actual    3",
        '  curl -i https://shop.example.com/v1/items -H "Authorization: Bearer $TOKEN"  # answered 200 OK',
    ]
    assert lines[start + 7].startswith("  curl -i 'https://shop.example.com/v1/items?limit=2' -H")
    assert start < lines.index("WARNED  create.stored  createItem (name)  SH-03  another name")


def test_skips_are_counted_by_reason() -> None:
    text = show(report(passed(), skipped("too few records"), skipped("too few records"), skipped()))
    assert "SKIPPED  3 trials not judged\n    2  too few records\n    1  the profile observe" in text


def test_the_last_line_says_what_was_left_out() -> None:
    text = show(report(passed(), skipped()))
    assert text.endswith(
        "PASSED  everything that was tested holds\n"
        "observe: 1 of 4 MUST verified, 3 not tested: --profile write\n"
    )


def test_changes_are_marked() -> None:
    now = report(failure(), passed())
    compare.compare(now, document.as_document(report(failure(law="sort.order", subject=""))))
    text = show(now)
    assert "FAILED  paging.size  listItems (limit)  [new]" in text
    assert "FIXED  1\n       sort.order listItems" in text


def test_what_is_left_and_what_is_stale_is_listed() -> None:
    shown = report(passed())
    shown.result.leftovers = [f"createItem {number}" for number in range(7, 30)]
    shown.result.stale = ["paging.size on listItems: old"]
    text = show(shown)
    assert "LEFT ON THE SERVER  23\n       createItem 7\n" in text
    assert "createItem 18\n       … and 11 more\n" in text
    assert "STALE KNOWN FAILURES (remove the entries)  1\n       paging.size on listItems: old" in text
    assert "FAILED  1 known failure did not happen: remove the entry" in text


def test_many_failures_are_shown_short_after_the_first_ones() -> None:
    text = show(report(*(failure(operation=f"list{number}") for number in range(30))))
    assert text.count("expected") == 20
    assert text.count("FAILED  paging.size") == 30


def test_no_color_is_obeyed_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[31m" not in show(report(failure()), Screen())
    assert "\x1b[1;31m" not in show(report(failure()), Screen())
    monkeypatch.delenv("NO_COLOR")
    assert "\x1b[1;31m" in show(report(failure()), Screen())


def test_a_stream_that_cannot_write_every_letter_does_not_end_the_run() -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    terminal = Terminal(stream)
    terminal.finish(report(failure(message="Zoë 日本")))
    stream.flush()
