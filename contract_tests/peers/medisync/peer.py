"""The server object that the request handlers reach through `peer()`."""

from threading import RLock
from typing import NamedTuple, cast

from flask import Flask, Response, current_app, g

from contract_tests.peers.medisync.choices import Choices
from contract_tests.peers.medisync.world import Row, World


class Caller(NamedTuple):
    """Who sends a request, and what this credential allows."""

    user_id: str
    bucket: str
    requests: int
    uploads: int
    writes: bool


class Peer(Flask):
    """A Flask application with its own rows behind one lock."""

    def __init__(self, choices: Choices, bug: str | None) -> None:
        super().__init__("medisync", static_folder=None)
        self.lock = RLock()
        self.choices = choices
        self.bug = bug
        self.world = World(choices.first_status, choices.typed_ids)
        self.windows: dict[str, tuple[int, int]] = {}
        self.first_reads: dict[str, Row] = {}
        self.removed_recordings: list[tuple[str, Row]] = []

    def full_dispatch_request(self) -> Response:
        """Handle one request at a time."""
        with self.lock:
            return super().full_dispatch_request()


def peer() -> Peer:
    """The server that handles the current request."""
    return cast(Peer, current_app)


def caller() -> Caller:
    """The sender of the current request."""
    return cast(Caller, g.caller)


def bug(name: str) -> bool:
    """Whether the server was started with this bug."""
    return peer().bug == name
