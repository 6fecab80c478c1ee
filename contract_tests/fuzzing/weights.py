"""How heavy a failure at a place is: by the statements there, and by the table of levels."""

from collections.abc import Sequence
from dataclasses import dataclass

from contract_tests.fuzzing.levels import ANY, NEVER, Rule
from contract_tests.registers import Register


@dataclass(frozen=True)
class Place:
    """Where a failure is: parameter, pointer, header or status, with the ids there, the most specific first.

    `own` are the ids of the keyword itself, to be named even where they decide nothing; `light` says that no
    sentence decides there; `also` names laws of ours that judge the same place; `enough` says that one MUST
    among the ids suffices, whatever the rule says.
    """

    subject: str
    ids: Sequence[Sequence[str]] = ()
    light: bool = False
    also: Sequence[str] = ()
    enough: bool = False
    own: Sequence[Sequence[str]] = ()


def weigh(
    rule: Rule, place: Place, register: Register, operation: Sequence[str] = ()
) -> tuple[tuple[str, ...], str]:
    """The violated statements and the level of the violation.

    Parameters: operation, the ids of the operation itself: of an inferred one everything is inferred.
    """
    named = [law for law in (rule.law, *(place.also or rule.also)) if _names(register, law)]
    found = next((ids for law in named if (ids := register.blame(law, *place.ids))), ())
    heavy = not place.light and (rule.level != NEVER or place.enough)
    if found or named or not heavy:
        return found or _first(place.own, register), register.level(
            found, operation
        ) if found and heavy else "SHOULD"
    ids = _first(place.ids, register)
    if rule.level == ANY or place.enough or not register.requirements:
        return ids, register.level(ids, operation)
    exact = ids and all(register.requirements[key].level == "MUST" for key in ids)
    return ids, register.level(ids, operation) if exact else "SHOULD"


def _first(places: Sequence[Sequence[str]], register: Register) -> tuple[str, ...]:
    """The statements at the first place that has any."""
    ids = next((ids for ids in places if ids), ())
    return tuple(key for key in dict.fromkeys(ids) if key in register.requirements)


def _names(register: Register, law: str) -> bool:
    return any(law in row.laws for row in register.requirements.values())
