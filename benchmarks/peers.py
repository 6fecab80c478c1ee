"""The servers that are compared, how each is started, and how Prism is installed."""

import os
import platform
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from .processes import ROOT, Unmeasurable

DOCUMENT = ROOT / "specs" / "devsync.yaml"
PRISM = "5.14.2"
UVICORN = ("uvicorn", "--factory", "--loop", "uvloop", "--http", "httptools")
QUIET = ("--no-access-log", "--log-level", "error", "--no-server-header")


@dataclass(frozen=True)
class Server:
    """A server under measurement. command: `{port}` stands for its port; base: where its paths start."""

    name: str
    command: tuple[str, ...]
    base: str = ""
    shown: str = ""
    is_limit: bool = False


def make_sandbox(*documents: Path) -> Server:
    """Our sandbox of some documents, none for all that ship with it."""
    command = (sys.executable, "-m", "sandbox", "serve", *map(str, documents), "--port", "{port}")
    shown = " ".join(["sandbox serve", *(str(path.relative_to(ROOT)) for path in documents)])
    return Server("sandbox", command, "/devsync/api/v1/sync", shown)


def make_prism(program: Path, document: Path, name: str, *options: str) -> Server:
    """Prism's mock of a document."""
    command = (str(program), "mock", "-h", "127.0.0.1", "-p", "{port}", *options, str(document))
    return Server(name, command, shown=" ".join(["prism mock", *options, "openapi.json"]))


def make_limit(name: str, factory: str) -> Server:
    """A bare application under uvicorn, set up as the sandbox sets it up."""
    command = (sys.executable, "-m", *UVICORN, "--port", "{port}", *QUIET, f"benchmarks.limits:{factory}")
    return Server(name, command, shown=f"{' '.join(UVICORN)} benchmarks.limits:{factory}", is_limit=True)


def make_peers(program: Path, document: Path) -> list[Server]:
    """All servers but the sandbox. program: Prism; document: what Prism serves."""
    return [
        make_prism(program, document, "Prism static"),
        make_prism(program, document, "Prism static, no log", "-v", "silent"),
        make_prism(program, document, "Prism dynamic", "-d"),
        make_limit("bare Starlette", "make_starlette"),
        make_limit("bare Connexion", "make_connexion"),
    ]


def require_program(name: str, where: str) -> str:
    """Its path. Raises Unmeasurable when it is not installed."""
    found = shutil.which(name)
    if not found:
        raise Unmeasurable(f"{name} is not installed; it comes with {where}")
    return found


def install_prism() -> Path:
    """Prism's program, installed on first use below XDG_CACHE_HOME. Raises Unmeasurable."""
    npm = require_program("npm", "Node.js")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "openapi-sandbox" / "peers" / f"prism-{PRISM}"
    program = folder / "node_modules" / ".bin" / "prism"
    if not program.exists():
        folder.mkdir(parents=True, exist_ok=True)
        command = [npm, "install", "--no-audit", "--no-fund", "--loglevel=error", "--prefix", str(folder)]
        done = subprocess.run([*command, f"@stoplight/prism-cli@{PRISM}"], capture_output=True, text=True)
        if done.returncode or not program.exists():
            reason = " ".join(done.stderr.split())[:200] or "it gives no reason"
            raise Unmeasurable(f"npm cannot install @stoplight/prism-cli {PRISM}: {reason}")
    return program


def describe_versions() -> dict[str, str]:
    """The versions of what is measured, and of what measures."""
    node = subprocess.run(["node", "--version"], capture_output=True, text=True).stdout.strip()
    wrk = subprocess.run(["wrk", "--version"], capture_output=True, text=True)
    packages = ("openapi-sandbox", "connexion", "starlette", "uvicorn", "httptools", "uvloop")
    return {
        "Python": platform.python_version(),
        **{name: version(name) for name in packages},
        "Prism": PRISM,
        "Node.js": node.removeprefix("v"),
        "wrk": (wrk.stdout + wrk.stderr).split()[1].removeprefix("debian/"),
    }
