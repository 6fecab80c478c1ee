"""Strands: what lets time pass does so beside the rest of the run, one after the other, in one thread."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from greenlet import getcurrent, greenlet

from contract_tests.makers import Maker


@dataclass
class _Strand:
    run: Any  # a greenlet, which has no types
    due: float = 0.0
    history: list[Any] = field(default_factory=list)
    made: list[Any] = field(default_factory=list)


class Strands:
    """Jobs of which one goes on where another one pauses (`Session.pause`).

    Each has a history and a list of made records of its own. Parameters: maker.
    """

    def __init__(self, maker: Maker) -> None:
        self.maker, self.session = maker, maker.session
        self._open: list[_Strand] = []
        self._hub = getcurrent()
        self.session.pause = self._pause

    def start(self, job: Callable[[], None]) -> None:
        """Run a job until it pauses for the first time."""
        self._open.append(_Strand(greenlet(job)))
        self._resume(self._open[-1])

    def resume(self) -> None:
        """Let go on all whose pause is over."""
        for strand in list(self._open):
            if strand.due <= time.monotonic():
                self._resume(strand)

    def finish(self) -> None:
        """Wait until all have ended. Raises TimeOver."""
        while self._open:
            due = min(row.due for row in self._open)
            self.session.clock.sleep(max(0.0, due - time.monotonic()))
            self.resume()

    def end(self) -> None:
        """End those that still pause; what they have changed is put back."""
        for strand in self._open:
            strand.run.throw()
        self.session.pause = self.session.clock.sleep

    def _resume(self, strand: _Strand) -> None:
        session, maker = self.session, self.maker
        outer = session.history, maker.made
        session.history, maker.made = strand.history, strand.made
        session.snapshots.clear()  # time has passed
        try:
            due = strand.run.switch()
        finally:
            strand.history, strand.made = session.history, maker.made
            session.history, maker.made = outer
        if strand.run.dead:
            self._open.remove(strand)
            maker.made += strand.made
        else:
            strand.due = due

    def _pause(self, seconds: float) -> None:
        if getcurrent() is self._hub:
            self.session.clock.sleep(seconds)
        else:
            self._hub.switch(time.monotonic() + seconds)
