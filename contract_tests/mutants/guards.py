"""When a wire fault shows: words that every wire entry may have beside the fault's own parameters."""

from dataclasses import dataclass, fields
from typing import Any

from .exchanges import Memory, Request


@dataclass(frozen=True)
class Guard:
    """Conditions of which all must hold.

    given, lacking: query parameters that must be there, or not; when: query parameters and their values;
    sends, omits: fields that the JSON body must have, or not; after: operations that the caller has done,
    on the same record where both have one in their path; sent_as: the method of the client, such as HEAD.
    """

    given: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    when: tuple[tuple[str, str], ...] = ()
    sends: tuple[str, ...] = ()
    omits: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    sent_as: str = ""

    def lets(self, request: Request, memory: Memory) -> bool:
        """Whether the fault shows in this request."""
        return (
            self.sent_as in ("", request.sent_as)
            and self._matches_query(request)
            and self._matches_body(request)
            and self._follows(request, memory)
        )

    def _matches_query(self, request: Request) -> bool:
        names = {name for name, _ in request.query}
        return (
            names.issuperset(self.given)
            and names.isdisjoint(self.lacking)
            and all(request.asked(name) == value for name, value in self.when)
        )

    def _matches_body(self, request: Request) -> bool:
        if not self.sends and not self.omits:
            return True
        body = request.json()
        known = set(body) if isinstance(body, dict) else set()
        return known.issuperset(self.sends) and known.isdisjoint(self.omits)

    def _follows(self, request: Request, memory: Memory) -> bool:
        if not self.after:
            return True
        last = next(reversed(request.parameters.values()), None)
        below = (last,) if last is not None else ()
        return any(memory.done[request.world, operation, *below] for operation in self.after)


def read_guard(words: dict[str, Any]) -> tuple[Guard, dict[str, Any]]:
    """The guard that some words make, and the other words."""
    known = {field.name for field in fields(Guard)}
    guard = {name: _read_word(name, value) for name, value in words.items() if name in known}
    return Guard(**guard), {name: value for name, value in words.items() if name not in known}


def _read_word(name: str, value: Any) -> Any:
    if name == "when":
        return tuple((key, str(each)) for key, each in value.items())
    return value if name == "sent_as" else tuple(value)
