"""Several processes that answer on one socket over one state, and what keeps them running."""

import contextlib
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from subprocess import PIPE, STDOUT, Popen
from typing import Any

from .problems import Unusable
from .processes import await_ready
from .server import listen
from .siblings import Siblings

MEMORY = ("sqlite:", "sqlite:///:memory:")
GRACE = 10.0  # seconds in which a worker must end
PAUSE = 0.1  # seconds between two looks at the workers
WORKER = "SANDBOX_WORKER"  # the variable that makes a process a worker
SHORT = 1.0  # seconds: who lives no longer is not started again at once


@dataclass(frozen=True)
class Place:
    """What a worker is given. listener, door: file descriptors, of the socket that all of them share and of
    its own, where the others ask it; since: when the clock was started (Unix time).
    """

    listener: int
    door: int
    since: float
    siblings: Siblings


def find_place() -> Place | None:
    """What this process is given as a worker, None for one that is none."""
    given = os.environ.pop(WORKER, None)
    if given is None:
        return None
    words = json.loads(given)
    return Place(**words | {"siblings": Siblings(**words["siblings"])})


class Workers:
    """Processes of `sandbox serve ARGUMENTS` over one listening socket; one that dies is replaced.

    Parameters: listener; arguments, as they were given; number, of processes.
    """

    def __init__(self, listener: socket.socket, arguments: Sequence[str], number: int) -> None:
        self._arguments = arguments
        self._doors = [listen("127.0.0.1", 0) for _ in range(number)]
        for door in self._doors:
            door.listen()  # also while its worker is replaced
        self._places = [asdict(place) for place in _make_places(listener, self._doors)]
        self._processes: list[Popen[str]] = []
        self._stopping = threading.Event()

    def start(self, output: list[str]) -> dict[str, Any]:
        """Start them; returns what the first one's ready line says. output: takes the lines before that.

        Raises Unusable with what it wrote.
        """
        self._processes = [self._spawn(0)]
        ready = await_ready(self._processes[0], output)
        self._processes += [self._spawn(index) for index in range(1, len(self._places))]
        for process in self._processes[1:]:
            await_ready(process)
        return ready

    def watch(self) -> None:
        """Replace who dies, until `stop`."""
        while not self._stopping.wait(PAUSE):
            for index, process in enumerate(self._processes):
                if process.poll() is not None and not self._stopping.is_set():
                    self._replace(index, process)

    def _replace(self, index: int, process: Popen[str]) -> None:
        print(f"worker {process.pid} ended with {process.returncode}; another starts", file=sys.stderr)
        self._processes[index] = made = self._spawn(index)
        threading.Thread(target=_await, args=[made], daemon=True).start()
        self._stopping.wait(SHORT)

    def stop(self) -> None:
        """End them all."""
        self._stopping.set()
        for process in self._processes:
            process.terminate()
        end = time.monotonic() + GRACE
        for process in self._processes:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, end - time.monotonic()))
            if process.poll() is None:
                process.kill()
                process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe:
                    pipe.close()
        for door in self._doors:
            door.close()

    def _spawn(self, index: int) -> Popen[str]:
        place = self._places[index]
        return Popen(
            [sys.executable, "-m", "sandbox", "serve", *self._arguments, "--until-eof"],
            env=os.environ | {"PYTHONUNBUFFERED": "1", WORKER: json.dumps(place)},
            text=True,
            stdin=PIPE,
            stdout=PIPE,
            stderr=STDOUT,
            pass_fds=[place["listener"], place["door"]],
            start_new_session=True,  # Ctrl-C is for us, who end them
        )


def _make_places(listener: socket.socket, doors: Sequence[socket.socket]) -> Iterator[Place]:
    ports = [door.getsockname()[1] for door in doors]
    secret, since, start = secrets.token_urlsafe(), time.time(), time.monotonic()
    for index, door in enumerate(doors):
        yield Place(listener.fileno(), door.fileno(), since, Siblings(index, ports, secret, start))


def _await(process: Popen[str]) -> None:
    with contextlib.suppress(Unusable):
        await_ready(process)


def serve_with_workers(
    listener: socket.socket, arguments: Sequence[str], number: int, state: str | None
) -> None:
    """Serve until Ctrl-C or SIGTERM. state: None for a database that lasts as long. Raises Unusable."""
    with contextlib.closing(listener), _keep_state(state) as given:
        listener.listen()
        workers = Workers(listener, [*arguments, *given], number)
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            output: list[str] = []
            ready = workers.start(output)
            print("".join(output), end="")
            print("READY " + json.dumps(ready | {"workers": number}), flush=True)
            workers.watch()
        except KeyboardInterrupt:
            pass
        finally:
            workers.stop()


@contextlib.contextmanager
def _keep_state(state: str | None) -> Iterator[list[str]]:
    """Options that name a database which several processes can share."""
    if state is not None and state.rstrip("/") in MEMORY:
        raise Unusable(f"--state {state} is memory, which processes cannot share; name a file or a server")
    if state is not None:
        yield []
        return
    with tempfile.TemporaryDirectory(prefix="sandbox-") as folder:
        yield [f"--state=sqlite:///{Path(folder) / 'state.db'}"]
