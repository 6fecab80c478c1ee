"""The Prefer header (RFC 7240), or its stand-in in the query: a forced status or example, a delay."""

import math
import re
from collections.abc import Collection
from dataclasses import dataclass

LONGEST_WAIT = 60.0
STATUS = re.compile(r"[0-9]{3}")
STAND_INS = {"__code": "code", "__wait": "wait", "__example": "example"}  # for clients that set no headers

Query = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Preferences:
    """code: the status to answer with; wait: seconds before the answer; example: the name of one."""

    code: int | None = None
    wait: float = 0.0
    example: str | None = None

    @property
    def forces(self) -> bool:
        """Whether the answer is not to be that of the operation."""
        return self.code is not None or self.example is not None

    def __str__(self) -> str:
        parts = {"code": self.code, "example": self.example}
        return ", ".join(f"{name}={value}" for name, value in parts.items() if value is not None)


NONE = Preferences()


def split_query(query: Query, declared: Collection[str]) -> tuple[Query, Query]:
    """The query without the stand-ins for Prefer, and these. declared: the parameters of the operation."""
    special = [pair for pair in query if pair[0] in STAND_INS and pair[0] not in declared]
    return [pair for pair in query if pair not in special], special


def read_preferences(header: str | None, stand_ins: Query | None = None) -> Preferences:
    """The preferences that we know; others, and values that make no sense, are ignored (RFC 7240 §2).

    Of a preference that is there twice the first one counts, and the header before the query.
    """
    if not header and not stand_ins:
        return NONE
    parts = (part.partition(";")[0].strip().partition("=") for part in (header or "").split(","))
    pairs = [(name.strip().lower(), value.strip().strip('"')) for name, _, value in parts]
    pairs += [(STAND_INS[name], value) for name, value in stand_ins or ()]
    values = dict(reversed(pairs))
    code = values.get("code", "")
    return Preferences(
        int(code) if STATUS.fullmatch(code) else None,
        _read_wait(values.get("wait", "")),
        values.get("example") or None,
    )


def _read_wait(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        return 0.0
    return min(max(seconds, 0.0), LONGEST_WAIT) if math.isfinite(seconds) else 0.0
