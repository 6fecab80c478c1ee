"""The control plane of a process: whom it lets in from the network, and with what."""

import socket
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from sandbox.tests.shop import DOCUMENT, FIXTURES
from sandbox.tests.target import start

Json = dict[str, Any]
ARGUMENTS = [str(DOCUMENT), "--fixtures", str(FIXTURES), "--host", "0.0.0.0"]
TOKEN = "s3cret"


def find_address() -> str:
    """An address of this machine by which other machines know it, or else one that is not 127.0.0.1."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            asking.connect(("192.0.2.1", 9))  # sends nothing
            return str(asking.getsockname()[0])
        except OSError:
            pytest.skip("this machine has no address but its own loopback")


@pytest.fixture(scope="module")
def open_port() -> Iterator[int]:
    with start(*ARGUMENTS) as ready:
        yield httpx.URL(ready["url"]).port or 0


@pytest.fixture(scope="module")
def guarded_port() -> Iterator[int]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SANDBOX_CONTROL_TOKEN", TOKEN)
        with start(*ARGUMENTS) as ready:
            yield httpx.URL(ready["url"]).port or 0


def ask(host: str, port: int, **headers: str) -> int:
    return httpx.get(f"http://{host}:{port}/_sandbox/health", headers=headers).status_code


def test_without_a_token_the_control_plane_is_closed_to_other_machines(open_port: int) -> None:
    assert ask("127.0.0.1", open_port) == 200
    address = find_address()
    assert ask(address, open_port) == 403
    assert ask(address, open_port, Host="localhost") == 403
    assert ask(address, open_port, **{"X-Forwarded-For": "127.0.0.1", "Host": "localhost"}) == 403
    assert httpx.get(f"http://{address}:{open_port}/shop/v1/openapi.json").status_code == 200


def test_caller_behind_a_proxy_on_this_machine_is_not_this_machine(open_port: int) -> None:
    assert ask("127.0.0.1", open_port, **{"X-Forwarded-For": "192.0.2.1"}) == 403


def test_rebound_name_does_not_open_the_control_plane(open_port: int) -> None:
    assert ask("127.0.0.1", open_port, Host="rebound.example") == 403


def test_token_opens_the_control_plane_from_everywhere_and_nothing_else_does(guarded_port: int) -> None:
    for host in ("127.0.0.1", find_address()):
        assert ask(host, guarded_port) == 401
        assert ask(host, guarded_port, Authorization="Bearer demo") == 401
        assert ask(host, guarded_port, Authorization=f"Bearer {TOKEN}") == 200
        assert ask(host, guarded_port, Authorization=f"Bearer {TOKEN}", Origin="https://x.example") == 403


def test_control_token_is_no_token_of_an_api(guarded_port: int) -> None:
    url = f"http://127.0.0.1:{guarded_port}/shop/v1/items"
    assert httpx.get(url, headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 401


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
def test_form_of_a_page_changes_nothing(open_port: int, kind: str) -> None:
    headers = {"Content-Type": kind} if kind else {}
    url = f"http://127.0.0.1:{open_port}/_sandbox/clock"
    response = httpx.post(url, content=b'{"freeze": true}', headers=headers)
    assert response.status_code == 415
    assert httpx.get(url).json()["frozen"] is False
