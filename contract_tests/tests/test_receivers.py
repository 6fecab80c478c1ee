"""Events of a subscription that was made before the run are judged, where its receiver is named."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox import Sandbox

SECRET = "before-the-run"


@pytest.fixture
def port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        found: int = listener.getsockname()[1]
    return found


def judge(url: str, port: int, secret: str, report: Path) -> list[str]:
    """The verdicts on signatures."""
    command = [sys.executable, "-m", "sandbox", "test", "healthsync", "--url", url, "--report", str(report)]
    command += ["--webhook-port", str(port), "--select", "webhook.signed", "--token", "demo"]
    environment = {**os.environ, "SANDBOX_WEBHOOK_SECRET": secret}
    subprocess.run(command, capture_output=True, timeout=120, check=False, env=environment)
    rows = json.loads((report / "report.json").read_text("utf-8"))["laws"]
    return [row["verdict"] for row in rows if row["law"] == "webhook.signed"]


def test_signatures_of_a_subscription_made_before_are_judged_by_its_secret(tmp_path: Path, port: int) -> None:
    receiver = f"http://127.0.0.1:{port}/events"
    with Sandbox("healthsync", webhook_url=receiver, webhook_secret=SECRET) as sandbox:
        url = sandbox.base("healthsync")
        assert judge(url, port, SECRET, tmp_path / "right") == ["passed"]
        assert judge(url, port, "another", tmp_path / "wrong") == ["warned"]


def test_a_port_that_is_taken_is_said_in_one_line(port: int) -> None:
    command = [sys.executable, "-m", "sandbox", "test", "healthsync", "--url", "http://127.0.0.1:1/v1"]
    with socket.create_server(("", port)):
        done = subprocess.run(
            [*command, "--webhook-port", str(port)], capture_output=True, text=True, timeout=60, check=False
        )
    assert done.returncode == 2
    assert [f"--webhook-port {port}" in line for line in done.stderr.splitlines()] == [True]
