"""The architecture, enforced: imports go downward, modules stay small, no Python knows an API."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.quirks import QUIRKS

PACKAGE = Path(__file__).parent.parent
ROOT = PACKAGE.parent
APIS = [path.stem for path in (ROOT / "specs").glob("*.yaml")]
LARGEST = 210  # lines

# From the ground up; a module imports from floors below its own, or from its own where that is no circle.
FLOORS = [
    ["problems", "clock", "keys", "preferences", "values", "passwords", "masks", "cache"],
    ["schemas", "documents", "dialects", "resources", "declared", "naming", "reading"],
    [
        "envelopes",
        "examples",
        "pages",
        "filters",
        "states",
        "access",
        "credentials",
        "explanations",
        "suggestions",
        "curls",
        "quotas",
        "chaos",
        "fixtures",
        "parameters",
        "tokens",
    ],
    ["store", "fakes", "faking", "seeds", "worlds", "files", "multipart", "bodies", "sizes", "samples"],
    ["calls", "webhooks", "effects", "reads", "drafts", "writes", "accounts", "quirks", "actions"],
    [
        "responses",
        "endpoints",
        "rings",
        "entries",
        "recorders",
        "selections",
        "traffic",
        "forced",
        "leniency",
    ],
    [
        "cors",
        "streams",
        "breaks",
        "couriers",
        "control",
        "console",
        "bases",
        "siblings",
        "sites",
        "paths",
        "routes",
        "heads",
        "exchanges",
        "app",
        "protocol",
        "turnstile",
        "server",
        "options",
        "processes",
        "workers",
        "converters",
        "remote",
        "threads",
        "views",
        "sheets",
        "orders",
        "ctl",
        "embedded",
        "plugin",
        "__main__",
    ],
]
LEVEL = {module: level for level, modules in enumerate(FLOORS) for module in modules}
ONLY_IMPORTERS = {
    "connexion": {"paths", "parameters"},
    "sqlalchemy": {"store"},
    "faker": {"fakes", "faking"},
    "jsonschema_rs": {"schemas"},
    "uvicorn": {"server", "turnstile", "protocol", "exchanges", "threads"},
    "httpx": {"couriers", "siblings"},
    "yaml": {"documents"},
    "flask": {"console"},
    "a2wsgi": {"console"},
    "flask_swagger_ui": {"console"},
}

MODULES = [
    path for path in PACKAGE.rglob("*.py") if "tests" not in path.parts and path != PACKAGE / "__init__.py"
]


def name_module(path: Path) -> str:
    """The module's name on its floor; a folder is one module."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def find_imports(path: Path) -> Iterator[tuple[str, bool]]:
    """Each imported top-level name, and whether it is one of ours."""
    depth = len(path.relative_to(PACKAGE).parts)
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from ((alias.name.split(".")[0], False) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == depth:
            yield (node.module or "").split(".")[0], True
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield (node.module or "").split(".")[0], False


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_module_stands_on_a_floor_and_imports_only_downward(path: Path) -> None:
    name = name_module(path)
    for imported, ours in find_imports(path):
        if ours and imported != name:
            assert LEVEL[imported] <= LEVEL[name], f"{name} imports {imported}, which stands above it"


def test_modules_of_a_floor_make_no_circle() -> None:
    graph: dict[str, set[str]] = {}
    for path in MODULES:
        name = name_module(path)
        graph.setdefault(name, set()).update(to for to, ours in find_imports(path) if ours and to != name)
    done: set[str] = set()
    while len(done) < len(graph):
        free = {name for name, needed in graph.items() if name not in done and needed <= done}
        assert free, f"these import each other: {sorted(set(graph) - done)}"
        done |= free


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_large_library_has_its_importer(path: Path) -> None:
    for imported, ours in find_imports(path):
        if not ours and imported in ONLY_IMPORTERS:
            assert name_module(path) in ONLY_IMPORTERS[imported]


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_module_is_small(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= LARGEST


@pytest.mark.parametrize("path", [path for path in MODULES if path.stem != "quirks"], ids=str)
def test_no_module_but_quirks_knows_an_api(path: Path) -> None:
    texts = [node.value for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Constant)]
    for text in (text for text in texts if isinstance(text, str) and "\n" not in text):
        assert text not in APIS


def test_quirks_are_few_and_name_their_requirement() -> None:
    assert len(QUIRKS) <= 8
    for quirk in QUIRKS.values():
        assert re.search(r"[A-Z]{2}-[FIC]?\d\d", quirk.__doc__ or "")


def test_contract_suite_does_not_import_the_sandbox() -> None:
    for path in (ROOT / "contract_tests").rglob("*.py"):
        if path.parent.name in ("mutants", "tests") or path == ROOT / "contract_tests" / "conftest.py":
            continue  # the sandbox made wrong, and the sandbox as a target
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
            assert not [name for name in names if name.split(".")[0] == "sandbox"], path
