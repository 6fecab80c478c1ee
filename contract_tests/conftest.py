"""Fixtures of the contract tests: one sandbox process, and a private world for each test."""

import json
import os
import ssl
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from subprocess import PIPE, STDOUT, Popen
from typing import Any, Protocol
from uuid import uuid4

import httpx
import pytest

COMMAND = [sys.executable, "-m", "sandbox", "serve", "--port", "0", "--now", "2026-06-01T12:00:00Z"]
ROOT = Path(__file__).parents[1]
TLS = ssl.create_default_context()  # made once, because it is slow


class Personas(Protocol):
    """Makes a client with another token (None: no credential) in the world of the test."""

    def __call__(self, token: str | None, api: str) -> httpx.Client: ...


@pytest.fixture(scope="session")
def server() -> Iterator[dict[str, Any]]:
    env = os.environ | {"PYTHONUNBUFFERED": "1"}
    with Popen(COMMAND, cwd=ROOT, env=env, text=True, stdout=PIPE, stderr=STDOUT) as process:
        try:
            yield await_ready(process)
        finally:
            process.terminate()
            process.wait(timeout=30)


def await_ready(process: Popen[str]) -> Any:
    """What the ready line says; the thread reads on, because a full pipe would stop the process."""
    output, killer = [], threading.Timer(60, process.kill)
    killer.start()
    for line in process.stdout or ():
        if line.startswith("READY "):
            killer.cancel()
            threading.Thread(target=process.communicate, daemon=True).start()
            return json.loads(line.removeprefix("READY "))
        output.append(line)
    killer.cancel()
    pytest.fail(f"no READY line, exit code {process.wait()} (-9: 60 s were over):\n{''.join(output)}")


@pytest.fixture
def personas(server: dict[str, Any]) -> Iterator[Personas]:
    world = uuid4().hex
    with ExitStack() as clients:

        def client(token: str | None, api: str) -> httpx.Client:
            headers = {"Sandbox-World": world} | ({"Authorization": f"Bearer {token}"} if token else {})
            new = httpx.Client(base_url=server["apis"][api], headers=headers, verify=TLS, trust_env=False)
            return clients.enter_context(new)

        yield client


@pytest.fixture
def devsync(personas: Personas) -> httpx.Client:
    return personas("demo", api="devsync")


@pytest.fixture
def humanapi(personas: Personas) -> httpx.Client:
    return personas("demo", api="humanapi")


@pytest.fixture
def yourcompany(personas: Personas) -> httpx.Client:
    return personas("demo", api="yourcompany")
