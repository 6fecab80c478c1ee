"""The laws: sentences with an address, each with the check that judges it.

A module of this package holds one family; `load` imports all of them.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from contract_tests.contracts import Contract
from contract_tests.trials import Ground, Trial

Check = Callable[[Trial], None]
Grounds = Callable[[Contract], Iterable[Ground]]
LAWS: dict[str, "Law"] = {}


@dataclass(frozen=True)
class Law:
    """One law.

    Parameters: name, its address, such as paging.complete; sentence; check; grounds, where a contract gives
    ground for it; writes, whether it sends other methods than GET and HEAD; roles, the credentials that it
    needs beside the owner's; shared, whether it judges records that others may change meanwhile; waits,
    whether it lets time pass: the laws of one family that do so run beside all others.
    """

    name: str
    sentence: str
    check: Check | None
    grounds: Grounds
    writes: bool = False
    roles: tuple[str, ...] = ()
    shared: bool = False
    waits: bool = False

    @property
    def family(self) -> str:
        """The first part of the address."""
        return self.name.partition(".")[0]


def law(
    name: str,
    sentence: str,
    grounds: Grounds,
    *,
    writes: bool = False,
    roles: tuple[str, ...] = (),
    shared: bool = False,
    waits: bool = False,
) -> Callable[[Check], Check]:
    """Register a check as the law of that name."""

    def register(check: Check) -> Check:
        LAWS[name] = Law(name, sentence, check, grounds, writes, roles, shared, waits)
        return check

    return register


def such(grounds: Grounds, holds: Callable[[Ground], bool]) -> Grounds:
    """Those of the grounds of which something holds."""
    return lambda contract: (row for row in grounds(contract) if holds(row))


def load() -> dict[str, Law]:
    """All laws by name, in the order of their families."""
    for module in sorted(row.name for row in pkgutil.iter_modules(__path__)):
        importlib.import_module(f"{__name__}.{module}")
    return dict(sorted(LAWS.items()))
