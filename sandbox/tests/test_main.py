"""The command: each mistake is one line and exit code 2."""

import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sandbox import server
from sandbox.__main__ import main
from sandbox.cache import Cache, find_cache_folder
from sandbox.calls import Subscription
from sandbox.clock import Clock, read_instant
from sandbox.control import Gate
from sandbox.documents import find_documents
from sandbox.sites import Settings
from sandbox.tests.shop import DOCUMENT, FIXTURES

Write = Callable[[str, Any], Path]


def run(*arguments: str) -> int:
    """The exit code of the command, however it ends."""
    with pytest.raises(SystemExit) as caught:
        sys.exit(main(arguments))
    return int(caught.value.code or 0)


@pytest.fixture(autouse=True)
def _idle(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is served in earnest, and the signals stay those of the tests."""

    async def fail(*_: Any) -> None:
        raise AssertionError("it serves")

    monkeypatch.setattr(server, "_run", fail)
    monkeypatch.setattr(server, "stop_at_once", lambda: None)


def complain(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The one line of a command that fails."""
    assert run(*arguments) == 2
    out, error = capsys.readouterr()
    assert out == ""
    assert error.startswith("sandbox")
    assert error.count("\n") == 1, error
    assert "Traceback" not in error
    return error


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "COMMAND"),
        (["dance"], "dance"),
        (["serve", "nope"], "nope"),
        (["serve", "nope/devsync.yaml"], "devsync.yaml"),
        (["serve", "--colour"], "--colour"),
        (["serve", "--port"], "--port"),
        (["serve", "--port", "http"], "http"),
        (["serve", "--port", "-1"], "-1"),
        (["serve", "--port", "65536"], "65536"),
        (["serve", "--port", "٨٠٨٠"], "--port"),
        (["serve", "--port", "8" * 5000], "--port"),
        (["serve", "--seed", "one"], "one"),
        (["serve", "--seed", "1.5"], "1.5"),
        (["serve", "--now", "soon"], "soon"),
        (["serve", "--now", "2026-02-30"], "2026-02-30"),
        (["serve", "--now", "0001-01-01T00:00:00Z"], "--now"),
        (["serve", "--now", "0001-01-01T00:00:00+14:00"], "--now"),
        (["serve", "--now", "9999-12-31T23:59:59Z"], "--now"),
        (["serve", "--speed", "fast"], "fast"),
        (["serve", "--fixtures", "nope"], "nope"),
        (["serve", "--state", "nope", "devsync"], "nope"),
        (["serve", "--state", "postgresql+psycopg://localhost/x", "devsync"], "postgresql"),
        (["serve", "--state", "sqlite:////no/such/folder/a.db", "devsync"], "/no/such/folder"),
        (["serve", "--host", "256.1.1.1", "devsync"], "256.1.1.1"),
        (["serve", "--host", "a..b", "devsync"], "a..b"),
        (["serve", "devsync", "devsync"], "devsync"),
        (["serve", "--webhook-events", "created"], "created"),
        (["serve", "--webhook-events", "a:,b:c"], "a:"),
        (["serve", "--webhook-secret", "s"], "--webhook-url"),
        (["serve", "--webhook-url", "foo"], "foo"),
        (["serve", "--webhook-url", "http://x", "--webhook-events", "devsync:nope", "devsync"], "nope"),
        (["serve", "--control-token", "a b"], "--control-token"),
        (["serve", "--control-token", ""], "--control-token"),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, list) else "",
)
def test_mistake_is_told_in_one_line(
    capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    assert told in complain(capsys, *arguments)


def test_port_in_use_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        assert f"port {port} is in use" in complain(capsys, "serve", "devsync", "--port", port)


@pytest.mark.parametrize(
    ("content", "told"),
    [("a: [", ":1:"), ({"swagger": "2.0"}, "'2.0'"), ({"openapi": "3.1.0"}, "'3.1.0'"), ("", "OpenAPI")],
)
def test_bad_document_is_told_with_its_file(
    write: Write, capsys: pytest.CaptureFixture[str], content: Any, told: str
) -> None:
    path = write("bad.yaml", content)
    error = complain(capsys, "serve", str(path), "--port", "0")
    assert str(path) in error
    assert told in error


def test_bad_fixtures_are_told_with_their_file(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    path = write("shop.yaml", {"personas": {"demo": {"quota": "many"}}})
    error = complain(capsys, "serve", str(DOCUMENT), "--port", "0", "--fixtures", str(path.parent))
    assert f"{path}: /personas/demo/quota: " in error


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What would be served."""
    calls: list[Any] = []
    monkeypatch.setattr(server, "serve", lambda *given, **options: calls.append((*given, options)))
    return calls


def test_by_default_every_shipped_api_is_served_to_this_machine_only(served: list[Any]) -> None:
    assert run("serve") == 0
    [(documents, settings, clock, options)] = served
    assert documents == find_documents([])
    assert settings == Settings(cache=Cache(find_cache_folder()))
    assert abs(clock.time() - Clock().time()) < 5
    assert options == {
        "host": "127.0.0.1",
        "port": 8080,
        "listener": None,
        "door": None,
        "cors": True,
        "gate": Gate(),
    }


def test_options_reach_the_server(served: list[Any]) -> None:
    options = "--host 0.0.0.0 --port 0 --seed -7 --now 2026-01-31 --state sqlite:// --speed instant --no-cors"
    options += " --control-token s3cret"
    assert run("serve", str(DOCUMENT), *options.split(), "--fixtures", str(FIXTURES)) == 0
    [(documents, settings, clock, given)] = served
    assert documents == [DOCUMENT]
    cache = Cache(find_cache_folder())
    assert settings == Settings(-7, "sqlite://", FIXTURES, "instant", cache=cache)
    assert clock.anchor == read_instant("2026-01-31")
    assert given == {
        "host": "0.0.0.0",
        "port": 0,
        "listener": None,
        "door": None,
        "cors": False,
        "gate": Gate("s3cret"),
    }


@pytest.mark.parametrize(
    ("variable", "options", "token"),
    [("s3cret", [], "s3cret"), ("", [], None), ("s3cret", ["--control-token", "other"], "other")],
)
def test_control_token_comes_from_the_environment_too(
    served: list[Any], monkeypatch: pytest.MonkeyPatch, variable: str, options: list[str], token: str | None
) -> None:
    monkeypatch.setenv("SANDBOX_CONTROL_TOKEN", variable)
    assert run("serve", *options) == 0
    assert served[0][-1]["gate"] == Gate(token)


@pytest.mark.parametrize(
    ("options", "webhooks"),
    [
        ("", set()),
        ("--webhook-url http://x", {(None, Subscription("http://x", ""))}),
        ("--webhook-url http://x --webhook-secret s", {(None, Subscription("http://x", "s"))}),
        (
            "--webhook-url http://x --webhook-events a:one,b:one,a:two",
            {
                ("a", Subscription("http://x", "", frozenset({"one", "two"}))),
                ("b", Subscription("http://x", "", frozenset({"one"}))),
            },
        ),
    ],
)
def test_webhooks_go_where_the_options_say(served: list[Any], options: str, webhooks: set[Any]) -> None:
    assert run("serve", str(DOCUMENT), *options.split()) == 0
    assert set(served[0][1].webhooks) == webhooks


def test_interruption_while_starting_is_a_clean_end(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(server, "serve", interrupt)
    assert run("serve", "devsync") == 0


@pytest.mark.parametrize("arguments", [["--help"], ["serve", "--help"], ["--version"]])
def test_help_and_version_are_no_mistake(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    assert run(*arguments) == 0
    assert "sandbox" in capsys.readouterr().out


def test_module_runs_as_a_command_without_loading_the_server_for_a_mistake() -> None:
    command = [sys.executable, "-X", "importtime", "-m", "sandbox", "serve", "--port", "x"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 2
    assert "'x' is no port" in done.stderr
    assert "uvicorn" not in done.stderr
