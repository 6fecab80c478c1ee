"""The process: its socket, its start page, and one run from start to stop."""

import contextlib
import json
import resource
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from sandbox.clock import Clock
from sandbox.control import Gate
from sandbox.problems import Unusable
from sandbox.server import allow_files, listen, start_page, tell_gate
from sandbox.sites import Settings, Site
from sandbox.tests.shop import DOCUMENT, FIXTURES, LAMP, load_document

Json = dict[str, Any]


def test_port_zero_is_a_free_one() -> None:
    with (
        contextlib.closing(listen("127.0.0.1", 0)) as first,
        contextlib.closing(listen("127.0.0.1", 0)) as second,
    ):
        assert 0 < first.getsockname()[1] != second.getsockname()[1] > 0


def test_port_in_use_is_refused_with_a_way_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(Unusable, match=f"^port {port} is in use; .*--port"):
            listen("127.0.0.1", port)


@pytest.mark.parametrize(
    "host", ["256.1.1.1", "192.0.2.1", "no such host", ".", "..", "a" * 300, "x..y", "[::1]", "::zz"]
)
def test_host_that_is_none_of_this_machine_is_refused_in_one_line(host: str) -> None:
    with pytest.raises(Unusable, match=r"^cannot listen on ") as caught:
        listen(host, 0)
    assert "\n" not in str(caught.value)


def test_process_may_open_as_many_files_as_its_limits_allow() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft - 1, hard))
    try:
        assert allow_files(soft) == resource.getrlimit(resource.RLIMIT_NOFILE)[0] == soft
        assert allow_files(10) == soft
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.fixture
def site() -> Any:
    made = Site([DOCUMENT], Settings(fixtures=FIXTURES), Clock())
    yield made
    made.close()


def test_start_page_has_base_tokens_and_a_request_to_copy(site: Site) -> None:
    page = start_page(site, "http://localhost:8080")
    assert "shop  http://localhost:8080/shop/v1" in page
    assert "demo ann peer readonly limited expired" in page
    assert "curl -H 'Authorization: Bearer demo' http://localhost:8080/shop/v1/shelves" in page
    assert "collide" not in page


def test_start_page_says_which_api_answers_at_its_prefix_only(tmp_path: Path) -> None:
    document = load_document()
    del document["components"]["schemas"]["Shelf"]["properties"]["colour"]
    (tmp_path / "other.yaml").write_text(json.dumps(document))
    two = Site([DOCUMENT, tmp_path / "other.yaml"], Settings(fixtures=FIXTURES), Clock())
    assert start_page(two, "http://x").count("collide") == 2
    two.close()


@pytest.mark.parametrize(
    ("token", "host", "told"),
    [
        (None, "127.0.0.1", "open to this machine"),
        (None, "0.0.0.0", "open to this machine only; --control-token opens it to others"),
        (None, "::", "open to this machine only; --control-token opens it to others"),
        ("s3cret", "0.0.0.0", "open to whoever has the control token"),
        ("s3cret", "127.0.0.1", "open to whoever has the control token"),
    ],
)
def test_start_page_says_who_may_use_the_control_plane(
    site: Site, token: str | None, host: str, told: str
) -> None:
    page = start_page(site, "http://x", tell_gate(Gate(token), host))
    assert f"console  http://x/_sandbox/  {told}" in page.splitlines()
    assert "s3cret" not in page


COMMAND = [
    sys.executable,
    "-m",
    "sandbox",
    "serve",
    str(DOCUMENT),
    "--fixtures",
    str(FIXTURES),
    "--port",
    "0",
    "--now",
    "2026-03-10T12:00:00Z",
]


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_process_says_when_it_is_ready_answers_and_stops_cleanly(
    stop: signal.Signals, tmp_path: Path
) -> None:
    state = f"sqlite:///{tmp_path}/a.db"
    process = subprocess.Popen(
        [*COMMAND, "--state", state], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout
    assert process.stderr
    try:
        lines = []
        for line in process.stdout:
            lines.append(line)
            if line.startswith("READY "):
                break
        ready = json.loads(lines[-1].removeprefix("READY "))
        assert ready["apis"] == {"shop": f"{ready['url']}/shop/v1"}
        assert any("Bearer demo" in line for line in lines)
        request = urllib.request.Request(
            f"{ready['url']}/v1/items/{LAMP}", headers={"Authorization": "Bearer demo"}
        )
        with urllib.request.urlopen(request, timeout=10) as response:
            assert json.load(response)["data"]["name"] == "Lamp"
            assert "Server" not in response.headers
    finally:
        process.send_signal(stop)
        rest, errors = process.communicate(timeout=20)
    assert (process.returncode, rest, errors) == (0, "", "")
