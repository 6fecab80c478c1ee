"""The commands `sandbox test`, `sandbox laws` and `sandbox explain`."""

import argparse
import hashlib
import os
import secrets
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from contract_tests import fuzzing, listings, logins, preflight
from contract_tests.arguments import UNUSABLE, make_parser
from contract_tests.choices import choose
from contract_tests.cleanups import remember, undo_ledger
from contract_tests.contracts import Contract
from contract_tests.ledger import Ledger
from contract_tests.problems import Unusable
from contract_tests.reports import compare, known
from contract_tests.reports.conclusions import conclude
from contract_tests.reports.files import write_all
from contract_tests.reports.report import Report
from contract_tests.reports.rows import redactor_of
from contract_tests.reports.terminal import Terminal
from contract_tests.runs import Run
from contract_tests.sessions import Session, Target
from contract_tests.targets import default_profile, read_target
from contract_tests.transport import Clock, TimeOver, Transport, Unreachable
from contract_tests.verdicts import Outcome, Result

Json = Any
Embed = Callable[[Path], AbstractContextManager[tuple[str, dict[str, str]]]]
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
        return listings.explain(options.law, find)
    print(f"sandbox: {excuse.text}", file=sys.stderr)
    return UNUSABLE


def test(options: argparse.Namespace, find: Find, embed: Embed) -> int:
    """Judge a deployment and report. Raises Unusable."""
    source = find(options.api)
    contract = Contract.load(source, source.stem)
    if options.clean_up:
        return undo(options, contract)
    choose(options.select, options.exclude)
    accepted = known.load(options.known) if options.known else []
    old = compare.load(options.compare) if options.compare else None
    if options.report:
        check_folder(options.report)
    with reach(options, source, embed) as (target, row):
        session = make_session(options, contract, target, row)
        preflight.check(session)
        logins.credentials(session)
        terminal = Terminal()
        result = run(options, session, terminal.tell)
        result.about |= _describe(options, session, source)
        known.accept(result, accepted, datetime.now(UTC).date())
        report = Report(
            result,
            contract,
            redactor_of(session),
            partial=options.allow_partial and not result.lost,
            required=options.require_verified or 0.0,
        )
        if result.about["ledger"]:
            print(remember(session), file=sys.stderr)
        if old is not None:
            compare.compare(report, old)
        terminal.finish(report)
        if options.report:
            write_all(report, options.report)
        return conclude(report).code


@contextmanager
def reach(
    options: argparse.Namespace, source: Path, embed: Embed
) -> Iterator[tuple[Target, dict[str, Json]]]:
    """The target that the options name, and its row of the file of targets; without one, a sandbox of our own.

    Raises Unusable.
    """
    if options.url is not None:
        yield read_target(vars(options))
        return
    with embed(source) as (url, tokens):
        yield Target(url, tokens), {}


def make_session(
    options: argparse.Namespace, contract: Contract, target: Target, row: dict[str, Json]
) -> Session:
    """A session as the options want it. Raises Unusable."""
    profile = options.profile or default_profile(target.url if options.url else None)
    authorities = None if options.insecure else options.ca or row.get("ca")
    clock = Clock(options.max_time, options.rate_limit)
    insecure = options.insecure or (row.get("insecure", False) and not authorities)
    transport = Transport(clock, authorities=authorities, insecure=insecure)
    if options.clean_up:
        ledger, profile = Ledger.load(options.clean_up), "write"
    else:
        about = {"api": contract.api, "url": target.url, "run": secrets.token_hex(4)}
        ledger = Ledger(_ledger_file(options, about["run"]), about)
        if profile != "observe":
            ledger.begin()
    return Session(
        contract, target, clock, ledger, transport=transport, profile=profile, leftovers=options.allow_leftovers,
        settle=options.settle,
    )  # fmt: skip


def _ledger_file(options: argparse.Namespace, run: str) -> Path | None:
    """Where the ledger is kept; a sandbox of our own ends with us, and needs none."""
    if options.url is None:
        return None
    home = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    return (options.report or home / "openapi-sandbox") / f"ledger-{run}.jsonl"


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
