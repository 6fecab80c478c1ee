"""Which mutants prove which law, read from the rows alone."""

from pathlib import Path

import yaml

FOLDER = Path(__file__).parent / "mutants" / "rows"


def proofs() -> dict[str, list[str]]:
    """By law, the mutants that it must find: `<id>: what is wrong`."""
    found: dict[str, list[str]] = {}
    for file in sorted(FOLDER.glob("*.yaml")):
        for row in yaml.safe_load(file.read_text("utf-8")):
            for law in filter(None, (row.get("law"), *row.get("also", ()))):
                found.setdefault(law, []).append(f"{row['id']}: {row['bug']}")
    return found
