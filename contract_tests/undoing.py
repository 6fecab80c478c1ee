"""The command `sandbox test … --clean-up LEDGER`, and the line that reminds of it."""

import argparse
import shlex
from contextlib import closing

from contract_tests import cleaning, logins, preflight
from contract_tests.arguments import UNUSABLE
from contract_tests.contracts import Contract
from contract_tests.deployments import make_session
from contract_tests.excuses import contained
from contract_tests.ledger import Ledger
from contract_tests.makers import Maker
from contract_tests.problems import Unusable
from contract_tests.reports.rows import clean, redactor_of
from contract_tests.sessions import Session
from contract_tests.targets import read_target
from contract_tests.transport import TimeOver, Unreachable


def undo(options: argparse.Namespace, contract: Contract) -> int:
    """Remove what an earlier run has left; 0 if nothing is left that could be removed. Raises Unusable."""
    about = Ledger.load(options.clean_up).about
    options.url, options.allow_leftovers = options.url or about["url"], False
    target, row = read_target(vars(options))
    for name, given in {"api": contract.api, "url": target.url}.items():
        if about[name] != given:
            raise Unusable(f"{options.clean_up} is of a run on {about[name]}, not on {given}")
    session = make_session(options, contract, target, row)
    with closing(session), contained(lambda text: clean(redactor_of(session)(text))):
        logins.sign_in(session)
        preflight.check(session)
        return _undo(session)


def _undo(session: Session) -> int:
    ledger, problem = session.ledger, ""
    before = sum(row.state == "undone" for row in ledger.entries)
    try:
        cleaning.clean_up(Maker(session))
    except (Unreachable, TimeOver) as error:
        problem = f" ({str(error) or 'the time was over'})"
    done = sum(row.state == "undone" for row in ledger.entries) - before
    lines = [f"{row.operation} {row.key or row.mark}".strip() for row in ledger.remaining()]
    print(f"{done} changes undone, {len(lines)} remain{problem}" + "".join(f"\n  {line}" for line in lines))
    return UNUSABLE if any(True for _ in ledger.open()) else 0


def remember(session: Session) -> str:
    """How to remove later what a run could not remove."""
    count = sum(1 for _ in session.ledger.open())
    words = [
        "sandbox",
        "test",
        session.contract.api,
        "--url",
        session.target.url,
        "--clean-up",
        str(session.ledger.file),
    ]
    return f"sandbox: not undone on the server: {count}; to try again: {shlex.join(words)}"
