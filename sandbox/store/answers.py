"""Answers about collections that are remembered, and follow the writes to their world."""

from collections.abc import Callable, Hashable
from typing import Any

MOST = 10_000  # answers of all worlds; those that are lists take the room of so many:
ROOM = 64
MOST_FOLLOWED = 8  # of a collection, the latest; a write asks the database once or twice for each
MOST_TEXTS = 100  # of all worlds
LONGEST_TEXT = 64 << 10  # bytes


class Answers:
    """Remembers answers by world and collection, so that a write of one costs the others nothing."""

    def __init__(self, followed: int = MOST_FOLLOWED) -> None:
        """followed: how many of a collection follow a write to it."""
        self._followed = followed
        self._known: dict[str, dict[str, dict[Hashable, Any]]] = {}
        self._size = 0
        self._changed: set[str] = set()
        self._texts: dict[tuple[str, str], dict[Hashable, bytes]] = {}
        self._text_count = 0

    def get(self, world: str, collection: str, question: Hashable, find: Callable[[], Any]) -> Any:
        """The answer to a question about a collection. find: finds it when it is not known."""
        try:
            return self._known[world][collection][question]
        except KeyError:
            if self._size >= MOST:
                self.clear()
            answer = find()
            self._known.setdefault(world, {}).setdefault(collection, {})[question] = answer
            self._size += _measure(answer)
            return answer

    def text(self, world: str, collection: str, question: Hashable, find: Callable[[], bytes]) -> bytes:
        """A text of records, which is remembered until one of the collection is written."""
        known = self._texts.get((world, collection), {})
        text = known.get(question)
        if text is None:
            text = find()
            if len(text) <= LONGEST_TEXT:
                self._remember(world, collection, question, text)
        return text

    def _remember(self, world: str, collection: str, question: Hashable, text: bytes) -> None:
        if self._text_count >= MOST_TEXTS:
            self._texts.clear()
            self._text_count = 0
        self._texts.setdefault((world, collection), {})[question] = text
        self._text_count += 1

    def follow(self, world: str, collection: str, change: Callable[[Hashable, Any], Any]) -> None:
        """A record was written, or is about to be. change: makes the new answer to a question of the known
        one; older answers are forgotten.
        """
        self._changed.add(world)
        self._text_count -= len(self._texts.pop((world, collection), ()))
        known = self._known.get(world, {}).get(collection)
        if not known:
            return
        for question in list(known)[: max(0, len(known) - self._followed)]:
            self._size -= _measure(known.pop(question))
        known |= {question: change(question, answer) for question, answer in known.items()}

    def forget(self, world: str) -> None:
        """Much was written to a world."""
        self._changed.add(world)
        for place in [place for place in self._texts if place[0] == world]:
            self._text_count -= len(self._texts.pop(place))
        for known in self._known.pop(world, {}).values():
            self._size -= sum(map(_measure, known.values()))

    def keep(self) -> None:
        """What was written stays."""
        self._changed.clear()

    def undo(self) -> None:
        """What was written does not stay."""
        for world in list(self._changed):
            self.forget(world)

    def clear(self) -> None:
        """Forget all."""
        self._known.clear()
        self._texts.clear()
        self._size = self._text_count = 0


def _measure(answer: Any) -> int:
    return ROOM if isinstance(answer, list) else 1
