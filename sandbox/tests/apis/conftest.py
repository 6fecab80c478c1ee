"""Fixtures of the contract tests: one sandbox process, and a private world for each test."""

import ssl
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any, Protocol
from uuid import uuid4

import httpx
import pytest

from ..target import NOW, start

TLS = ssl.create_default_context()  # made once, because it is slow


class Personas(Protocol):
    """Makes a client with another token (None: no credential) in the world of the test."""

    def __call__(self, token: str | None, api: str) -> httpx.Client: ...


@pytest.fixture(scope="session")
def server() -> Iterator[dict[str, Any]]:
    with start("--now", NOW) as ready:
        yield ready


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
def healthsync(personas: Personas) -> httpx.Client:
    return personas("demo", api="healthsync")


@pytest.fixture
def humanapi(personas: Personas) -> httpx.Client:
    return personas("demo", api="humanapi")


@pytest.fixture
def medisync(personas: Personas) -> httpx.Client:
    return personas("demo", api="medisync")


@pytest.fixture
def yourcompany(personas: Personas) -> httpx.Client:
    return personas("demo", api="yourcompany")
