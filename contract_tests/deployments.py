"""How a run reaches its deployment: the target, the session with it, and where the ledger is kept."""

import argparse
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from contract_tests.contracts import Contract
from contract_tests.ledger import Ledger
from contract_tests.problems import Unusable
from contract_tests.receivers import receive
from contract_tests.sessions import Session
from contract_tests.targets import Target, default_profile, read_target
from contract_tests.transport import Clock, Transport

Json = Any
Embed = Callable[[Path, str, str], AbstractContextManager[tuple[str, dict[str, str]]]]


@contextmanager
def reach(
    options: argparse.Namespace, source: Path, embed: Embed
) -> Iterator[tuple[Target, dict[str, Json]]]:
    """The target that the options name, and its row of the file of targets; or else a sandbox of our own.

    Raises Unusable.
    """
    secret = os.environ.get("SANDBOX_WEBHOOK_SECRET") or secrets.token_hex(8)
    with ExitStack() as stack:
        if options.url is None:
            receiver = stack.enter_context(receive(secret))
            url, tokens = stack.enter_context(embed(source, receiver.url, receiver.secret))
            yield Target(url, tokens, receiver=receiver), {}
            return
        target, row = read_target(vars(options))
        if options.webhook_port is not None:
            target = replace(target, receiver=stack.enter_context(receive(secret, options.webhook_port)))
        yield target, row


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
        contract,
        target,
        clock,
        ledger,
        transport=transport,
        profile=profile,
        leftovers=options.allow_leftovers,
        settle=options.settle,
    )


def _ledger_file(options: argparse.Namespace, run: str) -> Path | None:
    """Where the ledger is kept; a sandbox of our own ends with us, and needs none."""
    if options.url is None:
        return None
    home = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    return (options.report or home / "openapi-sandbox") / f"ledger-{run}.jsonl"


def check_folder(folder: Path) -> None:
    """Make the folder of the reports, before a run that nobody could read. Raises Unusable."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".{secrets.token_hex(4)}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise Unusable(f"--report {folder}: cannot be written ({error.strerror})") from None
