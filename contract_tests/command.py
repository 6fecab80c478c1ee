"""The commands `sandbox test`, `sandbox laws` and `sandbox explain`."""

import argparse
import gc
import hashlib
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from contract_tests import fuzzing, listings, logins, preflight
from contract_tests.arguments import UNUSABLE, make_parser
from contract_tests.choices import choose
from contract_tests.contracts import Contract
from contract_tests.deployments import Embed, check_folder, make_session, reach
from contract_tests.excuses import contained, excused
from contract_tests.inspections import inspect
from contract_tests.laws import load
from contract_tests.reports import compare, known
from contract_tests.reports.conclusions import conclude
from contract_tests.reports.files import write_all
from contract_tests.reports.report import Report
from contract_tests.reports.rows import clean, redactor_of
from contract_tests.reports.terminal import Terminal
from contract_tests.runs import Run
from contract_tests.sessions import Session
from contract_tests.signals import terminable
from contract_tests.undoing import remember, undo
from contract_tests.verdicts import Outcome, Result

Json = Any
COLLECTED = (
    20_000,
    20,
    100,
)  # what a run reads it keeps: to look for garbage more often took a quarter of its time
Find = Callable[[str], Path]


def main(arguments: Sequence[str], find: Find, embed: Embed) -> int:
    """Run a command and return its exit code: 0, 1 a MUST is violated, 2 it could not be judged.

    Parameters: find, from the name of a shipped API or a file to the file; embed, a sandbox of a document in
    this process: its base URL and its tokens by role.
    """
    options = make_parser().parse_args(arguments)
    with terminable(), excused() as excuse:
        if options.command == "test":
            return test(options, find, embed)
        if options.command == "laws":
            return listings.show_laws(options.api, find)
        return listings.explain(options.law)
    print(f"sandbox: {excuse.text}", file=sys.stderr)
    return UNUSABLE


def test(options: argparse.Namespace, find: Find, embed: Embed) -> int:
    """Judge a deployment and report. Raises Unusable."""
    gc.set_threshold(*COLLECTED)
    source = find(options.api)
    contract = Contract.load(source, source.stem)
    inspect(contract, source)
    if options.clean_up:
        return undo(options, contract)
    choose(options.select, options.exclude)
    accepted = known.load(options.known, load()) if options.known else []
    old = compare.load(options.compare) if options.compare else None
    if options.report:
        check_folder(options.report)
    with reach(options, source, embed) as (target, row), ExitStack() as stack:
        session = make_session(options, contract, target, row)
        stack.callback(session.close)
        stack.enter_context(contained(lambda text: clean(redactor_of(session)(text))))
        logins.sign_in(session)
        preflight.check(session)
        logins.credentials(session)
        terminal = Terminal()
        result = run(options, session, terminal.tell)
        result.about |= _describe(options, session, source)
        known.accept(result, accepted, datetime.now(UTC).date())
        partial, required = options.allow_partial and not result.lost, options.require_verified or 0.0
        report = Report(result, contract, redactor_of(session), partial=partial, required=required)
        if result.about["ledger"]:
            print(remember(session), file=sys.stderr)
        if old is not None:
            compare.compare(report, old)
        terminal.finish(report, options.report)
        if options.report:
            write_all(report, options.report)
        return conclude(report).code


def run(options: argparse.Namespace, session: Session, tell: Callable[[Outcome], None]) -> Result:
    """Run the chosen laws, and Schemathesis's phases in the profile full."""
    laws = choose(options.select, options.exclude)
    running = Run(session, laws, depth=options.depth, seed=options.seed, strict=options.strict, tell=tell)
    names = {law.name for law in laws}

    def fuzz(running: Run) -> Iterator[Outcome]:
        outcomes = fuzzing.fuzz(session, running.maker, depth=options.depth, seed=options.seed)
        return (row for row in outcomes if row.law in names)

    wanted = session.profile == "full" and options.depth != "quick"
    wanted = wanted and any(name.startswith("schemathesis.") for name in names)
    if wanted and not fuzzing.available():
        print(f"sandbox: {fuzzing.MISSING}", file=sys.stderr)
    return running.execute(*([fuzz] if wanted else []))


def _describe(options: argparse.Namespace, session: Session, source: Path) -> dict[str, Json]:
    return {
        "tool_version": version("openapi-sandbox"),
        "api": session.contract.api,
        "url": session.target.url,
        "in_process": options.url is None,
        "profile": session.profile,
        "depth": options.depth,
        "seed": options.seed,
        "strict": options.strict,
        "document": hashlib.sha256(source.read_bytes()).hexdigest(),
        "date": datetime.now(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z"),
        "duration_s": round(session.clock.spent, 1),
        "requests": session.transport.requests,
        "ledger": str(session.ledger.file or "") if any(True for _ in session.ledger.open()) else "",
    }
