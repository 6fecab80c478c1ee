"""A run of the contract suite, or of stock Schemathesis, over one API of a sandbox."""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psutil  # type: ignore[import-untyped,unused-ignore]

from contract_tests.mutants.hunts import CONFIG, EXAMPLES, ROLES

from .processes import Unmeasurable, ask
from .servers import ROOT

STOCK, LAWS = "stock Schemathesis", "laws"
OURS = {
    LAWS: ("--depth", "normal", "--exclude", "schemathesis"),
    "all, quick": ("--depth", "quick"),
    "all, normal": ("--depth", "normal"),
}
PAUSE = 0.05  # seconds
SHOWN = 60  # lines of what a run says that does not pass


@dataclass(frozen=True)
class Run:
    """One run over one API, or the sum of some.

    requests: as the server counts them; whole: seconds of the command; sending: those between its first and
    its last request; client, server: CPU seconds; code: the exit code, 1 where a check failed.
    """

    api: str
    name: str
    requests: int
    whole: float
    sending: float
    client: float
    server: float
    code: int

    @property
    def rate(self) -> float:
        """Requests per second while it sends."""
        return self.requests / self.sending


def warm_up(api: str, ready: dict[str, Any], folder: str) -> None:
    """Let Schemathesis make its tables of characters, which it keeps."""
    with _start([*call_stock(api, ready), "--phases", "fuzzing"], folder) as process:
        process.wait()


def take_turn(api: str, name: str, ready: dict[str, Any], folder: str) -> Run:
    """One run in a world of its own. Raises Unmeasurable when it cannot judge."""
    print(f"{api}: {name}", end=" ", file=sys.stderr, flush=True)
    command = call_stock(api, ready) if name == STOCK else call_ours(api, ready, OURS[name])
    command += ["--header", "Sandbox-World: " + re.sub(r"\W+", "-", name)]
    server, before = psutil.Process(ready["pid"]), count(ready)
    started, own, others = time.perf_counter(), os.times(), server.cpu_times()
    with _start(command, folder) as process:
        # The log has room for the latest requests only, so the first one is looked up at once.
        while (first := read_instant(ready, before + 1)) is None and process.poll() is None:
            time.sleep(PAUSE)
        code = process.wait()
    ended, own_after, others_after = time.perf_counter(), os.times(), server.cpu_times()
    last = read_instant(ready, count(ready))
    if code not in (0, 1) or first is None or last is None:
        raise Unmeasurable(f"{' '.join(command[1:5])} … ended with {code}")
    requests, sending = count(ready) - before, (last - first).total_seconds()
    print(f"{requests:,} requests in {sending:.1f} s", file=sys.stderr, flush=True)
    return Run(
        api,
        name,
        requests,
        ended - started,
        sending,
        own_after.children_user - own.children_user + own_after.children_system - own.children_system,
        others_after.user - others.user + others_after.system - others.system,
        code,
    )


def call_stock(api: str, ready: dict[str, Any]) -> list[str]:
    """Schemathesis with all phases and checks, and the shipped configuration."""
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIG), "run"]
    command += [f"{ready['apis'][api]}/openapi.json", "--seed", "1", "--max-examples", str(EXAMPLES)]
    return [*command, "--header", "Authorization: Bearer demo"]


def call_ours(api: str, ready: dict[str, Any], options: Sequence[str]) -> list[str]:
    """`sandbox test` with every credential that the sandbox knows."""
    command = [sys.executable, "-m", "sandbox", "test", api, "--url", ready["apis"][api], "--token", "demo"]
    for role in ROLES:
        command += [f"--{role}-token", role] if role in ready["tokens"][api] else []
    return [*command, "--profile", "full", *options]


@contextmanager
def _start(command: Sequence[str], folder: str) -> Iterator[subprocess.Popen[str]]:
    """A command; what it says is shown where it does not pass."""
    environment = os.environ | {"PYTHONPATH": str(ROOT), "XDG_STATE_HOME": folder, "NO_COLOR": "1"}
    with tempfile.TemporaryFile("w+") as output:
        with subprocess.Popen(
            command, cwd=folder, env=environment, stdout=output, stderr=output, text=True
        ) as process:
            yield process
        if process.returncode:
            output.seek(0)
            print(*output.read().splitlines()[-SHOWN:], sep="\n", file=sys.stderr)


def count(ready: dict[str, Any]) -> int:
    """How many requests the server has had from its start."""
    _, body = ask(f"{ready['url']}/_sandbox/log?limit=1")
    return max((int(entry["id"]) for entry in json.loads(body)), default=0)


def read_instant(ready: dict[str, Any], number: int) -> datetime | None:
    """When the server had a request; None for one that it has not had yet."""
    status, body = ask(f"{ready['url']}/_sandbox/log/{number}")
    return datetime.fromisoformat(json.loads(body)["at"]) if status == 200 else None
