"""A server's process: started, waited for, weighed and ended."""

import http.client
import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import IO
from urllib.parse import urlsplit

import psutil  # type: ignore[import-untyped,unused-ignore]

from .servers import Server

TOKEN = "Bearer demo"
# Seconds in which a server must give its first answer, and in which it must end.
PATIENCE = 60.0
GRACE = 5.0
PAUSE = 0.005


class Unmeasurable(Exception):
    """Nothing can be measured; the message is one line that says why."""


@dataclass(frozen=True)
class Running:
    """A started server. errors: what it writes to standard error."""

    server: Server
    process: psutil.Popen
    address: str
    started: float
    errors: IO[bytes]

    @property
    def url(self) -> str:
        """Where the paths of the API start."""
        return self.address + self.server.base

    def wait(self, urls: Iterable[str]) -> float:
        """Seconds from the start until each URL has answered 2xx. Raises Unmeasurable."""
        for url in urls:
            while not is_answered(url):
                if self.process.poll() is not None or time.perf_counter() - self.started > PATIENCE:
                    raise Unmeasurable(f"{self.server.name} does not answer {url}: {self._last_error()}")
                time.sleep(PAUSE)
        return time.perf_counter() - self.started

    def forget(self, world: str) -> None:
        """Drop the records of a world, where any are kept. Raises Unmeasurable."""
        if self.server.forget:
            path = self.server.forget.format(world=world)
            status, content = ask(self.address + path, "DELETE")
            if status // 100 != 2:
                raise Unmeasurable(f"{self.server.name}: DELETE {path} answers {status}: {content[:200]!r}")

    def memory(self) -> int:
        """Resident bytes of the process and its children."""
        return sum(member.memory_info().rss for member in self._family())

    def cpu(self) -> float:
        """CPU seconds that the process and its children have spent."""
        spent = [member.cpu_times() for member in self._family()]
        return float(sum(each.user + each.system for each in spent))

    def pause(self) -> None:
        """Let the process and its children do nothing, not even what they have put off."""
        _signal(self._family(), signal.SIGSTOP)

    @contextmanager
    def awake(self) -> Iterator[None]:
        """Let a paused server work meanwhile."""
        _signal(self._family(), signal.SIGCONT)
        try:
            yield
        finally:
            self.pause()

    def stop(self) -> None:
        """End the process and its children, paused ones too."""
        family = self._family()
        _signal(family, signal.SIGTERM, signal.SIGCONT)
        _, alive = psutil.wait_procs(family, GRACE)
        _signal(alive, signal.SIGKILL)
        psutil.wait_procs(alive, GRACE)

    def _family(self) -> list[psutil.Process]:
        try:
            return [self.process, *self.process.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def _last_error(self) -> str:
        self.errors.seek(0)
        lines = self.errors.read().decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else "it says nothing"


def _signal(processes: Iterable[psutil.Process], *signals: signal.Signals) -> None:
    for process in processes:
        for number in signals:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(number)


@contextmanager
def run(server: Server, cache: str) -> Iterator[Running]:
    """Start a server, end it afterwards. cache: its XDG_CACHE_HOME."""
    port = find_port()
    environment = {**os.environ, "XDG_CACHE_HOME": cache}
    command = [part.replace("{port}", str(port)) for part in server.command]
    with tempfile.TemporaryFile() as errors:
        started = time.perf_counter()
        process = psutil.Popen(
            command,
            cwd=server.folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
        )
        running = Running(server, process, f"http://127.0.0.1:{port}", started, errors)
        try:
            yield running
        finally:
            running.stop()


def find_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def ask(
    url: str, method: str = "GET", token: str = TOKEN, body: str | None = None, header: str = ""
) -> tuple[int, bytes]:
    """Status and body of one answer. header: one more. Raises OSError when there is no answer."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=PATIENCE)
    headers = {"Authorization": token} | ({"Content-Type": "application/json"} if body else {})
    headers |= dict([header.split(": ", 1)]) if header else {}
    try:
        connection.request(method, parts._replace(scheme="", netloc="").geturl(), body, headers)
        response = connection.getresponse()
        return response.status, response.read()
    except http.client.HTTPException as error:
        raise ConnectionError(f"{url}: {error}") from error
    finally:
        connection.close()


def is_answered(url: str) -> bool:
    """Whether the URL answers 2xx."""
    try:
        return ask(url)[0] // 100 == 2
    except OSError:
        return False
