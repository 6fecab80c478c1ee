"""A sandbox in a process of its own."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from subprocess import PIPE, STDOUT, Popen
from typing import Any

from .options import CONTROL_TOKEN
from .problems import Unusable

PATIENCE = 60.0  # seconds until the ready line
GRACE = 30.0  # seconds in which it must end
TOKEN = "--control-token="
COMMAND = ("-m", "sandbox", "serve", "--port", "0", "--until-eof")


@contextmanager
def spawn(arguments: Sequence[str], folder: Path | None = None) -> Iterator[dict[str, Any]]:
    """What the ready line of `sandbox serve --port 0 ARGUMENTS` says, and its `pid`.

    The process ends with the context, or when this process dies. folder: where it runs.
    Raises Unusable, with what the process wrote.
    """
    # An argument is shown by every list of processes, the environment is not.
    tokens = [text for text in arguments if text.startswith(TOKEN)]
    arguments = [text for text in arguments if text not in tokens]
    secrets = {CONTROL_TOKEN: tokens[-1].removeprefix(TOKEN)} if tokens else {}
    environment = os.environ | {"PYTHONUNBUFFERED": "1"} | secrets
    with Popen(
        [sys.executable, *COMMAND, *arguments],
        cwd=folder,
        env=environment,
        text=True,
        stdin=PIPE,
        stdout=PIPE,
        stderr=STDOUT,
        start_new_session=True,  # Ctrl-C is for us, who end it
    ) as process:
        try:
            yield await_ready(process) | {"pid": process.pid}
        finally:
            process.terminate()
            try:
                process.wait(GRACE)
            except subprocess.TimeoutExpired:
                process.kill()
                raise


def await_ready(process: Popen[str], output: list[str] | None = None) -> dict[str, Any]:
    """What the ready line says; a thread reads on, because a full pipe would stop the process.

    output: takes the lines before it. Raises Unusable, with what the process wrote.
    """
    output = [] if output is None else output
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
    code = process.wait()
    if code < 0:
        raise Unusable(f"the sandbox did not start within {PATIENCE:.0f} s: {''.join(output)}")
    raise Unusable("".join(output).strip().removeprefix("sandbox: ") or f"exit code {code}")


def _forward(process: Popen[str]) -> None:
    """What the server says after its start is an error: it belongs to the output of who started it."""
    with suppress(ValueError):  # the pipe is closed at the end
        for line in process.stdout or ():
            sys.stderr.write(line)
