"""What can be wrong with a request, as data: one exception, a closed set of kinds.

    unreadable      the bytes cannot be read: not JSON, not UTF-8, broken multipart
    invalid         read, but against the document
    unauthenticated no credential, or none that is valid
    invalid_token   a credential that is not valid, where an API tells that apart
    unsubscribed    the account is not subscribed, where an API tells that from forbidden
    forbidden       the credential lacks a scope
    foreign         the record belongs to another owner
    missing         no such path or record
    not_allowed     the path has no such method
    not_acceptable  no media type that the client accepts
    conflict        against the state: a duplicate, or a record in use
    too_large       the body is over the limit
    unsupported     the media type of the body is not one of the document
    rate_limited    the credential's quota is used up
    failed          a fault of the server
    unavailable     the store cannot be reached

Each document maps every kind to a status and a code (`x-sandbox.errors.kinds`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

ROOT = "#"  # the first step of a rule that starts at the root of the document


@dataclass(frozen=True, slots=True)
class Fault:
    """One part of a request that was refused.

    location: query, path, header or body; pointer: a JSON pointer into the body, else the name of
    the parameter; message: what is wrong and what was expected. The rest is for the request log.
    rule: steps to the violated keyword from where the document declares the parameter or the body, or from
    ROOT; value: what was received; nearest: what would have been valid; expected: where no keyword says it.
    """

    location: str
    pointer: str
    message: str
    rule: tuple[str | int, ...] = field(default=(), compare=False)
    value: Any = field(default=None, compare=False)
    nearest: Any = field(default=None, compare=False)
    expected: str = field(default="", compare=False)

    @property
    def field(self) -> str:
        """The dotted name of the part: `settings.visibility`."""
        return self.pointer.lstrip("/").replace("/", ".").replace("~1", "/").replace("~0", "~")

    def __str__(self) -> str:
        return f"{self.location} {self.field}".strip() + f": {self.message}"


@dataclass
class Problem(Exception):
    """A request that cannot be served, or a server that cannot serve it.

    faults: what the answer names; clues: what only the request log tells.
    """

    kind: str
    message: str
    faults: Sequence[Fault] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    clues: Sequence[Fault] = ()

    def __str__(self) -> str:
        return self.message


def refuse(faults: Sequence[Fault]) -> Problem:
    """The problem `invalid` that names every fault."""
    return Problem("invalid", "; ".join(map(str, faults)), faults)


class Unusable(Exception):
    """Something the user gave at start (a document, fixtures, a state) cannot be used."""
