"""`pytest contract_tests --api devsync --url …`: the laws as tests, one for each law,
operation and subject.
"""

from contextlib import ExitStack
from typing import Any

import pytest

from contract_tests.arguments import make_parser
from contract_tests.choices import choose
from contract_tests.contracts import Contract
from contract_tests.deployments import make_session, reach
from contract_tests.laws import Law
from contract_tests.problems import Unusable
from contract_tests.runs import Run
from contract_tests.trials import Ground
from sandbox.__main__ import embed_for_tests, find_document

OPTIONS = (
    "--api",
    "--url",
    "--token",
    "--peer-token",
    "--readonly-token",
    "--profile",
    "--depth",
    "--select",
)
Planned = tuple[Law, Ground, tuple[str, ...]]


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of `sandbox test` that pytest does not have."""
    group = parser.getgroup("laws", "the laws of the contract suite")
    for name in OPTIONS:
        group.addoption(name, metavar="V", help=f"as in `sandbox test`: {name.removeprefix('--')}")


def pytest_ignore_collect(collection_path: Any, config: pytest.Config) -> bool | None:
    """With --api only the laws are collected, without it only the tests of the suite itself."""
    if collection_path.suffix != ".py":
        return None
    return (collection_path.name == "test_laws.py") != bool(config.getoption("api")) or None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for each law on each ground."""
    if "planned" in metafunc.fixturenames:
        running = metafunc.config.stash[RUN]
        plans = list(running.plan())
        names = [
            f"{law.name}-{ground.operation.name}-{ground.subject}".rstrip("-") for law, ground, _ in plans
        ]
        metafunc.parametrize("planned", plans, ids=names)


RUN = pytest.StashKey[Run]()
STACK = pytest.StashKey[ExitStack]()


def pytest_configure(config: pytest.Config) -> None:
    """Reach the deployment once, before tests are collected."""
    if not config.getoption("api", None):
        return
    stack = ExitStack()
    try:
        config.stash[RUN], config.stash[STACK] = _start(config, stack), stack
    except Unusable as error:
        stack.close()
        raise pytest.UsageError(str(error)) from None


def _start(config: pytest.Config, stack: ExitStack) -> Run:
    arguments = ["test", config.getoption("api")]
    for name in OPTIONS[1:]:
        value = config.getoption(name.removeprefix("--").replace("-", "_"))
        arguments += [name, value] if value else []
    options = make_parser().parse_args(arguments)
    source = find_document(options.api)
    target, row = stack.enter_context(reach(options, source, embed_for_tests))
    session = make_session(options, Contract.load(source, source.stem), target, row)
    return Run(session, choose(options.select, options.exclude), depth=options.depth, seed=options.seed)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove what is left, and let the deployment go."""
    if RUN in config.stash:
        config.stash[RUN].maker.clean_up()
        config.stash[RUN].session.ledger.close()
        config.stash[STACK].close()


@pytest.fixture(scope="session")
def running(request: pytest.FixtureRequest) -> Run:
    """The run whose laws are the tests."""
    return request.config.stash[RUN]
