"""`sandbox serve` as a user runs it: on one port, over one state, started again after it was killed."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from subprocess import DEVNULL, STDOUT, Popen

from sandbox.tests.postgresql import find_port

PATIENCE = 60.0


class Served:
    """A sandbox. folder: takes its output; apis: which ones it serves, by default all that ship with it."""

    def __init__(self, folder: Path, *arguments: str, apis: Sequence[str] = ()) -> None:
        self.port = find_port()
        self.log = folder / "output"
        self._arguments = [*apis, *arguments]
        self._process: Popen[bytes] | None = None

    def launch(self) -> None:
        """Start it without waiting for it."""
        command = [sys.executable, "-m", "sandbox", "serve", "--port", str(self.port)]
        environment = os.environ | {"PYTHONUNBUFFERED": "1"}
        with self.log.open("ab") as output:
            self._process = Popen(
                [*command, *self._arguments],
                stdin=DEVNULL,
                stdout=output,
                stderr=STDOUT,
                env=environment,
                start_new_session=True,
            )

    def start(self) -> None:
        """Start it, and wait until it answers."""
        before = self._count_ready()
        self.launch()
        end = time.monotonic() + PATIENCE
        while self._count_ready() == before:
            assert self._process
            assert self._process.poll() is None, self.log.read_text()
            assert time.monotonic() < end, self.log.read_text()
            time.sleep(0.02)

    def _count_ready(self) -> int:
        return self.log.read_text().count("READY {") if self.log.exists() else 0

    def find_workers(self) -> list[int]:
        """The processes that answer."""
        assert self._process
        pid = self._process.pid
        with suppress(FileNotFoundError):
            return list(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())) or [pid]
        return []

    def kill(self, *, workers: bool = True) -> None:
        """End it at once, and wait until nobody answers. workers: else only the process that watches them."""
        assert self._process
        pids = self.find_workers() if workers else []
        for pid in (self._process.pid, *pids):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait()
        end = time.monotonic() + PATIENCE
        while self._is_open():
            assert time.monotonic() < end, "workers answer though nobody watches them"
            time.sleep(0.02)

    def _is_open(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), PATIENCE).close()
        except OSError:
            return False
        return True

    def stop(self) -> None:
        """End it as a user does."""
        if self._process and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.kill()
                raise

    def find_tracebacks(self) -> list[str]:
        """Faults that it told of without words of its own."""
        return [part[-300:] for part in self.log.read_text().split("Traceback")[1:]]
