"""The fixtures for pytest, in runs of pytest of their own."""

import importlib
import tomllib
from pathlib import Path

import pytest

from sandbox.remote import Remote
from sandbox.tests.shop import DOCUMENT, FIXTURES, LAMP

from .target import ROOT, start

pytest_plugins = ("pytester",)

INI = f"""
[pytest]
sandbox_documents = {DOCUMENT}
sandbox_fixtures = {FIXTURES}
filterwarnings = error
"""
REMOVE = f"""
import pytest
from urllib.request import Request, urlopen

def ask(sandbox, method):
    request = Request(sandbox.base() + "/items/{LAMP}", headers=sandbox.headers, method=method)
    with urlopen(request) as response:
        return response.status

@pytest.mark.parametrize("turn", range(8))
def test_remove(sandbox, turn, pytestconfig):
    assert ask(sandbox, "GET") == 200
    assert ask(sandbox, "DELETE") == 204
    with (pytestconfig.rootpath / "urls.txt").open("a") as file:
        print(sandbox.url, file=file)
"""


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> "Runner":
    """Runs pytest with our plugin and pytest-xdist alone, however this environment was installed."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makeini(INI)
    return Runner(pytester)


class Runner:
    """Runs pytest in a process of its own."""

    def __init__(self, pytester: pytest.Pytester) -> None:
        self._pytester = pytester

    def __call__(self, source: str, *arguments: str) -> pytest.RunResult:
        self._pytester.makepyfile(source)
        plugins = ("-p", "sandbox.plugin", "-p", "xdist.plugin")
        return self._pytester.runpytest_subprocess(*plugins, *arguments, timeout=120)

    def urls(self) -> set[str]:
        """The sandboxes that were used."""
        return set((self._pytester.path / "urls.txt").read_text().split())


def test_each_test_has_a_world_of_its_own(run: Runner) -> None:
    run(REMOVE).assert_outcomes(passed=8)
    assert len(run.urls()) == 1


def test_workers_of_xdist_have_a_sandbox_each(run: Runner) -> None:
    run(REMOVE, "-n2").assert_outcomes(passed=8)
    assert len(run.urls()) == 2


def test_workers_of_xdist_share_a_sandbox_that_runs_and_leave_no_world(run: Runner) -> None:
    with start(str(DOCUMENT), "--fixtures", str(FIXTURES)) as ready:
        result = run(REMOVE, "-n2", f"--sandbox-url={ready['url']}")
        worlds = Remote(ready["url"]).ask("GET", "/worlds")
    result.assert_outcomes(passed=8)
    assert run.urls() == {ready["url"]}
    assert [each["world"] for each in worlds if each["world"]] == []


def test_world_is_named_after_its_test(run: Runner) -> None:
    run("def test_it(sandbox):\n    assert sandbox.name.startswith('test_it-')").assert_outcomes(passed=1)


def test_plugin_loads_nothing_big_for_tests_that_do_not_use_it(run: Runner) -> None:
    big = {"connexion", "sqlalchemy", "faker", "uvicorn", "httpx", "yaml", "jsonschema_rs", "asyncio"}
    big |= {"urllib.request", "sandbox.remote"}
    run(
        "import sys\ndef test_it():\n    assert 'sandbox.plugin' in sys.modules\n"
        f"    assert not {big} & set(sys.modules)\n"
    ).assert_outcomes(passed=1)


def test_options_come_from_the_configuration(run: Runner, pytester: pytest.Pytester) -> None:
    (pytester.path / "fixtures").symlink_to(FIXTURES)
    (pytester.path / "tests").mkdir()
    (pytester.path / "tests" / "shop.yaml").write_bytes(DOCUMENT.read_bytes())
    pytester.makeini(
        "[pytest]\nsandbox_documents = tests/shop.yaml devsync\nsandbox_fixtures = fixtures\n"
        "sandbox_now = 2026-03-10T12:00:00Z\nsandbox_no_cors = true\n"
    )
    run(
        "def test_it(sandbox, sandbox_options):\n"
        "    assert set(sandbox.apis) == {'shop', 'devsync'}\n"
        "    assert f'{sandbox.clock.now():%Y-%m-%d}' == '2026-03-10'\n"
        "    assert sandbox_options['no_cors'] is True\n"
    ).assert_outcomes(passed=1)


def test_options_come_from_a_conftest(run: Runner, pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        "import pytest\n@pytest.fixture(scope='session')\n"
        "def sandbox_options(sandbox_options):\n"
        "    return {**sandbox_options, 'now': '2026-03-10T12:00:00Z'}\n"
    )
    run("def test_it(sandbox):\n    assert sandbox.clock.now().year == 2026").assert_outcomes(passed=1)


def test_mistake_in_the_configuration_is_told(run: Runner, pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nsandbox_documents = nope")
    result = run("def test_it(sandbox):\n    pass")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["the sandbox cannot start: nope: no such file, and no shipped API*"])
    result.stdout.no_fnmatch_line("*Unusable*")


def test_entry_point_is_the_plugin() -> None:
    project = tomllib.loads((Path(ROOT) / "pyproject.toml").read_text())["project"]
    [(name, module)] = project["entry-points"]["pytest11"].items()
    assert name == "sandbox"
    assert hasattr(importlib.import_module(module), "pytest_addoption")
