"""Which laws a run has."""

from collections.abc import Sequence

from contract_tests.laws import Law, load
from contract_tests.problems import Unusable


def choose(select: Sequence[str], exclude: Sequence[str]) -> list[Law]:
    """The laws of those names or families, without others.

    Parameters: select, names such as paging.complete, families such as paging (none: all laws);
    exclude, likewise.
    Raises Unusable for a name that is none.
    """
    laws = load()
    chosen = _named(laws, select) if select else set(laws)
    return [laws[name] for name in laws if name in chosen - _named(laws, exclude)]


def _named(laws: dict[str, Law], names: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for text in names:
        for name in text.split(","):
            family = name.strip().removesuffix(".*").removesuffix(".")
            matching = {law for law in laws if law == family or law.startswith(f"{family}.")}
            if not matching:
                families = sorted({law.partition(".")[0] for law in laws})
                raise Unusable(
                    f"there is no law {family!r}; families: {', '.join(families)} (sandbox laws lists all)"
                )
            found |= matching
    return found
