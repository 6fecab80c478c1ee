"""What a run may do to a server, and what it leaves there."""

import json
import os
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contract_tests.ledger import Ledger
from contract_tests.problems import Unusable
from contract_tests.targets import default_profile
from contract_tests.tests.servers import FAULTS, Asked, Server, answer, check, peer, run

FEW = ("--select", "create.accepts,create.values,show,remove")
SAFE = {"GET", "HEAD"}
PROGRAM = "from contract_tests.tests.servers import run; import sys; r = run(*sys.argv[1:]); print(r.text); sys.exit(r.code)"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("SANDBOX_TOKEN", "demo")
    return tmp_path / "state"


def ledgers(home: Path) -> list[Path]:
    return sorted(home.rglob("ledger-*.jsonl"))


def clean_up(file: Path, *arguments: str) -> Any:
    return run("test", "devsync", "--clean-up", str(file), *arguments)


@pytest.mark.parametrize("api", ["devsync", "yourcompany", "healthsync", "humanapi", "medisync"])
def test_observe_only_reads(api: str, home: Path) -> None:
    with peer(api) as server:
        check(server, "--profile", "observe", "--peer-token", "peer", "--max-time", "2", api=api)
        assert server.methods <= SAFE
        assert server.asked
    assert ledgers(home) == []


@pytest.mark.parametrize("api", ["devsync", "yourcompany"])
def test_write_leaves_nothing(api: str, home: Path) -> None:
    with peer(api) as server:
        before = server.snapshot(api)
        select = ("--select", "create,show,remove,paging.complete,isolation,update.stored,singleton")
        assert check(server, "--peer-token", "peer", *select, api=api).code == 0
        assert {"POST", "DELETE"} <= server.methods
        assert server.snapshot(api) == before
    assert ledgers(home) == []


def test_what_cannot_be_deleted_is_not_made() -> None:
    with peer("yourcompany") as server:
        check(server, "--profile", "write", "--select", "create,request", api="yourcompany")
        assert {row.path for row in server.asked if row.method == "POST"} == {"/v1/projects"}


def test_records_bear_the_mark_of_the_run() -> None:
    with peer() as server:
        check(server, *FEW)
        made = [row for row in server.asked if row.method == "POST"]
    marked = [row for row in made if b'"t' in row.body and b"-" in row.body]
    assert len(marked) == len(made) > 3


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
        server.cuts = lambda asked: asked.method == "POST" and (server.break_down(FAULTS["closes"]) or True)
        done = check(server, *FEW)
        server.cuts, server.fault = lambda _: False, None
        (file,) = ledgers(home)
        assert str(file) in done.err
        yield server, file


def test_clean_up_with_an_expired_token(left: Any) -> None:
    server, file = left
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
    server, file = left
    with peer() as other:
        done = clean_up(file, "--url", other.url)
        assert (done.code, done.err.count("\n"), other.asked) == (2, 1, [])
        assert run("test", "yourcompany", "--clean-up", str(file)).code == 2
    assert file.is_file()


def test_clean_up_of_what_is_gone_already(left: Any) -> None:
    server, file = left
    about = json.loads(file.read_text().splitlines()[0])
    ledger = Ledger(file, about)
    ledger.plan(
        "createRecord", "owner", undo=("DELETE", "/records/11111111-2222-4333-8444-555555555555", None)
    )
    assert clean_up(file).code == 0


@pytest.mark.parametrize(
    "text", ["", "{}\n", "[]\n", '{"api": "a", "url": "u", "run": "r"}\n[]\n', '{"api":"a","url":"u","run":"r"}\n{"number":0}\n',
    '{"api":"a","url":"u","run":"r"}\n{"number":0,"operation":"o","role":"owner","undo":["DELETE","@evil.example",null]}\n'],
)  # fmt: skip
def test_files_that_are_no_ledger(text: str, tmp_path: Path) -> None:
    file = tmp_path / "ledger.jsonl"
    file.write_text(text)
    with pytest.raises(Unusable):
        Ledger.load(file)


