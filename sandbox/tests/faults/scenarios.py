"""The faults: what is done to a sandbox while clients write."""

import json
import os
import random
import resource
import signal
import socket
import time
import urllib.request
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.protocol import PATIENCE
from sandbox.server import allow_files
from sandbox.tests.postgresql import Server

from .stages import Outcome, Stage, await_writes, judge, set_stage, write_meanwhile

AWAY = 1.0  # seconds that PostgreSQL, or a worker, is gone
PAGE = 4096  # bytes
IDLE, SLOW = 1000, 200  # connections
INSTANTS = ("2099-01-01T00:00:00Z", "1971-01-01T00:00:00Z", "2026-01-31T12:00:00Z")
Act = Callable[[Stage], float]


def kill_worker(stage: Stage) -> float:
    """`kill -9` of one of the workers."""
    os.kill(random.choice(stage.served.find_workers()), signal.SIGKILL)
    return time.monotonic()


def kill_workers(stage: Stage) -> float:
    """`kill -9` of all workers at once."""
    for worker in stage.served.find_workers():
        os.kill(worker, signal.SIGKILL)
    return time.monotonic()


def pause_worker(stage: Stage) -> float:
    """A worker that stands still, maybe in the midst of a write."""
    worker = random.choice(stage.served.find_workers())
    os.kill(worker, signal.SIGSTOP)
    time.sleep(AWAY)
    os.kill(worker, signal.SIGCONT)
    return time.monotonic()


def kill_server(stage: Stage) -> float:
    """`kill -9` of every process; then it is started again."""
    stage.served.kill()
    return restart(stage)


def kill_watcher(stage: Stage) -> float:
    """`kill -9` of the process that watches the workers, which then end; then it is started again."""
    stage.served.kill(workers=False)
    return restart(stage)


def kill_start(stage: Stage) -> float:
    """`kill -9` of every process, and of the next start in the midst; then it is started again."""
    stage.served.kill()
    for seconds in (0.3, 0.6, 0.9):
        stage.served.launch()
        time.sleep(seconds)
        stage.served.kill()
    return restart(stage)


def restart(stage: Stage) -> float:
    """Start it again; returns when that was asked for."""
    now = time.monotonic()
    stage.served.start()
    return now


def restart_postgresql(stage: Stage) -> float:
    """A crash of PostgreSQL, which is started again."""
    assert stage.postgresql
    stage.postgresql.stop()
    time.sleep(AWAY)
    stage.postgresql.start()
    return time.monotonic()


def fill_disk(stage: Stage) -> float:
    """A disk without room, and room again."""
    ballast = stage.disk / "ballast"
    with suppress(OSError), ballast.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))
    time.sleep(stage.load)
    ballast.unlink()
    return time.monotonic()


def limit_files(stage: Stage) -> float:
    """No file may be written beyond its first page, and then they may again."""
    workers = stage.served.find_workers()
    for worker in workers:
        resource.prlimit(worker, resource.RLIMIT_FSIZE, (PAGE, resource.RLIM_INFINITY))
    time.sleep(stage.load)
    for worker in workers:
        resource.prlimit(worker, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
    return time.monotonic()


def crowd(stage: Stage) -> float:
    """Many connections that ask nothing, and many that send a request byte by byte."""
    allow_files(2 * (IDLE + SLOW))
    with ExitStack() as stack:
        place = ("127.0.0.1", stage.served.port)
        made = [stack.enter_context(socket.create_connection(place, 60)) for _ in range(IDLE + SLOW)]
        now, end = time.monotonic(), time.monotonic() + stage.load
        while time.monotonic() < end:
            for slow in made[:SLOW]:
                with suppress(OSError):
                    slow.send(b"G")
            time.sleep(0.5)
        if stage.load > PATIENCE:
            for each in made:
                await_close(each)
    return now


def await_close(client: socket.socket) -> None:
    """Wait until the server has closed a connection. Raises TimeoutError."""
    with suppress(ConnectionResetError):
        while client.recv(4096):
            pass


def jump(stage: Stage) -> float:
    """The clocks of the worlds go forwards by decades, and back."""
    for instant in INSTANTS:
        for world in ("f0", "f1"):
            control(stage, "/clock", {"world": world, "set": instant})
        time.sleep(stage.load / len(INSTANTS))
    return time.monotonic()


def control(stage: Stage, path: str, body: Any = None) -> Any:
    """Ask the control plane."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{stage.served.port}/_sandbox{path}",
        None if body is None else json.dumps(body).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=60) as response:
        return json.load(response)


@dataclass(frozen=True)
class Fault:
    """A fault and where it is done. own_disk: a small disk for the records; felt: the error that clients
    must meet, else it was no fault.
    """

    title: str
    act: Act
    workers: int = 2
    postgresql: bool = False
    own_disk: bool = False
    felt: str = ""

    @property
    def store(self) -> str:
        """Where the state is."""
        return "PostgreSQL" if self.postgresql else "file"


FAULTS = [
    Fault("kill -9 of a worker", kill_worker),
    Fault("kill -9 of a worker", kill_worker, postgresql=True),
    Fault("kill -9 of all workers", kill_workers, felt="closed"),
    Fault("a worker stands still for a second", pause_worker),
    Fault("a worker stands still for a second", pause_worker, postgresql=True),
    Fault("kill -9 of the server", kill_server, 1, felt="refused"),
    Fault("kill -9 of the server and its workers", kill_server, felt="refused"),
    Fault("kill -9 of the server and its workers", kill_server, postgresql=True, felt="refused"),
    Fault("kill -9 of who watches the workers", kill_watcher, felt="refused"),
    Fault("kill -9 of the server, thrice while it starts", kill_start, felt="refused"),
    Fault("crash and restart of PostgreSQL", restart_postgresql, 1, postgresql=True, felt="503"),
    Fault("crash and restart of PostgreSQL", restart_postgresql, postgresql=True, felt="503"),
    Fault("disk full", fill_disk, 1, own_disk=True, felt="503"),
    Fault("disk full", fill_disk, own_disk=True, felt="503"),
    Fault("disk full", fill_disk, postgresql=True, own_disk=True, felt="503"),
    Fault("files may not grow", limit_files, felt="503"),
    Fault("1,000 idle and 200 slow connections", crowd, 1),
    Fault("1,000 idle and 200 slow connections", crowd, postgresql=True),
    Fault("clocks of the worlds jump", jump),
]


def run(fault: Fault, folder: Path, load: float, postgresql: Server | None, times: int = 1) -> Outcome:
    """Do a fault so many times under load. Raises AssertionError where the sandbox does not recover."""
    server = postgresql if fault.postgresql else None
    with set_stage(folder, load, fault.workers, server, own_disk=fault.own_disk) as stage:
        recovered = 0.0
        with write_meanwhile(stage.served.port) as writers:
            for _ in range(times):
                time.sleep(load)
                recovered = max(recovered, await_writes(writers, fault.act(stage)))
            time.sleep(load)
        return Outcome(judge(stage, writers), recovered)
