"""What must not be shown: credentials, by the name of their field, by their form or because we know them."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import quote

Json = Any
HIDDEN = "$SECRET"
LONGEST = 2_000_000  # characters that are read as JSON; of more only the beginning is shown anyway
PUBLIC = {"demo", "owner", "peer", "readonly", "limited", "expired"}  # words of every report
SHORT = 8  # characters of a secret that may be a part of other words
LONG = 16  # characters of a secret whose half gives it away
DIRTY = r"token|passw|secret|authorization|api[-_ ]?key|cookie"
NAME = re.compile(DIRTY, re.IGNORECASE)
# The bounds keep each pattern linear: a hostile body must not stall the report.
PATTERNS = {
    rf'("[^"\\]{{0,60}}(?:{DIRTY})[^"\\]{{0,60}}"\s{{0,9}}:\s{{0,9}}")(?:[^"\\]|\\.)*': rf"\1{HIDDEN}",
    rf"('[^'\\]{{0,60}}(?:{DIRTY})[^'\\]{{0,60}}'\s{{0,9}}:\s{{0,9}}')(?:[^'\\]|\\.)*": rf"\1{HIDDEN}",
    rf"((?:^|[?&\s;'\"])[\w.\[\]-]{{0,60}}(?:{DIRTY})[\w.\[\]-]{{0,60}}=)[^&\s;'\"#]+": rf"\1{HIDDEN}",
    rf'(\bname="[^"]{{0,60}}(?:{DIRTY})[^"]{{0,60}}"(?:\r?\n.+){{0,3}}\r?\n\r?\n)[^\r\n]+': rf"\1{HIDDEN}",
    r"\beyJ[\w-]{5,4000}\.[\w-]{5,4000}(?:\.[\w-]*)?": HIDDEN,  # a JSON Web Token
    r"(?<=://)[^/@\s'\"?#]{1,200}@": "",  # the user of a URL
}
COMPILED = [(re.compile(pattern, re.IGNORECASE), text) for pattern, text in PATTERNS.items()]


def hide(text: str) -> str:
    """A text without credentials: values of telling names, JSON Web Tokens, and users in URLs."""
    if text.lstrip()[:1] in ("[", "{") and len(text) <= LONGEST:
        text = _hide_json(text)
    for pattern, replacement in COMPILED:
        text = pattern.sub(replacement, text)
    return text


def _hide_json(text: str) -> str:
    try:
        value = json.loads(text)
        clean = hide_values(value)
        return text if clean == value else json.dumps(clean, ensure_ascii=False)
    except (ValueError, RecursionError):
        return text


def hide_values(value: Json, within: bool = False) -> Json:
    """JSON without the texts under telling names, such as token or password.

    Parameters: within, whether the value itself is under such a name.
    """
    if isinstance(value, dict):
        return {key: hide_values(row, within or is_telling(str(key))) for key, row in value.items()}
    if isinstance(value, list | tuple):
        return [hide_values(row, within) for row in value]
    return HIDDEN if within and isinstance(value, str) and value else value


def is_telling(name: str) -> bool:
    """Whether a field, parameter or header of that name holds a credential."""
    return NAME.search(name) is not None


def hide_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers without the values of telling names."""
    return {name: HIDDEN if is_telling(name) else text for name, text in headers.items()}


@dataclass(frozen=True)
class Redactor:
    """Takes the credentials of a run out of any text.

    Parameters: known, what is shown instead of each of them, such as $TOKEN.
    """

    known: Mapping[str, str] = field(default_factory=dict, repr=False)

    def __call__(self, text: str) -> str:
        """The text without credentials."""
        if not text:
            return text
        text = hide(text)
        for pattern, shown in self._patterns:
            text = pattern.sub(shown, text)
        return text

    @cached_property
    def _patterns(self) -> list[tuple[re.Pattern[str], str]]:
        """How each credential may be written, the longest first, and what is shown instead."""
        secrets = [text for text in sorted(self.known, key=len, reverse=True) if text and text not in PUBLIC]
        return [(re.compile(form), self.known[text]) for text in secrets for form in _find_forms(text)]


def _find_forms(secret: str) -> Iterator[str]:
    for form in dict.fromkeys([secret, quote(secret, safe=""), json.dumps(secret)[1:-1]]):
        pattern = re.escape(form)
        if len(secret) < SHORT:
            pattern = rf"(?<![\w-]){pattern}(?![\w-])"
        if len(secret) >= LONG:  # laws send damaged tokens too
            pattern = re.escape(form[: len(form) // 2]) + r"[\w.~+/=%-]*"
        yield pattern