def test_ledger_is_written_before_the_request(home: Path) -> None:
    found: list[bool] = []

    def tell(asked: Asked) -> None:
        if asked.method == "POST":
            found.append(b'"planned"' in ledgers(home)[0].read_bytes().splitlines()[-1])

    with peer() as server:
        server.tell = tell
        check(server, *FEW)
    assert set(found) == {True}


def test_secrets_are_nowhere(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = "tok-4f9a8b7c6d5e4f3a2b1c"
    monkeypatch.setenv("SANDBOX_TOKEN", secret)
    echo = answer(
        "401 Unauthorized",
        f'{{"message": "no user has {secret}"}}'.encode(),
        "Content-Type: application/json",
    )
    with peer() as server:
        for since, body in ((0, echo), (0, answer("200 OK", f"you sent {secret}".encode()))):
            server.break_down(body, since=since)
            report = ("--report", str(tmp_path / "report"), "--header", f"X-Api-Key: {secret}9")
            done = run("test", "devsync", "--url", server.url, *FEW, *report)
            assert secret not in done.text
    for file in [row for row in tmp_path.rglob("*") if row.is_file()]:
        assert secret.encode() not in file.read_bytes(), file


def test_rate_is_kept() -> None:
    with peer() as server:
        check(server, "--select", "show", "--rate-limit", "20/s", "--max-time", "2.5", "--profile", "observe")
        times = [row.at for row in server.asked]
    assert len(times) > 10
    assert len(times) / (times[-1] - times[0] + 0.05) <= 20.5


def test_retry_after_is_respected() -> None:
    with peer() as server:
        server.break_down(answer("429 Too Many Requests", b"{}", "Retry-After: 1"), since=1, count=1)
        check(server, "--select", "show", "--profile", "observe")
        assert server.asked[2].at - server.asked[1].at >= 1
        server.break_down(answer("429 Too Many Requests", b"{}", "Retry-After: 3600"))
        done = check(server)
        assert (done.code, len(server.asked), done.err.count("\n")) == (2, 1, 1)
        server.break_down(answer("429 Too Many Requests", b"{}", "Retry-After: 60"))
        assert check(server, "--max-time", "5").seconds < 3


def test_certificates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "ca.pem"
    made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
            "-subj", "/CN=test", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate]  # fmt: skip
    try:
        subprocess.run(made, check=True, capture_output=True, timeout=20)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no openssl")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    with peer(tls=tls) as server:
        few = ("--select", "show", "--profile", "observe")
        assert "TLS" in check(server, *few).err
        assert check(server, *few, "--ca", str(certificate)).code == 0
        assert check(server, *few, "--insecure").code == 0
        server.url = server.url.replace("127.0.0.1", "localhost")
        assert check(server, *few, "--ca", str(certificate)).code == 2  # the name is not in it
        tmp_path.joinpath("empty").touch()
        assert "no certificates" in check(server, *few, "--ca", str(tmp_path / "empty")).err


def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with peer() as server:
        assert check(server, "--select", "show", "--profile", "observe").code == 0
        down = run("test", "devsync", "--url", "http://127.0.0.1:1")
    assert "requests go straight to the server" in down.err


def test_ipv6() -> None:
    try:
        with peer(host="::1") as server:
            assert check(server, "--select", "show").code == 0
    except OSError:
        pytest.skip("no IPv6")


@pytest.mark.parametrize(
    ("url", "profile"),
    [("http://127.0.0.1:80", "write"), ("http://localhost/v1", "write"), ("http://[::1]/", "write"), (None, "full"),
     ("https://127.example.com", "observe"), ("http://localhost.example.com", "observe"), ("http://10.0.0.1", "observe")],
)  # fmt: skip
def test_default_profile(url: str | None, profile: str) -> None:
    assert default_profile(url) == profile


def test_writes_settle() -> None:
    with peer() as server:
        started = time.monotonic()
        check(server, "--select", "remove.accepts", "--settle", "0.5")
        posts = sum(row.method == "POST" for row in server.asked)
    assert posts
    assert time.monotonic() - started >= 0.5 * posts
