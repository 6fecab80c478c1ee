"""`sandbox ctl` against a sandbox: what it prints, does and refuses."""

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox import Sandbox, sheets
from sandbox.__main__ import main
from sandbox.ctl import read_duration
from sandbox.remote import Remote
from sandbox.tests.shop import DOCUMENT, FIXTURES, LAMP

Json = Any
Run = Callable[..., tuple[int, str, str]]
NOW = "2026-03-10T12:00:00Z"


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    with Sandbox(DOCUMENT, fixtures=FIXTURES, now=NOW) as made:
        yield made


@pytest.fixture
def run(running: Sandbox, capsys: pytest.CaptureFixture[str]) -> Run:
    def run_ctl(*arguments: str) -> tuple[int, str, str]:
        code = main(["ctl", "--url", running.url, *arguments])
        out, err = capsys.readouterr()
        return code, out, err

    return run_ctl


def read(run: Run, *arguments: str) -> Json:
    code, out, err = run("--json", *arguments)
    assert (code, err) == (0, "")
    return json.loads(out)


def show(running: Sandbox, world: str) -> int:
    headers = {"Authorization": f"Bearer demo.{world}"}
    return httpx.get(f"{running.base()}/items/{LAMP}", headers=headers).status_code


def remove(running: Sandbox, world: str) -> None:
    headers = {"Authorization": f"Bearer demo.{world}"}
    assert httpx.delete(f"{running.base()}/items/{LAMP}", headers=headers).status_code == 204


def test_health_is_told(run: Run) -> None:
    assert run("health") == (0, "ok  /shop/v1\n", "")


def test_worlds_are_a_table(run: Run, running: Sandbox) -> None:
    show(running, "a")
    code, out, err = run("worlds")
    head, *lines = out.splitlines()
    assert (code, err, head.split()) == (0, "", ["WORLD", "RECORDS", "APIS", "TIME", "USED"])
    assert lines[0].startswith("(default)")
    assert [line.split()[0] for line in lines].count("a") == 1


