"""Chaos rules, kept beside the records."""

from .database import Database
from .statements import Statements


class KeptRules:
    """Keeps chaos rules."""

    _db: Database
    _statements: Statements

    def kept_rules(self) -> list[tuple[int, str, float, int, int]]:
        """The rules by number: number, words as JSON, when it ends, how often it was drawn for and struck."""
        rows = self._db.run(self._statements.select("rules"), {}).fetchall()
        return sorted(tuple(row) for row in rows)

    def keep_rule(self, number: int, words: str, ends: float, drawn: int, struck: int) -> None:
        """Keep a rule instead of what was kept of it before. Call it inside a transaction."""
        self.drop_rule(number)
        values = {"number": number, "words": words, "ends": ends, "drawn": drawn, "struck": struck}
        self._db.run(self._statements.insert("rules"), values)

    def drop_rule(self, number: int) -> None:
        """Remove a rule."""
        self._db.run(self._statements.delete("rules", "number"), {"number_": number})
        self._db.tell()
