"""A sandbox process to test against."""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from sandbox.processes import spawn

ROOT = Path(__file__).parents[2]
NOW = "2026-06-01T12:00:00Z"


def start(*arguments: str, folder: Path = ROOT) -> AbstractContextManager[dict[str, Any]]:
    """What the ready line of `sandbox serve --port 0 …` says; the process ends with the context.

    Raises Unusable, with what the process wrote.
    """
    return spawn(arguments, folder)
