"""Credentials as the request log shows them: masked, but for the tokens of personas.

The tokens of a sandbox are no secret, but a real one may be sent by mistake.
"""

import re
from collections.abc import Iterable
from urllib.parse import parse_qsl, urlencode

SECRET = re.compile("authorization|cookie|token|secret|password|api[-_]?key", re.IGNORECASE)
SHOWN, LONG_ENOUGH = 4, 12  # the last characters of a credential that are shown, where it is long


def mask_headers(headers: Iterable[tuple[str, str]], persona: str = "") -> list[list[str]]:
    """Headers whose credentials are masked. persona: the one whose token may be shown."""
    return [[name, _mask_value(value, persona) if SECRET.search(name) else value] for name, value in headers]


def _mask_value(value: str, persona: str) -> str:
    """`Bearer …cret`; each value of a cookie by itself."""
    return "; ".join(_mask_part(part, persona) for part in value.split("; "))


def _mask_part(part: str, persona: str) -> str:
    start, sign, secret = part.rpartition("=") if "=" in part.rstrip("=") else part.rpartition(" ")
    return start + sign + mask(secret, persona)


def mask(secret: str, persona: str = "") -> str:
    """The end of a credential, or all of it where it is the token of the persona."""
    if persona and secret.partition(".")[0] == persona:
        return secret
    return f"…{secret[-SHOWN:]}" if len(secret) >= LONG_ENOUGH else "…" if secret else ""


def mask_query(query: bytes, persona: str = "") -> str:
    """A query string whose credentials are masked."""
    text = query.decode("latin-1")
    if not SECRET.search(text):
        return text
    pairs = parse_qsl(text, keep_blank_values=True)
    return urlencode(
        [(name, mask(value, persona) if SECRET.search(name) else value) for name, value in pairs]
    )
