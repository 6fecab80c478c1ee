"""The process: a socket, uvicorn, signals, and the start page in the terminal."""

import asyncio
import contextlib
import errno
import gc
import json
import os
import signal
import socket
import sys
import threading
from pathlib import Path
from typing import Any

import uvicorn

from .app import App
from .clock import Clock
from .control import ROOT as CONTROL
from .control import Gate, is_this_machine
from .curls import suggest_curl
from .problems import Unusable
from .protocol import Protocol
from .sites import Settings, Site
from .turnstile import Server

BACKLOG = 2048
OTHER_FILES = 100  # open files that are no connections of clients
# Time that running requests have to end after Ctrl-C or SIGTERM, in seconds.
GRACE = 1


def serve(
    documents: list[Path],
    settings: Settings,
    clock: Clock,
    *,
    host: str = "127.0.0.1",
    port: int = 8080,
    listener: socket.socket | None = None,
    door: socket.socket | None = None,
    cors: bool = True,
    gate: Gate | None = None,
) -> None:
    """Serve until Ctrl-C or SIGTERM. listener: a bound socket instead of one of host and port; door:
    one more, where other workers ask; gate: who may use the control plane, by default this machine.

    Raises Unusable when that cannot be.

    The line `READY {json}` says that requests are answered: the URL and the base of each API.
    """
    with contextlib.closing(listener or listen(host, port)) as listener:
        site = Site(documents, settings, clock)
        gate = gate or Gate()
        app = App(site, cors=cors, gate=gate)
        gc.freeze()  # what is made at the start stays: the collector need not look at it
        gc.enable()
        host, port = listener.getsockname()[:2]
        url = f"http://{f'[{host}]' if ':' in host else host}:{port}"
        Protocol.most = min(Protocol.most, allow_files(Protocol.most + OTHER_FILES) - OTHER_FILES)
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            backlog=BACKLOG,
            http=Protocol,
            ws="none",
            log_level="error",  # what clients send wrong is told to them
            timeout_graceful_shutdown=GRACE,
            lifespan="on",
        )
        # Who has a door of its own shares the listener with other workers.
        server = Server(config, shared=listener) if door else Server(config)
        with (
            contextlib.suppress(KeyboardInterrupt),
            asyncio.Runner(loop_factory=config.get_loop_factory()) as runner,
        ):
            runner.run(
                _run(
                    server,
                    [door or listener],
                    start_page(site, url, tell_gate(gate, host)),
                    describe(site, url),
                )
            )


async def _run(
    server: uvicorn.Server, sockets: list[socket.socket], page: str, ready: dict[str, Any]
) -> None:
    running = asyncio.create_task(server.serve(sockets))
    while not server.started and not running.done():
        await asyncio.sleep(0.005)
    if server.started:
        print(page, flush=True)
        print("READY " + json.dumps(ready), flush=True)
    await running


def listen(host: str, port: int) -> socket.socket:
    """A bound socket. Raises Unusable when the port is taken or the host is none of this machine's."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except (OSError, OverflowError, UnicodeError) as error:
        listener.close()
        if getattr(error, "errno", None) == errno.EADDRINUSE:
            raise Unusable(
                f"port {port} is in use; choose another with --port, or --port 0 for a free one"
            ) from error
        raise Unusable(f"cannot listen on {host}:{port}: {error}") from error
    return listener


def allow_files(wanted: int) -> int:
    """Let this process have so many open files if it may; returns how many it may have."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return wanted
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    limits = [limit for limit in (wanted, hard) if limit != resource.RLIM_INFINITY]
    if soft != resource.RLIM_INFINITY and soft < min(limits):
        soft = min(limits)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return wanted if soft == resource.RLIM_INFINITY else soft


def describe(site: Site, url: str) -> dict[str, Any]:
    """What a program must know of a sandbox: its URL, and the base URL and the tokens of each API."""
    return {
        "url": url,
        "apis": {api.name: url + api.prefix for api in site.apis},
        "tokens": {api.name: site.personas(api) for api in site.apis},
    }


def tell_gate(gate: Gate, host: str) -> str:
    """Who may use the control plane of a sandbox that listens on a host."""
    if gate.guarded:
        return "open to whoever has the control token"
    if is_this_machine(host):
        return "open to this machine"
    return "open to this machine only; --control-token opens it to others"


def start_page(site: Site, url: str, control: str = "open to this machine") -> str:
    """What the user sees first: base URLs, tokens and a curl to copy for each API; who may control it."""
    lines = []
    for api in site.apis:
        lines += ["", f"{api.name}  {url}{api.prefix}"]
        if [api] != site.bases.get(api.path) and api not in site.bases.get(api.path, []):
            lines.append("  answers only there: its documented paths collide with another document's")
        secured = any(operation.security for operation in api.operations)
        tokens = (
            " ".join(site.personas(api)) if secured else "none needed: the document asks for no credential"
        )
        lines += [f"  tokens  {tokens}", f"  try     {suggest_curl(api, url)}"]
    return "\n".join([*lines, "", f"console  {url}{CONTROL}/  {control}", "", "Stop with Ctrl-C."])


def stop_at_once() -> None:
    """Let SIGTERM end the process like Ctrl-C while it still starts."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def stop_at_end_of_input() -> None:
    """End the process like SIGTERM when its standard input ends, as it does when who started it dies."""

    def wait() -> None:
        while os.read(sys.stdin.fileno(), 1 << 16):  # no lock, which the end of the process would want
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, daemon=True).start()
