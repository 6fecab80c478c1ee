"""The register of an API's requirements, and which of them a violation breaks."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "requirements"
LEVELS = ("MUST", "SHOULD", "INFO")


@dataclass(frozen=True)
class Requirement:
    """One numbered statement of a source: its wording, level and section, and the laws that verify it.

    `why` says why no law does.
    """

    id: str
    level: str
    section: str
    text: str
    laws: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True)
class Register:
    """All requirements of an API, by id. A document without a register has none."""

    api: str = ""
    requirements: dict[str, Requirement] = field(default_factory=dict)

    @classmethod
    def load(cls, api: str) -> "Register":
        """The register of one of the shipped APIs; an empty one for any other."""
        file = FOLDER / f"{api}.yaml"
        if not file.is_file():
            return cls()
        document: dict[str, Any] = yaml.safe_load(file.read_text("utf-8"))
        reasons = {row["id"]: row["why"] for row in document.get("left_out", ())}
        rows = [
            Requirement(**{"why": reasons.get(row["id"], "")} | row | {"laws": tuple(row.get("laws", ()))})
            for row in document["requirements"]
        ]
        return cls(api, {row.id: row for row in rows})

    def blame(self, law: str, *places: Sequence[str], subject: str = "") -> tuple[str, ...]:
        """The requirements that the law verifies, at the first of the places that names any.

        Parameters: law, its name; places, the ids in `x-requirements`, the most specific place
        first; subject,
        what of the operation is judged: a row may name a law for one subject only, as `sort.ascending[name]`.
        """
        for ids in places:
            found = [key for key in ids if not self.requirements or self.verifies(law, key, subject)]
            if found:
                return tuple(dict.fromkeys(found))
        return ()

    def verifies(self, law: str, key: str, subject: str = "") -> bool:
        """Whether the register says that the law, on that subject, verifies the requirement."""
        laws = self.requirements[key].laws if key in self.requirements else ()
        return law in laws or f"{law}[{subject}]" in laws

    def level(self, ids: Sequence[str], operation: Sequence[str] = ()) -> str:
        """MUST where any of the requirements is one, or where there is no register; else SHOULD.

        Parameters: operation, the ids of the operation itself. One that no statement of the source names is
        inferred, and so is everything about it.
        """
        if not self.requirements:
            return "MUST"
        inferred = bool(operation) and not self._has_must(operation)
        return "MUST" if self._has_must(ids) and not inferred else "SHOULD"

    def _has_must(self, ids: Sequence[str]) -> bool:
        return any(key in self.requirements and self.requirements[key].level == "MUST" for key in ids)
