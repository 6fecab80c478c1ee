"""Servers that hang, drip, close and lie: one plain line or a clear verdict, in time,
and nothing left hanging.
"""

import threading
from pathlib import Path

import pytest

from contract_tests.tests.faults import FAULTS
from contract_tests.tests.servers import check, peer

FEW = ("--select", "create.accepts,show,remove,answer")
SLOW = {"hangs", "drips_head", "drips_body", "drips_chunks"}
JUDGED = {"nested", "null", "strange", "bad_length"}  # JSON, so that laws judge it
ALIKE = {  # those that differ only for the transport, which the first answer shows
    "continues",
    "not_http",
    "many_headers",
    "long_header",
    "not_utf8",
    "digits",
    "loop",
    "bad_length",
    "bad_gzip",
    "bomb",
    "drips_head",
    "drips_body",
    "long_body",
    "teapot",
    "empty",
}
ENOUGH = 0.7  # seconds of a run
MORE = 3.5  # seconds that a busy machine, the clean-up and the report may need beside


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))


def time_of(name: str) -> tuple[str, ...]:
    return ("--max-time", str(ENOUGH)) if name in SLOW else ("--max-time", "20")


@pytest.mark.parametrize("name", FAULTS)
def test_first_answer(name: str) -> None:
    with peer() as server:
        server.break_down(FAULTS[name])
        done = check(server, *FEW, *time_of(name))
    if name in JUDGED:
        assert done.code == 1
    else:
        assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert "Traceback (most" not in done.text
    assert done.seconds < (ENOUGH + MORE if name in SLOW else 20)


@pytest.mark.parametrize("name", sorted(FAULTS.keys() - ALIKE))
def test_middle_of_the_run(name: str) -> None:
    with peer() as server:
        server.break_down(FAULTS[name], since=25)
        done = check(server, *FEW, *time_of(name))
    assert done.code in (1, 2)
    assert ("NOT JUDGED" in done.out) == (done.code == 2)
    assert "Traceback (most" not in done.text
    assert "mistake of the suite" not in done.text
    assert done.seconds < (ENOUGH + MORE if name in SLOW else 20)


@pytest.mark.parametrize("name", ["closes", "refused", "redirect", "hangs"])
def test_who_is_not_let_in_any_more_accuses_nobody(name: str) -> None:
    with peer() as server:
        server.break_down(FAULTS[name], since=25)
        done = check(server, "--select", "create.accepts,show,remove", *time_of(name))
    assert done.code == 2, done.out


@pytest.mark.parametrize("name", ["closes", "fault", "not_http"])
def test_a_short_disturbance_is_no_failure(name: str) -> None:
    with peer() as server:
        server.break_down(FAULTS[name], since=25, count=1)
        done = check(server, "--select", "create.accepts,show,remove")
    assert done.code == 0, done.out


def test_time_over_before_the_laws_are_done() -> None:
    with peer() as server:
        over = check(server, "--max-time", "0.5")
        partial = check(server, "--max-time", "0.5", "--allow-partial")
        assert server.snapshot("devsync")["demo listRecords"]["total"] == 30
    assert (over.code, partial.code) == (2, 0), over.text + partial.text
    assert "the time was over" in over.text


def test_partial_is_about_time_only() -> None:
    with peer() as server:
        server.break_down(FAULTS["closes"], since=25)
        assert check(server, *FEW, "--allow-partial").code == 2


def test_silence_of_a_server_is_not_waited_for_without_end() -> None:
    with peer() as server:
        server.cuts = lambda asked: asked.method == "POST" and server.break_down(FAULTS["hangs"])
        done = check(server, *FEW, "--max-time", str(ENOUGH))
    assert done.seconds < ENOUGH + MORE
    assert "--clean-up" in done.err


def test_no_thread_is_left() -> None:
    before = threading.active_count()
    for name in ("closes", "hangs"):
        with peer() as server:
            server.break_down(FAULTS[name], since=25)
            check(server, *FEW, "--max-time", "1")
    names = [row.name for row in threading.enumerate() if "process_request" not in row.name]
    assert len(names) <= before
