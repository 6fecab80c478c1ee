"""What every endpoint needs to know: the server that it belongs to and who is calling."""

import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from flask import current_app, g

from contract_tests.peers.healthsync.choices import Choices
from contract_tests.peers.healthsync.rows import Record, Row
from contract_tests.peers.healthsync.store import Store

R = TypeVar("R", bound=Row)
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Refusal(Exception):
    """A request that is answered with the document's error body (HS-25)."""

    def __init__(self, status: int, message: str, details: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.details = details or {}


@dataclass
class Peer:
    """One server: its choices, its bug, its rows and the one lock around them."""

    choices: Choices
    bug: str | None
    store: Store
    lock: threading.RLock = field(default_factory=threading.RLock)
    used: dict[str, tuple[int, int]] = field(default_factory=dict)


def peer() -> Peer:
    """The server that answers the current request."""
    return cast(Peer, current_app.extensions["peer"])


def caller() -> str:
    """The account of the current request's token (HS-04)."""
    return cast(str, g.account)


def find(kind: type[R], row_id: str, name: str, foreign: bool = False) -> R:
    """The caller's own row with this id, or a refusal (HS-33).

    Args:
        kind: the class of the row.
        row_id: its id, as in the path.
        name: what to call it in the error.
        foreign: whether the row of another user will do.
    """
    here = peer()
    if here.choices.unusual and not UUID.fullmatch(row_id):
        raise Refusal(here.choices.malformed_id, f"{name}: this is no id")
    row = here.store.find(kind, row_id)
    if row is None:
        raise Refusal(404, f"{name} not found")
    if row.owner != caller() and not foreign:
        # Where it is 404, the text must not tell that somebody else has such a row.
        status = here.choices.foreign_row
        raise Refusal(status, f"{name} not found" if status == 404 else f"{name} of another user")
    return row


def own_records(ids: Sequence[Any]) -> bool:
    """Whether each id is that of a document of the caller which is not deleted.

    Args:
        ids: the ids.
    """
    rows = [peer().store.find(Record, each) for each in ids]
    return all(row is not None and row.owner == caller() and not row.deleted for row in rows)
