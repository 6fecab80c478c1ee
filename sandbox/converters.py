"""Texts of options, read: each raises ArgumentTypeError that says what was expected."""

import argparse
from datetime import datetime
from pathlib import Path

from .clock import read_instant

MOST_WORKERS = 64
MOST_KEPT = 1_000_000


def events(text: str) -> list[tuple[str, str]]:
    """Pairs of API and event."""
    pairs = [part.strip().partition(":") for part in text.split(",")]
    if not all(api and event for api, _, event in pairs):
        raise argparse.ArgumentTypeError(f"{text!r}: expected API:EVENT, such as healthsync:share.created")
    return [(api, event) for api, _, event in pairs]


def port(text: str) -> int:
    """A port."""
    if not (text.isascii() and text.isdigit() and int(text) < 65536):
        raise argparse.ArgumentTypeError(f"{text!r} is no port; expected 0 to 65535")
    return int(text)


def count(text: str) -> int:
    """How many entries."""
    if not (text.isascii() and text.isdigit() and int(text) <= MOST_KEPT):
        raise argparse.ArgumentTypeError(f"{text!r} is no number; expected 0 to {MOST_KEPT}")
    return int(text)


def workers(text: str) -> int:
    """How many processes."""
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= MOST_WORKERS):
        raise argparse.ArgumentTypeError(f"{text!r} is no number; expected 1 to {MOST_WORKERS}")
    return int(text)


def instant(text: str) -> datetime:
    """An instant that the clock can start at."""
    try:
        found = read_instant(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no instant; expected one like 2026-01-31T12:00:00Z"
        ) from None
    if not 1970 < found.year < 9000:  # demo data lies years before, and the clock goes on
        raise argparse.ArgumentTypeError(f"{text!r} is not between the years 1970 and 9000")
    return found


def folder(text: str) -> Path:
    """A folder that is there."""
    if not Path(text).is_dir():
        raise argparse.ArgumentTypeError(f"{text!r} is no folder")
    return Path(text)
