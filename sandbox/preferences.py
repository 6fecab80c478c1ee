"""The Prefer header (RFC 7240): a forced status, a delay."""

import math
import re
from dataclasses import dataclass

LONGEST_WAIT = 60.0
STATUS = re.compile(r"[0-9]{3}")


@dataclass(frozen=True, slots=True)
class Preferences:
    """code: the status to answer with; wait: seconds before the answer."""

    code: int | None = None
    wait: float = 0.0


NONE = Preferences()


def read_preferences(header: str | None) -> Preferences:
    """The preferences that we know; others, and values that make no sense, are ignored (RFC 7240 §2).

    Of a preference that is there twice the first one counts.
    """
    if not header:
        return NONE
    pairs = (part.partition(";")[0].strip().partition("=") for part in reversed(header.split(",")))
    values = {name.strip().lower(): value.strip().strip('"') for name, _, value in pairs}
    code = values.get("code", "")
    return Preferences(int(code) if STATUS.fullmatch(code) else None, _read_wait(values.get("wait", "")))


def _read_wait(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        return 0.0
    return min(max(seconds, 0.0), LONGEST_WAIT) if math.isfinite(seconds) else 0.0
