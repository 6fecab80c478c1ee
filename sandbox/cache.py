"""What one start has made and the next need not make again: JSON values in files of a folder."""

import functools
import os
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import orjson

PACKAGE = Path(__file__).parent
UNUSED = 30 * 86400.0  # seconds after which a value that no start has read is removed


@dataclass(frozen=True)
class Cache:
    """Values by what they were made of. A folder that cannot be read or written is no cache, and no fault.

    folder: where the files are; None remembers nothing.
    """

    folder: Path | None = None

    def remember(self, kind: str, sources: Iterable[bytes | Path], make: Callable[[], Any]) -> Any:
        """The JSON value that was made of the sources, or what `make` makes of them now.

        Parameters: kind, a word that tells this value from others of the same sources. A value that
        orjson cannot write, such as an integer beyond 64 bits, is made each time.
        """
        if self.folder is None:
            return make()
        try:
            path = self.folder / f"{kind}-{_digest(sources)}.json"
        except OSError:
            return make()
        with suppress(OSError, ValueError):
            value = orjson.loads(path.read_bytes())
            os.utime(path)
            return value
        value = make()
        with suppress(OSError, TypeError):
            _write(path, orjson.dumps(value))
        return value


NO_CACHE = Cache()


def find_cache_folder() -> Path:
    """The folder of this program under XDG_CACHE_HOME (XDG Base Directory Specification)."""
    home = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(home) if os.path.isabs(home) else Path("~/.cache").expanduser()) / "openapi-sandbox"


def _digest(sources: Iterable[bytes | Path]) -> str:
    digest = blake2b(_find_maker(), digest_size=16)
    for source in sources:
        content = source.read_bytes() if isinstance(source, Path) else source
        digest.update(blake2b(content).digest())
    return digest.hexdigest()


@functools.cache
def _find_maker() -> bytes:
    """Which program makes the values: an older one may have made others."""
    modules = (*PACKAGE.glob("*.py"), *PACKAGE.glob("store/*.py"))
    changes = [path.stat().st_mtime_ns for path in modules]
    return f"{version('openapi-sandbox')} {sorted(changes)}".encode()


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all, whatever other processes write; what nobody uses goes."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(content)
    os.replace(file.name, path)
    for old in path.parent.iterdir():
        if old.stat().st_mtime < time.time() - UNUSED:
            old.unlink(missing_ok=True)
