"""The container files and the workflows of docs/ci.md, as far as they can be checked without an engine."""

import json
import re
import shlex
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml

from contract_tests.arguments import make_parser as make_contract_parser
from sandbox.__main__ import make_parser
from sandbox.tests.target import ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text()
PAGE = (ROOT / "docs" / "ci.md").read_text()
WORKFLOWS = [
    yaml.safe_load(text) for text in re.findall(r"^```yaml\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
]
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())


def find_list(instruction: str) -> list[str]:
    """The words of an instruction of the Dockerfile, in its exec form."""
    [words] = re.findall(rf"^{instruction}\b[^\[\n]*(\[.*\])$", DOCKERFILE, re.MULTILINE)
    read: list[str] = json.loads(words)
    return read


def find_commands() -> list[str]:
    """Each call of `sandbox` in the workflows and the container files."""
    steps = [step for each in WORKFLOWS for job in each["jobs"].values() for step in job["steps"]]
    scripts = "\n".join(str(step.get("run", "")) for step in steps)
    calls = re.findall(r"\bsandbox (?:serve|test|ctl)\b[^>;\n]*", scripts)
    calls += [
        f"sandbox {rest}" for rest in re.findall(r"^docker run .* openapi-sandbox (.+)$", PAGE, re.MULTILINE)
    ]
    container = [
        shlex.join([*find_list("ENTRYPOINT"), *find_list("CMD")]),
        shlex.join(find_list("HEALTHCHECK")),
    ]
    return [*calls, *container, "sandbox " + COMPOSE["services"]["sandbox"]["command"]]


@pytest.mark.parametrize("command", find_commands())
def test_command_exists(command: str) -> None:
    program, *arguments = shlex.split(command.replace("$ledger", __file__))
    assert program == "sandbox"
    parser = make_contract_parser() if arguments[0] == "test" else make_parser()
    assert parser.parse_args(arguments)


def test_image_starts_the_command() -> None:
    assert find_list("ENTRYPOINT") == ["sandbox"]


def test_commands_of_both_users_are_found() -> None:
    kinds = {command.split()[1] for command in find_commands()}
    assert kinds == {"serve", "test", "ctl"}


@pytest.mark.parametrize("workflow", WORKFLOWS)
def test_workflow_has_what_the_runner_wants(workflow: dict[Any, Any]) -> None:
    assert workflow["name"]
    assert workflow[True]  # YAML 1.1 reads `on` so
    for job in workflow["jobs"].values():
        assert job["runs-on"]
        assert all(("run" in step) != ("uses" in step) for step in job["steps"])


def test_what_the_image_copies_is_there_and_not_ignored() -> None:
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    for name in " ".join(copied).split():
        assert Path(ROOT, name).exists()
        assert f"!{name}" in ignored
        assert not any(fnmatch(name, pattern) for pattern in ignored if pattern != "*" and pattern[0] != "!")


def test_image_runs_without_rights_and_has_the_driver_of_its_database() -> None:
    assert re.search(r"^USER (?!root)", DOCKERFILE, re.MULTILINE)
    assert "'.[postgresql]'" in DOCKERFILE
    assert set(COMPOSE["services"]["sandbox"]["depends_on"]) == {"database"}
    account = COMPOSE["services"]["database"]["environment"]
    state = "postgresql+psycopg://{POSTGRES_USER}:{POSTGRES_PASSWORD}@database/{POSTGRES_DB}".format(
        **account
    )
    assert state in COMPOSE["services"]["sandbox"]["command"]
