"""The servers that are compared, and how each is started."""

import platform
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

from .load import FILTERED, GET
from .packages import MOCKOON, PACKAGES, PRISM, SPECMATIC, WIREMOCK, Package, require_program
from .servers import ROOT, Server
from .stubs import find_answer

DOCUMENT = ROOT / "specs" / "devsync.yaml"
UVICORN = ("uvicorn", "--factory", "--loop", "uvloop", "--http", "httptools")
QUIET = ("--no-access-log", "--log-level", "error", "--no-server-header")


def make_sandbox(*documents: Path) -> Server:
    """Our sandbox of some documents, none for all that ship with it."""
    command = (sys.executable, "-m", "sandbox", "serve", *map(str, documents), "--port", "{port}")
    shown = " ".join(["sandbox serve", *(str(path.relative_to(ROOT)) for path in documents)])
    forget = "/_sandbox/worlds?world={world}"
    return Server("sandbox", command, "/devsync/api/v1/sync", shown, forget=forget)


def make_peers(folder: Path) -> list[Server]:
    """All servers but the sandbox. folder: holds the answers for each. Raises Unmeasurable."""
    silent, unlogged = ("-v", "silent"), ("--no-request-journal", "--disable-request-logging")
    return [
        make_prism("Prism", folder),
        make_prism("Prism, silent", folder, *silent),
        make_mockoon(folder),
        make_specmatic(folder),
        make_wiremock("WireMock", folder),
        make_wiremock("WireMock, no journal", folder, *unlogged),
        make_limit("bare Starlette", "make_starlette", folder),
        make_limit("bare Connexion", "make_connexion", folder),
    ]


def make_prism(name: str, folder: Path, *options: str) -> Server:
    """Prism's mock of the document, which answers its examples."""
    command = (str(PRISM.install()), "mock", *options, "openapi.json", "-h", "127.0.0.1", "-p", "{port}")
    shown = " ".join(["prism mock", *options, "openapi.json"])
    return Server(name, command, shown=shown, folder=folder, hinted=(FILTERED.key,))


def make_mockoon(folder: Path) -> Server:
    """Mockoon's command line with an environment of the same answers."""
    options = ("start", "--data", "mockoon.json")
    command = (str(MOCKOON.install()), *options, "--hostname", "127.0.0.1", "--port", "{port}")
    quiet = "--disable-log-to-file"
    return Server(
        "Mockoon", (*command, quiet), shown=" ".join(["mockoon-cli", *options, quiet]), folder=folder
    )


def make_specmatic(folder: Path) -> Server:
    """Specmatic's mock of the document with examples."""
    options = ("mock", "openapi.json", "--examples", "specmatic")
    command = (*_run_jar(SPECMATIC), *options, "--host", "127.0.0.1", "--port", "{port}")
    return Server("Specmatic", command, shown=" ".join(["java -jar specmatic.jar", *options]), folder=folder)


def make_wiremock(name: str, folder: Path, *options: str) -> Server:
    """WireMock with a static stub for each kind of request."""
    options = ("--root-dir", "wiremock", *options)
    command = (*_run_jar(WIREMOCK), *options, "--bind-address", "127.0.0.1", "--port", "{port}")
    return Server(name, command, shown=" ".join(["java -jar wiremock.jar", *options]), folder=folder)


def make_limit(name: str, factory: str, folder: Path) -> Server:
    """A bare application under uvicorn, set up as the sandbox sets it up; it answers a record."""
    served = (*UVICORN, "--port", "{port}", *QUIET, f"benchmarks.limits:{factory}")
    command = ("env", f"BENCHMARKS_RECORD={find_answer(folder, GET)}", sys.executable, "-m", *served)
    return Server(name, command, shown=f"{' '.join(UVICORN)} benchmarks.limits:{factory}", is_limit=True)


def describe_versions() -> dict[str, str]:
    """The versions of what our own servers need, and of what measures."""
    packages = ("openapi-sandbox", "connexion", "starlette", "uvicorn", "httptools", "uvloop")
    return {
        "Python": platform.python_version(),
        **{name: version(name) for name in packages},
        "wrk": _ask_version("wrk", "--version").split()[1].removeprefix("debian/"),
    }


def describe_peers() -> dict[str, str]:
    """The versions of the peers, and of what they need."""
    return {
        **{package.title: package.version for package in PACKAGES},
        "Node.js": _ask_version("node", "--version").removeprefix("v"),
        "Java": _ask_version("java", "-version").split()[2].strip('"'),
    }


def _run_jar(package: Package) -> tuple[str, ...]:
    java = require_program("java", "the Debian package default-jre-headless")
    return (java, "-jar", str(package.install()))


def _ask_version(program: str, option: str) -> str:
    """What a program says of itself, on whichever stream."""
    done = subprocess.run([program, option], capture_output=True, text=True)
    return (done.stdout + done.stderr).strip()
