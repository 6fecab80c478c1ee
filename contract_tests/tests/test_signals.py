"""Ctrl-C ends a run even where Python loses what a signal raises."""

import os
import signal
from contextlib import suppress

import pytest

from contract_tests.signals import interruptible
from contract_tests.transport import Clock


def interrupt(number: int) -> None:
    os.kill(os.getpid(), number)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signal_ends_the_block(number: int) -> None:
    with pytest.raises(KeyboardInterrupt), interruptible(Clock()):
        interrupt(number)


def test_signal_that_was_lost_is_raised_by_the_next_request() -> None:
    clock = Clock()

    def run() -> None:
        with interruptible(clock):
            with suppress(KeyboardInterrupt):  # as Python does while it collects garbage
                interrupt(signal.SIGINT)
            clock.pace()

    with pytest.raises(KeyboardInterrupt):
        run()


def test_clean_up_after_it_may_send_again() -> None:
    clock = Clock()
    with pytest.raises(KeyboardInterrupt), interruptible(clock):
        interrupt(signal.SIGINT)
    clock.pace()
