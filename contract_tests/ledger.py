"""What a run has created or changed, written down before it happens, so that all of it can be undone."""

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TextIO

from contract_tests.problems import Unusable

Json = Any
Undo = tuple[str, str, Json]


@dataclass
class Entry:
    """One change: planned before its request is sent, done when its answer is known, undone at the end.

    `undo` is a method, a path below the base URL and a body; None where the document offers no way.
    `mark` is the text by which a record can be found whose creation was never answered, in the lists of the
    parents that `path` names.
    """

    number: int
    operation: str
    role: str
    mark: str = ""
    state: str = "planned"  # planned, done, undone, refused or left
    key: str = ""
    undo: Undo | None = None
    inherits: int | None = None  # number of the entry whose undoing undoes this one too
    path: dict[str, Json] = field(default_factory=dict)


@dataclass
class Ledger:
    """Entries of a run, in a file of one JSON object per line; the last line of a number counts.

    Parameters: file, where it is kept (None: in memory only); about, what is noted on the first line:
    api, base URL and run id, and never a credential.
    """

    file: Path | None
    about: dict[str, str]
    entries: list[Entry] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._stream: TextIO | None = None

    def begin(self) -> None:
        """Make sure, before anything is changed, that it can be noted. Raises Unusable."""
        if self.file is not None and self._stream is None:
            self._stream = self._open(self.file)

    def _open(self, file: Path) -> TextIO:
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
            stream = os.fdopen(handle, "a", encoding="utf-8")
            os.truncate(file, _whole(file.read_bytes()))
        except OSError as error:
            raise Unusable(
                f"{file}: the ledger cannot be written ({error.strerror}); --report DIR keeps it there"
            ) from None
        if not file.stat().st_size:
            stream.write(json.dumps(self.about) + "\n")
            stream.flush()
        return stream

    def plan(
        self,
        operation: str,
        role: str,
        mark: str = "",
        undo: Undo | None = None,
        path: dict[str, Json] | None = None,
    ) -> Entry:
        """Note a change that is about to be asked for; it is in the file when this returns."""
        entry = Entry(len(self.entries), operation, role, mark, undo=undo, path=path or {})
        self.entries.append(entry)
        self.note(entry)
        return entry

    def note(self, entry: Entry) -> None:
        """Write down the present state of an entry."""
        self._write(asdict(entry))

    def _write(self, row: dict[str, Json]) -> None:
        self.begin()
        if self._stream is not None:
            self._stream.write(json.dumps(row) + "\n")
            self._stream.flush()

    def open(self) -> Iterator[Entry]:
        """The entries that are still to be undone, the newest first."""
        return (row for row in reversed(self.entries) if row.state in ("planned", "done"))

    def remaining(self) -> list[Entry]:
        """The entries that were not undone: what they changed may still be there."""
        return [row for row in self.entries if row.state in ("planned", "done", "left")]

    def close(self) -> None:
        """Close the file; it is removed when nothing remains that a clean-up could undo."""
        if self._stream is not None:
            self._stream.close()
        if self.file is not None and not any(True for _ in self.open()):
            with suppress(OSError):
                self.file.unlink()

    @classmethod
    def load(cls, file: Path) -> "Ledger":
        """The ledger of an earlier run; it goes on in the same file. Raises Unusable.

        A last line that was not finished is left out: its request was not sent.
        """
        try:
            content = file.read_bytes()
            rows = [json.loads(line) for line in content[: _whole(content)].decode("utf-8").splitlines()]
            about = {name: str(rows[0][name]) for name in ("api", "url", "run")}
            entries = {row["number"]: _read(row) for row in rows[1:]}
        except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
            raise Unusable(f"{file}: not a ledger of a run ({' '.join(repr(error).split())})") from None
        return cls(file, about, [entries[number] for number in sorted(entries)])


def _whole(content: bytes) -> int:
    """The length of the lines that are whole: a run that was killed may have left half of one."""
    return content.rfind(b"\n") + 1


def _read(row: dict[str, Json]) -> Entry:
    entry = Entry(**row)
    if entry.undo is not None:
        method, path, body = entry.undo
        if method not in ("DELETE", "PATCH", "PUT", "POST") or not str(path).startswith("/"):
            raise ValueError(f"{method} {path} undoes nothing")
        entry.undo = (method, str(path), body)
    return entry
