"""A sandbox process to test against."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE, STDOUT, Popen
from typing import Any

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0  # seconds until the ready line
NOW = "2026-06-01T12:00:00Z"


class NotReady(Exception):
    """The process ended, or was ended, before its ready line."""


@contextmanager
def start(*arguments: str, folder: Path = ROOT) -> Iterator[dict[str, Any]]:
    """What the ready line of `sandbox serve --port 0 …` says; the process ends with the context.

    Raises NotReady, with what the process wrote.
    """
    command = [sys.executable, "-m", "sandbox", "serve", "--port", "0", *arguments]
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    with Popen(command, cwd=folder, env=environment, text=True, stdout=PIPE, stderr=STDOUT) as process:
        try:
            yield await_ready(process) | {"pid": process.pid}
        finally:
            process.terminate()
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
                raise


def await_ready(process: Popen[str]) -> dict[str, Any]:
    """What the ready line says; a thread reads on, because a full pipe would stop the process."""
    output: list[str] = []
    killer = threading.Timer(PATIENCE, process.kill)
    killer.start()
    try:
        for line in process.stdout or ():
            if line.startswith("READY "):
                threading.Thread(target=_forward, args=[process], daemon=True).start()
                ready: dict[str, Any] = json.loads(line.removeprefix("READY "))
                return ready
            output.append(line)
    finally:
        killer.cancel()
    raise NotReady(
        f"no READY line, exit code {process.wait()} (-9: {PATIENCE:.0f} s were over):\n{''.join(output)}"
    )


def _forward(process: Popen[str]) -> None:
    """What the server says after its start belongs into the output of the tests: it explains a 500."""
    for line in process.stdout or ():
        sys.stderr.write(line)
