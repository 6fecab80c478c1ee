"""The README is true: its commands run, its tables are complete."""

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from contract_tests.arguments import make_parser as make_contract_parser
from contract_tests.reports import known
from contract_tests.targets import read_target
from sandbox.__main__ import CONTRACT_COMMANDS, main, make_parser
from sandbox.documents import find_words
from sandbox.quirks import QUIRKS
from sandbox.tests.test_floors import FLOORS

from .target import ROOT, start

README = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
COMMANDS = [
    line.removeprefix("$ ") for kind, text in BLOCKS if kind == "console" for line in text.splitlines()
]
PLACES = {
    "document": "document",
    "component schema": "resource",
    "operation": "operation",
    "parameter": "parameter",
    "property": "property",
    "security scheme": "security",
}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with start() as ready:
        yield ready["url"]


@pytest.mark.parametrize("script", [text for kind, text in BLOCKS if kind == "sh"])
def test_requests_of_the_readme_succeed(url: str, script: str) -> None:
    for command in script.replace("\\\n", " ").replace("http://127.0.0.1:8080", url).strip().splitlines():
        done = subprocess.run(
            ["bash", "-c", command.replace("curl", "curl -sS", 1)], capture_output=True, timeout=30
        )
        assert done.returncode == 0, done.stderr
        forced = "Prefer" in command
        assert (b"HTTP/1.1 500" in done.stdout) == forced
        if not forced:
            assert "error" not in json.loads(done.stdout)


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_of_the_readme_exist(command: str) -> None:
    program, *arguments = shlex.split(command)
    if program == "make":
        assert re.search(rf"^{arguments[0]}:", (ROOT / "Makefile").read_text(), re.MULTILINE)
    elif program == "sandbox" and arguments[0] in CONTRACT_COMMANDS:
        assert make_contract_parser().parse_args(arguments).command == arguments[0]
    elif program == "sandbox":
        assert make_parser().parse_args(arguments).run
    elif program == "pytest":
        assert "--api" in arguments
    else:
        assert command.startswith(("pip install ", "export SANDBOX_"))


@pytest.mark.parametrize("script", [text for kind, text in BLOCKS if kind == "python" and "def " not in text])
def test_programs_of_the_readme_run(script: str) -> None:
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert int(done.stdout) > 0


def test_tests_of_the_readme_pass(tmp_path: Path) -> None:
    [text] = [text for kind, text in BLOCKS if kind == "python" and "def " in text]
    [ini] = [text for kind, text in BLOCKS if kind == "ini"]
    (tmp_path / "test_it.py").write_text(text)
    (tmp_path / "pytest.ini").write_text(ini)
    (tmp_path / "specs").mkdir()
    orders = {"openapi": "3.0.3", "info": {"title": "Orders", "version": "1"}, "paths": {}}
    (tmp_path / "specs" / "orders.yaml").write_text(json.dumps(orders))
    command = [sys.executable, "-m", "pytest", "-p", "sandbox.plugin", "-n2", "-p", "xdist.plugin"]
    environment = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True, timeout=120
    )
    assert "2 passed" in done.stdout, done.stdout


def test_sandbox_is_driven_as_the_readme_says(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    commands = [command.split() for command in COMMANDS if command.startswith("sandbox ctl ")]
    assert len(commands) > 5
    for _, _, *arguments in commands:
        assert main(["ctl", "--url", url, *arguments]) == 0, capsys.readouterr().err
    assert json.loads((tmp_path / "before.json").read_text())["world"] == "job-17"


def test_yaml_of_the_readme_stands_at_its_places() -> None:
    [text] = [text for kind, text in BLOCKS if kind == "yaml" and "x-sandbox" in text]
    document: dict[str, Any] = yaml.safe_load(text)
    assert [place for _, place, _ in find_words(document)] == [
        "resource",
        "property",
        "operation",
        "operation",
    ]


def read_table(heading: str) -> dict[str, list[str]]:
    table = README[README.index(f"\n| {heading} |") :].split("\n\n")[0]
    rows = [row.strip("|").split("|") for row in table.strip().splitlines()[2:]]
    return {first.strip(): re.findall(r"`([^`]+)`", rest) for first, rest in rows}


def test_words_of_the_vocabulary_are_listed() -> None:
    schema = json.loads((ROOT / "specs" / "x-sandbox.schema.json").read_text())
    listed = read_table("where")
    for where, place in PLACES.items():
        assert listed[where] == list(schema["$defs"][place]["properties"])


def test_quirks_are_listed() -> None:
    assert [name.strip("`") for name in read_table("operation | requirement")] == list(QUIRKS)


def test_files_are_listed_on_their_floors() -> None:
    listed = [sorted(name.strip("/") for name in names) for names in read_table("floor").values()]
    assert listed == [sorted(floor) for floor in reversed(FLOORS)]


def test_known_failures_of_the_readme_can_be_read(tmp_path: Path) -> None:
    [text] = [text for kind, text in BLOCKS if kind == "yaml" and "expires" in text]
    (tmp_path / "known.yaml").write_text(text)
    assert [entry.law for entry in known.load(tmp_path / "known.yaml")] == ["paging.total"]


def test_targets_of_the_readme_can_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    [text] = [text for kind, text in BLOCKS if kind == "toml"]
    (tmp_path / "sandbox.toml").write_text(text)
    monkeypatch.chdir(tmp_path)
    target, _ = read_target({"url": "staging"}, {"STAGING_TOKEN": "secret", "STAGING_PEER_TOKEN": "other"})
    assert target.tokens == {"owner": "secret", "peer": "other"}
