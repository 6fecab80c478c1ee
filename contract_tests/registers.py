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

    def blame(self, law: str, *places: Sequence[str]) -> tuple[str, ...]:
        """The requirements that the law verifies, at the first of the places that names any.

        Parameters: law, its name; places, the ids in `x-requirements`, the most specific place first.
        """
        for ids in places:
            found = [key for key in ids if not self.requirements or self.verifies(law, key)]
            if found:
                return tuple(dict.fromkeys(found))
        return ()

    def verifies(self, law: str, key: str) -> bool:
        """Whether the register says that the law verifies the requirement."""
        return key in self.requirements and law in self.requirements[key].laws

    def level(self, ids: Sequence[str]) -> str:
        """MUST where any of the requirements is one, or where there is no register; else SHOULD."""
        if not self.requirements:
            return "MUST"
        return "MUST" if any(self.requirements[key].level == "MUST" for key in ids) else "SHOULD"
