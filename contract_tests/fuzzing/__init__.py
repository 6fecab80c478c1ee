"""Schemathesis's own phases over the same target: coverage, fuzzing and stateful, with levels of ours.

`fuzz` does it, `levels` says how heavy a failure of each check weighs. Without Schemathesis (the extra
`test`) everything else works; `available` tells.
"""

from collections.abc import Callable, Iterator
from importlib.util import find_spec

from contract_tests.fuzzing.levels import RULES, tabulate
from contract_tests.makers import Maker
from contract_tests.sessions import Session
from contract_tests.verdicts import Outcome

MISSING = "Schemathesis is not installed: its phases are left out (pip install 'openapi-sandbox[test]')"


def available() -> bool:
    """Whether Schemathesis is installed."""
    return find_spec("schemathesis") is not None and find_spec("hypothesis") is not None


def fuzz(
    session: Session, maker: Maker, *, depth: str, seed: int, tell: Callable[[str], None] = lambda _: None
) -> Iterator[Outcome]:
    """Send generated requests and judge the answers.

    Parameters: session, whose profile must be `full` (else nothing is sent); maker, which removes what is
    created; depth, one of quick, normal and deep; seed; tell, called with a line of progress.
    Yields an outcome for each check and operation; one that failed has its own level and is not yet weighed
    against `--strict`. The end of the time ends it. Raises Unreachable.
    """
    if session.profile == "full" and available():
        from contract_tests.fuzzing.phases import Phases

        yield from Phases(session, maker, depth, seed, tell).run()


__all__ = ["MISSING", "RULES", "available", "fuzz", "tabulate"]
