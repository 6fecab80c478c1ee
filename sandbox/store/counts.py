"""Counts of records that are remembered, and follow the writes to their world."""

from collections.abc import Callable

from ..filters import Condition

MOST = 10_000  # counts of all worlds
MOST_FOLLOWED = 8  # of a collection, the latest; a write asks the database once or twice for each

Question = tuple[tuple[str, ...], tuple[Condition, ...]]  # whose records, and which of them


class Counts:
    """Remembers counts by world and collection, so that a write of one costs the others nothing."""

    def __init__(self, followed: int = MOST_FOLLOWED) -> None:
        """followed: how many of a collection follow a write to it."""
        self._followed = followed
        self._known: dict[str, dict[str, dict[Question, int]]] = {}
        self._size = 0
        self._changed: set[str] = set()

    def get(self, world: str, collection: str, question: Question, count: Callable[[], int]) -> int:
        """The answer to a question about a collection. count: finds it when it is not known."""
        try:
            return self._known[world][collection][question]
        except KeyError:
            if self._size >= MOST:
                self.clear()
            answer = count()
            self._known.setdefault(world, {}).setdefault(collection, {})[question] = answer
            self._size += 1
            return answer

    def follow(self, world: str, collection: str, by: int, count: Callable[[Question], int]) -> None:
        """Records were written, or are about to be. by: 1 for what there is now, -1 for what is not to stay;
        count: how many of them an answer counts. Older answers are forgotten.
        """
        self._changed.add(world)
        known = self._known.get(world, {}).get(collection, {})
        for question in list(known)[: max(0, len(known) - self._followed)]:
            del known[question]
            self._size -= 1
        found = {question: count(question) for question in known}
        for question, number in found.items():
            known[question] += by * number

    def forget(self, world: str) -> None:
        """Much was written to a world."""
        self._changed.add(world)
        self._size -= sum(map(len, self._known.pop(world, {}).values()))

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
        self._size = 0
