"""Signals: the end of the time, where nothing else looks at the clock, and requests to stop."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from contract_tests.transport import Clock, TimeOver


@contextmanager
def alarm(seconds: float) -> Iterator[None]:
    """Raise TimeOver in the block after so many seconds; without effect where there is no such signal."""
    if seconds == float("inf") or not hasattr(signal, "setitimer") or not _may_handle():
        yield
        return

    def ring(*_: object) -> None:
        raise TimeOver

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, max(seconds, 0.001))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def terminable() -> Iterator[None]:
    """Let SIGTERM end the block as Ctrl-C does, so that it cleans up."""
    if not _may_handle():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def interruptible(clock: Clock) -> Iterator[None]:
    """Let Ctrl-C and SIGTERM end the block, also where Python loses what a signal raises.

    It does so in the middle of collecting garbage, for one; the next request then raises it again.
    """
    if not _may_handle():
        yield
        return

    def stop(*_: object) -> None:
        clock.interrupted = True
        raise KeyboardInterrupt

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        clock.interrupted = False
        for number, handler in before.items():
            signal.signal(number, handler)


def _may_handle() -> bool:
    return threading.current_thread() is threading.main_thread()
