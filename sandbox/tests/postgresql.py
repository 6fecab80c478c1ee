"""A PostgreSQL server of the tests' own, started and stopped like any other process."""

import os
import random
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
import pytest

BINARIES = [Path(path) for path in sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin")), reverse=True)]
USER = "postgres"
Mount = Callable[[Path], AbstractContextManager[Any]]
ATTEMPTS, PAUSE = 10, 0.5  # of a start, and the seconds between them


class Server:
    """A cluster in a folder. Root may not run one, and lends the folder to the user postgres.

    data: where its data is, but not its log of writes.
    """

    def __init__(self, folder: Path, binaries: Path) -> None:
        self._binaries, self.data = binaries, folder / "data"
        self.port = find_port()
        self._user: dict[str, Any] = {"user": USER, "extra_groups": []} if os.geteuid() == 0 else {}
        self.data.mkdir(exist_ok=True)
        if self._user:
            for each in (folder, self.data):
                shutil.chown(each, USER)
        places = ("-D", self.data, "-X", folder / "wal")
        self._run("initdb", *places, "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
        lines = [
            f"port = {self.port}",
            "listen_addresses = '127.0.0.1'",
            "unix_socket_directories = ''",
            "fsync = off",  # what the server has been given outlives its process, if not the machine
        ]
        (self.data / "postgresql.auto.conf").write_text("\n".join(lines))

    def url(self, database: str) -> str:
        """The URL of a new, empty database."""
        with psycopg.connect(f"host=127.0.0.1 port={self.port} user={USER}", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {database}")
        return f"postgresql+psycopg://{USER}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        for _ in range(ATTEMPTS):
            try:
                self._run("pg_ctl", "-D", self.data, "-l", self.data / "log", "-w", "start")
                return
            except AssertionError as error:
                # What a crash leaves behind, such as its shared memory, goes in its own time.
                failure = error
                time.sleep(PAUSE)
        raise AssertionError((self.data / "log").read_text()[-2000:]) from failure

    def stop(self, mode: str = "immediate") -> None:
        """End it: `immediate` is a crash, `fast` ends connections first."""
        self._run("pg_ctl", "-D", self.data, "-m", mode, "-w", "stop")

    def find_process(self) -> int:
        """The id of the process that all its others are children of."""
        return int((self.data / "postmaster.pid").read_text().partition("\n")[0])

    def _run(self, program: str, *arguments: object) -> None:
        command = [str(self._binaries / program), *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, cwd=self.data.parent, **self._user)
        assert done.returncode == 0, f"{' '.join(command)}: {done.stdout}{done.stderr}"


@contextmanager
def run_server(mount: Mount = nullcontext) -> Iterator[Server]:
    """A server while the context lasts, in a folder that no other user's folder hides from it.

    mount: gives the folder of its data a disk of its own.
    """
    binaries = find_binaries()
    with TemporaryDirectory(prefix="postgresql-") as folder:
        data = Path(folder, "data")
        data.mkdir()
        with mount(data):
            yield from _run_in(Path(folder), binaries)


def _run_in(folder: Path, binaries: Path) -> Iterator[Server]:
    server = Server(folder, binaries)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def find_port() -> int:
    """A free port that no socket is given by itself while the server is down."""
    while True:
        port = random.randrange(20_000, 30_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def find_binaries() -> Path:
    """Where PostgreSQL is installed. A test that needs it is skipped without it, but not in CI."""
    found = shutil.which("pg_ctl")
    places = [Path(found).resolve().parent] if found else []
    for place in (*places, *BINARIES):
        if (place / "initdb").exists():
            return place
    if os.environ.get("CI"):
        pytest.fail("PostgreSQL is not installed, and CI must test with it: apt-get install postgresql")
    pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
