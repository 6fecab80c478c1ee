"""Fixtures for pytest: `sandbox` is a world of its own for each test.

Every pytest of an environment loads this file: what is big is imported when a test asks for it.
"""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from secrets import token_hex
from typing import TYPE_CHECKING, Any

import pytest

from .options import Options, find_control_token
from .problems import Unusable

if TYPE_CHECKING:
    from .views import World

LONGEST = 40  # characters of a test's name in the name of its world


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of `sandbox serve` in pytest's configuration file, and the URL of one that runs already."""
    group = parser.getgroup("sandbox", "sandbox of OpenAPI documents")
    group.addoption(
        "--sandbox-url", metavar="URL", help="use the sandbox that runs there, instead of starting one"
    )
    parser.addini("sandbox_documents", "documents or names of shipped APIs (default: all shipped)", "args")
    for name in Options.__annotations__:
        kind: Any = "bool" if name.startswith("no_") else "string"
        parser.addini(f"sandbox_{name}", f"as `sandbox serve --{name.replace('_', '-')}`", kind, None)


@pytest.fixture(scope="session")
def sandbox_options(pytestconfig: pytest.Config) -> dict[str, Any]:
    """The options of the sandbox that is started, from the configuration; a conftest.py may give others."""
    given = {name: pytestconfig.getini(f"sandbox_{name}") for name in Options.__annotations__}
    if given["fixtures"]:
        given["fixtures"] = _find(pytestconfig, given["fixtures"])
    return {name: value for name, value in given.items() if value}


@pytest.fixture(scope="session")
def sandbox_server(pytestconfig: pytest.Config, sandbox_options: dict[str, Any]) -> Iterator["World"]:
    """The sandbox of the session, in a process of its own; the world of tokens without a suffix."""
    url = pytestconfig.getoption("sandbox_url")
    if url:
        from .views import find_world

        yield find_world(url, token=find_control_token(None))
    else:
        from .embedded import Sandbox

        documents = [_find(pytestconfig, name) for name in pytestconfig.getini("sandbox_documents")]
        with ExitStack() as stack:
            try:
                running = stack.enter_context(Sandbox(*documents, process=True, **sandbox_options))
            except Unusable as error:
                raise pytest.fail.Exception(f"the sandbox cannot start: {error}", pytrace=False) from None
            yield running


def _find(config: pytest.Config, name: str) -> str:
    """A file or folder beside the configuration file, else the name as it is."""
    path = (config.inipath.parent if config.inipath else config.rootpath) / name
    return str(path) if path.exists() else name


@pytest.fixture
def sandbox(sandbox_server: "World", request: pytest.FixtureRequest) -> Iterator["World"]:
    """A world of the sandbox that only this test has; dropped after it."""
    name = re.sub(r"[^A-Za-z0-9_-]+", "-", request.node.name)[:LONGEST]
    world = sandbox_server.world(f"{name}-{token_hex(4)}")
    yield world
    world.drop()
