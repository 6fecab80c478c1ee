"""The peers' programs, installed from npm on first use below XDG_CACHE_HOME."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .processes import Unmeasurable


@dataclass(frozen=True)
class Package:
    """A package of npm. title: the name people know; program: what is started, below node_modules."""

    title: str
    name: str
    version: str
    program: str

    def install(self) -> Path:
        """Its program, installed if it is not there. Raises Unmeasurable."""
        npm = require_program("npm", "Node.js")
        folder = _find_cache() / f"{self.name.rpartition('/')[2]}-{self.version}"
        program = folder / "node_modules" / self.program
        if not program.exists():
            folder.mkdir(parents=True, exist_ok=True)
            command = [npm, "install", "--no-audit", "--no-fund", "--loglevel=error", "--prefix", str(folder)]
            done = subprocess.run([*command, f"{self.name}@{self.version}"], capture_output=True, text=True)
            if done.returncode or not program.exists():
                reason = " ".join(done.stderr.split())[:200] or "it gives no reason"
                raise Unmeasurable(f"npm cannot install {self.name} {self.version}: {reason}")
        return program


PRISM = Package("Prism", "@stoplight/prism-cli", "5.14.2", ".bin/prism")
MOCKOON = Package("Mockoon", "@mockoon/cli", "9.9.0", ".bin/mockoon-cli")
SPECMATIC = Package("Specmatic", "specmatic", "2.55.1", "specmatic/specmatic.jar")
WIREMOCK = Package("WireMock", "wiremock", "3.13.2", "wiremock/build/wiremock-standalone-3.13.2.jar")
PACKAGES = (PRISM, MOCKOON, SPECMATIC, WIREMOCK)


def require_program(name: str, where: str) -> str:
    """Its path. Raises Unmeasurable when it is not installed."""
    found = shutil.which(name)
    if not found:
        raise Unmeasurable(f"{name} is not installed; it comes with {where}")
    return found


def _find_cache() -> Path:
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "openapi-sandbox" / "peers"
