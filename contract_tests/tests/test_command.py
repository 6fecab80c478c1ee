"""What `sandbox test` says and how it ends: options, files, documents and exit codes."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from contract_tests.tests.faults import answer
from contract_tests.tests.servers import Server, check, find, peer, run

NOWHERE = "http://127.0.0.1:1/v1"
FEW = ("--select", "show,remove")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)
    for name in ("SANDBOX_TOKEN", "SANDBOX_PEER_TOKEN", "SANDBOX_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with peer() as found:
        yield found


@pytest.mark.parametrize(
    "words",
    [
        ["--url", "nowhere"],
        ["--url", "ftp://127.0.0.1/"],
        ["--url", "http://"],
        ["--url", "http://[::1/"],
        ["--url", "http://127.0.0.1:99999/"],
        ["--url", "http://127.0.0.1:x/"],
        ["--url", "http://127.0.0.1/v1?key=1"],
        ["--url", "http://127.0.0.1/v1#a"],
        ["--url", "http://me:pass@127.0.0.1/"],
        ["--url", "http://127.0.0.1/ä ö"],
        ["--token", "a b"],
        ["--token", "a\nb"],
        ["--token", "ü"],
        ["--header", "X"],
        ["--header", "X Y: 1"],
        ["--header", "X: a\r\nY: b"],
        ["--header", "X: ü"],
        ["--header", "Host: a"],
        ["--header", "Content-Length: 9"],
        ["--login", "a@example.com"],
        ["--ca", "missing.pem"],
        ["--ca", "x", "--insecure"],
        ["--profile", "wild"],
        ["--depth", "9"],
        ["--select", "no.such"],
        ["--exclude", "no.such"],
        ["--known", "missing"],
        ["--seed", "x"],
        ["--rate-limit", "0"],
        ["--rate-limit", "fast"],
        ["--rate-limit", "5/d"],
        ["--max-time", "-1"],
        ["--max-time", "x"],
        ["--max-time", "nan"],
        ["--settle", "-1"],
        ["--compare", "missing"],
        ["--require-verified", "101"],
        ["--require-verified", "x"],
        ["--clean-up", "missing"],
        ["--frobnicate"],
        ["--report", "/proc/no/such"],
        [],
    ],
    ids=" ".join,
)
def test_one_line_for_what_cannot_be_done(words: list[str]) -> None:
    given = words if "--url" in words else ["--url", NOWHERE, *words]
    done = run("test", "devsync", *given)
    assert (done.code, done.out) == (2, ""), done.text
    assert done.err.count("\n") == 1
    assert "pass@" not in done.err
    assert done.seconds < 5


TEXTS = ["a: b", "- 7", "- {law: a}", "- {law: a, operation: b, reason: c, expires: soon}", "- [", "\x00"]


@pytest.mark.parametrize("option", ["--known", "--compare", "--ca", "--clean-up"])
@pytest.mark.parametrize("text", TEXTS, ids=repr)
def test_one_line_for_bad_files(option: str, text: str, home: Path) -> None:
    (home / "file").write_text(text)
    done = run("test", "devsync", "--url", NOWHERE, option, "file")
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert "file" in done.err


DOCUMENTS = {
    "empty": "",
    "text": "hello",
    "list": "- 1",
    "tab": "a:\n\t- b",
    "bytes": "\x01\x02",
    "swagger": "swagger: '2.0'\ninfo: {title: a, version: b}\npaths: {}",
    "no_paths": "openapi: 3.0.3",
    "paths_are_a_list": "openapi: 3.0.3\npaths: []",
    "path_is_null": "openapi: 3.0.3\npaths: {/a: null}",
    "operation_is_null": "openapi: 3.0.3\npaths: {/a: {get: null}}",
    "no_responses": "openapi: 3.0.3\npaths: {/a: {get: {}}}",
    "odd_status": "openapi: 3.0.3\npaths: {/a: {get: {responses: {2000000x: {}}}}}",
    "lost_reference": "openapi: 3.0.3\npaths: {/a: {get: {responses: {'200': {$ref: '#/components/No'}}}}}",
    "loop": "openapi: 3.0.3\npaths: &a {/a: *a}",
    "no_name": "openapi: 3.0.3\npaths: {/a: {get: {parameters: [{in: query}], responses: {'200': {}}}}}",
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_one_line_for_bad_documents(name: str, home: Path, server: Server) -> None:
    file = home / "document.yaml"
    file.write_text(DOCUMENTS[name])
    done = run("test", str(file), "--url", server.url, "--token", "demo", "--max-time", "5")
    assert "Traceback (most" not in done.text
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1), done.text


def test_any_document_is_judged(home: Path, server: Server) -> None:
    file = home / "crud.yaml"  # without a register: each law has its ground
    file.write_text(find("devsync").read_text())
    done = check(server, *FEW, api=str(file))
    assert (done.code, done.err) == (0, "")
    assert "judged laws hold" in done.out


def test_base_url_may_end_with_a_slash(server: Server) -> None:
    assert run("test", "devsync", "--url", f"{server.url}/", "--token", "Bearer demo", *FEW).code == 0


def test_wrong_base_url(server: Server) -> None:
    done = run("test", "devsync", "--url", server.url.removesuffix("/sync"), "--token", "demo")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "base URL" in done.err


@pytest.mark.parametrize("token", ["wrong", "expired", ""])
def test_token_that_is_refused(token: str, server: Server) -> None:
    done = run("test", "devsync", "--url", server.url, "--token", token)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert "token" in done.err


def test_targets_of_a_file(home: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_TOKEN", "demo")
    text = f'[targets.staging]\nurl = "{server.url}"\ntoken = "${{MY_TOKEN}}"\nheaders = {{X-Tenant = "a"}}\n'
    (home / "sandbox.toml").write_text(text)
    assert run("test", "devsync", "--url", "staging", *FEW).code == 0
    assert server.asked[-1].headers["X-Tenant"] == "a"
    assert "write" in run("test", "devsync", "--url", "staging", *FEW).out  # it is on this machine


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[",
        "targets = 1",
        "[targets]\nstaging = 1",
        "[targets.other]\nurl = 'http://a'",
        "[targets.staging]\nurl = 1",
        "[targets.staging]\nurl = 'http://a'\nheaders = 1",
        "[targets.staging]\nurl = 'http://a'\nheaders = {a = 1}",
        "[targets.staging]\nurl = 'http://a'\ntoken = 1",
        "[targets.staging]\nurl = 'http://a'\ninsecure = 'yes'",
        "[targets.staging]\nurl = 'http://a'\nnonsense = 1",
        "[targets.staging]\ntoken = 'a'",
    ],
)
def test_bad_files_of_targets(text: str, home: Path) -> None:
    (home / "sandbox.toml").write_text(text)
    done = run("test", "devsync", "--url", "staging")
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)


def test_tokens_of_the_environment(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANDBOX_TOKEN", "demo")
    monkeypatch.setenv("SANDBOX_PEER_TOKEN", "peer")
    assert run("test", "devsync", "--url", server.url, "--select", "isolation.show").code == 0
    assert {"Bearer demo", "Bearer peer"} <= {row.headers.get("Authorization", "") for row in server.asked}


def test_header_with_the_token(server: Server) -> None:
    words = ("--header", "Authorization: Bearer demo", "--select", "access.anonymous")
    assert run("test", "devsync", "--url", server.url, *words).code == 0


def test_help_speaks_of_the_process_list() -> None:
    assert "process list" in " ".join(run("test", "--help").out.split())


def test_violated_must_fails() -> None:
    with peer() as broken:
        broken.cuts = lambda asked: asked.method == "DELETE"
        broken.instead = answer("500 Internal Server Error", b"{}", "Content-Type: application/json")
        assert check(broken, "--select", "remove.accepts,answer").code == 1


def test_strict() -> None:
    with peer("healthsync") as warned:
        words = ("--select", "upload.disguised")
        assert check(warned, *words, api="healthsync").code == 0
        assert check(warned, *words, "--strict", api="healthsync").code == 1


def test_share_that_must_be_verified(server: Server) -> None:
    assert check(server, *FEW, "--require-verified", "90%").code == 2
    assert check(server, *FEW, "--require-verified", "1%").code == 0


def test_known_failures(home: Path, server: Server) -> None:
    row = "- {law: show.found, operation: getRecord, reason: being mended, expires: 2999-01-01}"
    (home / "known.yaml").write_text(row.replace("show.found", judged(server)))
    stale = check(server, *FEW, "--known", "known.yaml")
    assert (stale.code, "remove the entry" in stale.out) == (1, True)


def judged(server: Server) -> str:
    """A law that holds on getRecord."""
    check(server, *FEW, "--report", "report")
    rows = json.loads(Path("report/report.json").read_text())["laws"]
    return next(
        str(row["law"]) for row in rows if (row["operation"], row["verdict"]) == ("getRecord", "passed")
    )


def test_reports_and_comparison(home: Path, server: Server) -> None:
    assert check(server, *FEW, "--report", "new/folder").code == 0
    assert {row.name for row in (home / "new/folder").iterdir()} == {
        "report.html",
        "report.json",
        "junit.xml",
    }
    assert check(server, *FEW, "--compare", "new/folder/report.json").code == 0


def test_ledger_that_cannot_be_written(server: Server, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(home / "file"))
    server.asked.clear()
    done = check(server, *FEW)
    assert (done.code, done.err.count("\n"), server.asked) == (2, 1, [])
    assert check(server, *FEW, "--profile", "observe").code == 0


def test_reader_that_goes_away(server: Server) -> None:
    program = (
        "import sys; from contract_tests.command import main; from contract_tests.tests.servers import find; "
        "sys.exit(main(sys.argv[1:], find, None))"
    )
    command = [sys.executable, "-c", program, "test", "devsync", "--url", server.url, "--token", "demo", *FEW]
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True, timeout=60)
    os.close(writing)
    assert (done.returncode, "Traceback" in done.stderr, done.stderr.count("\n")) == (2, False, 1)


def test_unknown_law_of_explain() -> None:
    done = run("explain", "no.such")
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
