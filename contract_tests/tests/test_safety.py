"""What a run may do to a server, and what it leaves there."""

import ssl
import subprocess
import time
from pathlib import Path

import pytest

from contract_tests.targets import default_profile
from contract_tests.tests.faults import answer
from contract_tests.tests.servers import Asked, check, peer, run

FEW = ("--select", "create.accepts,create.values,show,remove")
SAFE = {"GET", "HEAD"}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("SANDBOX_TOKEN", "demo")
    return tmp_path / "state"


def ledgers(home: Path) -> list[Path]:
    return sorted(home.rglob("ledger-*.jsonl"))


@pytest.mark.parametrize("api", ["devsync", "yourcompany", "healthsync", "humanapi", "medisync"])
def test_observe_only_reads(api: str, home: Path) -> None:
    with peer(api) as server:
        check(server, "--profile", "observe", "--peer-token", "peer", "--max-time", "1", api=api)
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


def test_ledger_is_written_before_the_request(home: Path) -> None:
    found: list[bool] = []

    def tell(asked: Asked) -> None:
        if asked.method == "POST":
            found.append(b'"planned"' in ledgers(home)[0].read_bytes().splitlines()[-1])

    with peer() as server:
        server.tell = tell
        check(server, *FEW)
    assert set(found) == {True}


@pytest.mark.parametrize("since", [0, 25])
@pytest.mark.parametrize("status", ["401 Unauthorized", "500 Internal Server Error", "200 OK"])
def test_secrets_are_nowhere(
    status: str, since: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = "tok-4f9a8b7c6d5e4f3a2b1c"
    monkeypatch.setenv("SANDBOX_TOKEN", secret)
    with peer() as server:
        server.alias = secret
        body = f'{{"id": "{secret}", "message": "you sent {secret}"'.encode() + b"}" * (status[0] != "2")
        server.break_down(
            answer(status, body, "Content-Type: application/json", f"X-Echo: {secret}"), since=since
        )
        words = (*FEW, "--report", str(tmp_path / "report"), "--header", f"X-Api-Key: {secret}9")
        done = run("test", "devsync", "--url", server.url, "--depth", "quick", *words)
        assert server.asked[0].headers["Authorization"] == f"Bearer {secret}"
    assert secret not in done.text
    written = [row for row in tmp_path.rglob("*") if row.is_file()]
    assert len(written) >= (3 if since else 0), done.text
    assert [row for row in written if secret.encode() in row.read_bytes()] == []


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


def test_certificates(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "ca.pem"
    made = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=test",
        "-addext",
        "subjectAltName=IP:127.0.0.1",
        "-keyout",
        str(key),
        "-out",
        str(certificate),
    ]
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
    [
        ("http://127.0.0.1:80", "write"),
        ("http://localhost/v1", "write"),
        ("http://[::1]/", "write"),
        (None, "full"),
        ("https://127.example.com", "observe"),
        ("http://localhost.example.com", "observe"),
        ("http://10.0.0.1", "observe"),
    ],
)
def test_default_profile(url: str | None, profile: str) -> None:
    assert default_profile(url) == profile


def test_writes_settle() -> None:
    with peer() as server:
        started = time.monotonic()
        check(server, "--select", "remove.accepts", "--settle", "0.5")
        posts = sum(row.method == "POST" for row in server.asked)
    assert posts
    assert time.monotonic() - started >= 0.5 * posts