def test_options_may_follow_the_command(running: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ctl", "worlds", "--url", running.url, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["world"] == ""


def test_where_none_answers_the_message_says_how_to_name_another(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ctl", "--url", "http://127.0.0.1:1", "worlds"]) == 2
    assert capsys.readouterr().err.endswith("; --url names another\n")


def test_world_is_reset_and_dropped(run: Run, running: Sandbox) -> None:
    remove(running, "b")
    assert read(run, "reset", "--world", "b")["world"] == "b"
    code, out, _ = run("reset", "--world", "b")
    assert (code, [line.split()[0] for line in out.splitlines()]) == (0, ["WORLD", "b"])
    assert show(running, "b") == 200
    assert run("drop", "b") == (0, "", "")
    assert "b" not in [each["world"] for each in read(run, "worlds")]


def test_snapshot_is_saved_restored_carried_and_deleted(run: Run, running: Sandbox, tmp_path: Path) -> None:
    show(running, "c")
    assert read(run, "snapshot", "save", "before", "--world", "c")["world"] == "c"
    remove(running, "c")
    assert "c" in run("snapshot", "restore", "before")[1]
    assert show(running, "c") == 200
    file = str(tmp_path / "before.json")
    assert run("snapshot", "export", "before", file) == (0, "", "")
    assert json.loads(run("snapshot", "export", "before")[1]) == json.loads(Path(file).read_text())
    assert run("snapshot", "import", file, "copy")[0] == 0
    assert {each["name"] for each in read(run, "snapshot", "list")} == {"before", "copy"}
    assert run("snapshot", "delete", "copy") == (0, "", "")
    assert run("snapshot", "delete", "before") == (0, "", "")
    assert run("snapshot", "list") == (0, "none\n", "")


def test_clock_is_told_and_driven(run: Run) -> None:
    told = read(
        run, "clock", "--world", "d", "--freeze", "--set", "2026-05-01T00:00:00Z", "--advance", "1d2h"
    )
    assert told == {"world": "d", "now": "2026-05-02T02:00:00.000Z", "frozen": True}
    assert run("clock", "--world", "d")[1] == "d  2026-05-02T02:00:00.000Z (frozen)\n"
    assert read(run, "clock", "--world", "d", "--unfreeze")["frozen"] is False


def test_chaos_rule_is_added_listed_and_ended(run: Run, running: Sandbox) -> None:
    options = [
        "--operation",
        "showItem",
        "--world",
        "e",
        "--status",
        "500",
        "--latency",
        "0-0.1",
        "--for",
        "1m",
    ]
    rule = read(run, "chaos", "add", *options)
    assert (rule["status"], rule["latency"], rule["seconds"]) == (500, {"min": 0.0, "max": 0.1}, 60.0)
    assert show(running, "e") == 500
    assert "status 500, latency min 0.0 max 0.1" in run("chaos", "list")[1]
    assert run("chaos", "clear", rule["id"]) == (0, "", "")
    assert show(running, "e") == 200
    assert run("chaos", "clear") == (0, "", "")


def test_log_is_listed_and_explains_a_refusal(run: Run, running: Sandbox) -> None:
    httpx.get(f"{running.base()}/items?size=x", headers={"Authorization": "Bearer demo.f"})
    [entry] = read(run, "log", "--refused", "--world", "f")
    assert "refused" in run("log", "--world", "f")[1]
    out = run("log", str(entry["id"]))[1]
    assert out.startswith("GET /shop/v1/items?size=x\n")
    assert "problem  " in out


def test_log_is_followed(run: Run, running: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    # Requests go on until the stream, which tells of later ones only, has told of one.
    real, done = Remote.follow, threading.Event()

    def ask() -> None:
        while not done.wait(0.05):
            show(running, "g")

    def follow(remote: Remote, path: str, query: Json) -> Iterator[Json]:
        threading.Thread(target=ask).start()
        try:
            yield next(real(remote, path, query))
        finally:
            done.set()

    monkeypatch.setattr(Remote, "follow", follow)
    code, out, _ = run("log", "-f", "--world", "g")
    assert code == 0
    assert "/shop/v1/items/" in out


def test_event_is_emitted_and_deliveries_are_listed(run: Run) -> None:
    assert run("deliveries") == (0, "none\n", "")
    code, _, err = run("emit", "shop", "nope")
    assert (code, err) == (1, "sandbox ctl: body event: shop emits nothing\n")


@pytest.mark.parametrize(("deliveries", "hint"), [(0, "; no webhook there is subscribed to it"), (2, "")])
def test_event_that_goes_to_nobody_is_told_why(deliveries: int, hint: str) -> None:
    told = {"event": "a.made", "world": "w", "deliveries": deliveries}
    assert sheets.show("emit", told) == f"a.made: {deliveries} deliveries in world w{hint}"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["snapshot", "restore", "nope"], "there is no snapshot nope; there is "),
        (["replay", "nope"], "there is no delivery nope"),
        (["log", "999999"], "999999"),
        (["chaos", "add"], "needs one of status, drop, truncate and latency"),
        (["reset", "--api", "nope"], "must be one of shop"),
        (["clock", "--set", "soon"], "must be a valid date-time"),
    ],
)
def test_refusal_is_one_line_and_exit_code_1(run: Run, arguments: list[str], told: str) -> None:
    code, out, err = run(*arguments)
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert told in err


def test_sandbox_that_does_not_answer_is_one_line_and_exit_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ctl", "--url", "http://127.0.0.1:9", "worlds"]) == 2
    assert capsys.readouterr().err.startswith("sandbox: no sandbox answers at http://127.0.0.1:9: ")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["snapshot", "import", "nope.json"], "nope.json: cannot be read"),
        (["snapshot", "import", str(DOCUMENT)], "is no exported snapshot"),
        (["clock", "--advance", "soon"], "'soon' is no time"),
        (["chaos", "add", "--latency", "x"], "'x' is no latency"),
        (["nope"], "invalid choice"),
        (["snapshot"], "ACTION"),
    ],
)
def test_mistake_is_one_line_and_exit_code_2(run: Run, arguments: list[str], told: str) -> None:
    code, out, err = run(*arguments)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert told in err


def test_control_token_is_needed_where_one_is_set(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with Sandbox(DOCUMENT, fixtures=FIXTURES, control_token="s3cret") as guarded:
        assert main(["ctl", "--url", guarded.url, "worlds"]) == 2
        assert "needs the control token" in capsys.readouterr().err
        assert main(["ctl", "--url", guarded.url, "--token", "s3cret", "worlds"]) == 0
        monkeypatch.setenv("SANDBOX_CONTROL_TOKEN", "s3cret")
        assert main(["ctl", "--url", guarded.url, "worlds"]) == 0


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90", 90), ("1.5s", 1.5), ("2h", 7200), ("1d12h", 129600), ("1m30s", 90), ("0", 0)],
)
def test_time_is_read(text: str, seconds: float) -> None:
    assert read_duration(text) == seconds
