"""What a run undoes: at its end, when it is ended, and later by its ledger."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contract_tests.ledger import Ledger
from contract_tests.problems import Unusable
from contract_tests.tests.faults import FAULTS, answer
from contract_tests.tests.servers import Asked, Server, check, peer, run

FEW = ("--select", "create.accepts,create.values,show,remove")
SAFE = {"GET", "HEAD"}
ABOUT = '{"api":"a","url":"u","run":"r"}\n'
PROGRAM = """
import sys
from contract_tests.tests.servers import run
done = run(*sys.argv[1:])
print(done.text)
sys.exit(done.code)
"""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("SANDBOX_TOKEN", "demo")
    return tmp_path / "state"


def ledgers(home: Path) -> list[Path]:
    return sorted(home.rglob("ledger-*.jsonl"))


def clean_up(file: Path, *arguments: str) -> Any:
    return run("test", "devsync", "--clean-up", str(file), *arguments)


def kill(pid: int, number: int) -> Callable[[Asked], None]:
    """Kill the process when that POST was done and is not yet answered."""
    counts = iter(range(1, 10**6))

    def tell(asked: Asked) -> None:
        if asked.method == "POST" and next(counts) == number:
            os.kill(pid, signal.SIGKILL)

    return tell


@pytest.mark.parametrize("number", [1, 6])
def test_clean_up_after_kill(number: int, home: Path) -> None:
    with peer() as server:
        before = server.snapshot("devsync")
        start(server, lambda pid: kill(pid, number))
        assert server.snapshot("devsync") != before
        (file,) = ledgers(home)
        with file.open("a") as stream:
            stream.write('{"number": 99, "operation": "createRec')  # a line that was not finished
        done = clean_up(file)
        assert (done.code, server.snapshot("devsync")) == (0, before), done.text
    assert "0 remain" in done.out
    assert ledgers(home) == []
    again = clean_up(file)
    assert (again.code, again.err.count("\n")) == (2, 1)


def start(server: Server, teller: Callable[[int], Callable[[Asked], None]]) -> tuple[int, str]:
    """Run the command in a process of its own. Returns its exit code and what it said."""
    command = [
        sys.executable,
        "-c",
        PROGRAM,
        "test",
        "devsync",
        "--url",
        server.url,
        "--depth",
        "quick",
        *FEW,
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        server.tell = teller(process.pid)
        text, _ = process.communicate(timeout=60)
        server.tell = lambda _: None
    return process.returncode, text


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_run_cleans_up(number: signal.Signals, home: Path) -> None:
    def teller(pid: int) -> Callable[[Asked], None]:
        def tell(_: Asked) -> None:
            if len(server.asked) == 12:
                os.kill(pid, number)

        return tell

    with peer() as server:
        before = server.snapshot("devsync")
        code, text = start(server, teller)
        assert (code, server.snapshot("devsync")) == (2, before), text
    assert "interrupted" in text
    assert ledgers(home) == []


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_answers_that_never_arrived(method: str) -> None:
    with peer() as server:
        before, counts = server.snapshot("devsync"), iter(range(10**6))
        server.cuts = lambda asked: asked.method == method and next(counts) in (1, 4)
        check(server, *FEW)
        server.cuts = lambda _: False
        assert server.snapshot("devsync") == before


def test_creation_behind_an_error_is_found() -> None:
    with peer() as server:
        before = server.snapshot("devsync")
        server.cuts = lambda asked: asked.method == "POST"  # made, and then: 502, as by a gateway
        server.instead = answer("502 Bad Gateway", b"{}", "Connection: close")
        check(server, *FEW)
        server.cuts = lambda _: False
        assert server.snapshot("devsync") == before


@pytest.fixture
def left(home: Path) -> Any:
    """A server on which a run has left a record, and the ledger."""
    with peer() as server:
        server.cuts = lambda asked: asked.method == "POST" and server.break_down(FAULTS["closes"])
        done = check(server, *FEW)
        server.cuts, server.fault = lambda _: False, None
        (file,) = ledgers(home)
        assert str(file) in done.err
        yield server, file


def test_clean_up_with_an_expired_token(left: Any) -> None:
    _, file = left
    done = clean_up(file, "--token", "expired")
    assert (done.code, done.err.count("\n"), file.is_file()) == (2, 1, True)
    assert clean_up(file).code == 0


def test_clean_up_of_a_server_that_is_down(left: Any) -> None:
    server, file = left
    server.break_down(FAULTS["closes"])
    done = clean_up(file)
    assert (done.code, done.err.count("\n"), file.is_file()) == (2, 1, True)


def test_clean_up_that_is_refused_stays_open(left: Any) -> None:
    server, file = left
    server.break_down(lambda *arguments: FAULTS["refused"](*arguments), since=2)
    assert (clean_up(file).code, file.is_file()) == (2, True)


def test_clean_up_is_for_the_server_of_the_ledger(left: Any) -> None:
    _, file = left
    with peer() as other:
        done = clean_up(file, "--url", other.url)
        assert (done.code, done.err.count("\n"), other.asked) == (2, 1, [])
        assert run("test", "yourcompany", "--clean-up", str(file)).code == 2
    assert file.is_file()


def test_clean_up_of_what_is_gone_already(left: Any) -> None:
    _, file = left
    about = json.loads(file.read_text().splitlines()[0])
    ledger = Ledger(file, about)
    ledger.plan(
        "createRecord", "owner", undo=("DELETE", "/records/11111111-2222-4333-8444-555555555555", None)
    )
    ledger.close()
    assert clean_up(file).code == 0


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}\n",
        "[]\n",
        '{"api": "a", "url": "u", "run": "r"}\n[]\n',
        '{"api":"a","url":"u","run":"r"}\n{"number":0}\n',
        ABOUT + '{"number":0,"operation":"o","role":"owner","undo":["DELETE","@evil.example",null]}\n',
    ],
)
def test_files_that_are_no_ledger(text: str, tmp_path: Path) -> None:
    file = tmp_path / "ledger.jsonl"
    file.write_text(text)
    with pytest.raises(Unusable):
        Ledger.load(file)
