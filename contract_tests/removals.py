"""Removals: what the ledger has is undone, as long as the server answers."""

import json

from contract_tests.ledger import Entry
from contract_tests.sessions import Session
from contract_tests.transport import Unreachable

SILENCES = 3  # undoings in a row that are not answered, before the server is left alone


class Removals:
    """Undoes entries of the ledger.

    Parameters: session. `silences` counts the undoings in a row that were not answered.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.silences = 0

    def undo(self, entry: Entry) -> None:
        """Undo one entry of the ledger; it stays open where the server does not do it."""
        if entry.undo is None:
            entry.state = "left" if entry.state == "done" else entry.state
        elif self.session.has(entry.role) or not self.session.has("owner"):
            method, path, body = entry.undo
            content = None if body is None else json.dumps(body).encode()
            fields = {} if body is None else {"Content-Type": "application/json"}
            status = self._ask(method, self.session.target.url + path, content, fields, entry.role)
            if 200 <= status < 300 or status in (404, 410):
                entry.state = "undone"
        self.session.ledger.note(entry)

    def _ask(self, method: str, url: str, content: bytes | None, fields: dict[str, str], role: str) -> int:
        """The status of the answer; 0 for none."""
        if self.silent:
            return 0
        try:
            status = self.session.request(method, url, None, content, fields, role=role).status
            self.silences = 0
        except Unreachable:
            self.silences, status = self.silences + 1, 0
        return status

    @property
    def silent(self) -> bool:
        """Whether the server was silent so often, one time after the other, that it is left alone."""
        return self.silences >= SILENCES
