"""Where faults happen: a sandbox, its store, and clients that write meanwhile."""

import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sandbox.tests.postgresql import Server, run_server

from .clients import Findings, Writer, check
from .servers import Served

WRITERS, WORLDS = 4, 2
PATIENCE = 90.0
DISK = 24  # MB
DISK_OF_POSTGRESQL = 80  # MB, of which an empty cluster takes half


@dataclass
class Stage:
    """What a fault is done to. disk: where the records are; load: seconds of load before and after."""

    served: Served
    disk: Path
    load: float
    postgresql: Server | None = None


@dataclass
class Outcome:
    """What a fault led to. recovered: seconds until every client was served again."""

    findings: Findings
    recovered: float


@contextmanager
def set_stage(
    folder: Path,
    load: float,
    workers: int,
    postgresql: Server | None = None,
    *,
    own_disk: bool = False,
    arguments: Sequence[str] = (),
) -> Iterator[Stage]:
    """A sandbox that answers. postgresql: where its state is, else in a file; own_disk: on a small disk, for
    which another PostgreSQL is started.
    """
    disk = folder / "disk"
    disk.mkdir()
    with ExitStack() as stack:
        if own_disk and postgresql:
            postgresql = stack.enter_context(run_server(partial(mount, size=DISK_OF_POSTGRESQL)))
            disk = postgresql.data
        elif own_disk:
            stack.enter_context(mount(disk))
        state = postgresql.url(f"faults_{time.time_ns()}") if postgresql else f"sqlite:///{disk / 'state.db'}"
        options = ("--state", state, "--workers", str(workers), *arguments)
        served = Served(folder, *options, apis=["yourcompany"])
        served.start()
        stack.callback(served.stop)
        yield Stage(served, disk, load, postgresql)


@contextmanager
def mount(disk: Path, size: int = DISK) -> Iterator[None]:
    """A small disk of so many MB. Raises OSError where this user may not have one."""
    program = shutil.which("mount") or "mount"
    done = subprocess.run(
        [program, "-t", "tmpfs", "-o", f"size={size}m", "tmpfs", disk], capture_output=True, text=True
    )
    if done.returncode:
        raise OSError(f"no disk of one's own: {done.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", disk], check=True)


@contextmanager
def write_meanwhile(port: int) -> Iterator[list[Writer]]:
    """Clients that write until the context ends."""
    writers = [Writer(port, number, f"f{number % WORLDS}") for number in range(WRITERS)]
    for writer in writers:
        writer.start()
    try:
        await_writes(writers, time.monotonic())
        yield writers
    finally:
        for writer in writers:
            writer.stop()


def await_writes(writers: list[Writer], since: float) -> float:
    """Wait until each client had a write acknowledged after `since`; returns how many seconds after."""
    while not all(writer.moments and writer.moments[-1] >= since for writer in writers):
        assert time.monotonic() < since + PATIENCE, "the sandbox does not recover"
        time.sleep(0.01)
    return max(next(each for each in writer.moments if each >= since) for writer in writers) - since


def judge(stage: Stage, writers: list[Writer]) -> Findings:
    """What became of their writes, once the clients have stopped."""
    findings = check(stage.served.port, writers)
    findings.unclean += stage.served.find_tracebacks()
    return findings
