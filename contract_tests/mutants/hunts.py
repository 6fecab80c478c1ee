"""Hunting a mutant: with our laws, and with stock Schemathesis over the same document."""

import json
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from contract_tests import logins
from contract_tests.contracts import Contract
from contract_tests.laws import Law, load
from contract_tests.ledger import Ledger
from contract_tests.receivers import Receiver, receive
from contract_tests.registers import Register
from contract_tests.runs import Run
from contract_tests.sessions import Session
from contract_tests.targets import Target
from contract_tests.transport import Clock
from contract_tests.verdicts import FAILED, WARNED
from sandbox.calls import Subscription
from sandbox.sites import Settings

from .rows import Mutant
from .servers import serve

SPECS = Path(__file__).parents[2] / "specs"
CONFIG = Path(__file__).parents[1] / "schemathesis.toml"
ROLES = ("peer", "readonly", "limited", "expired", "unsubscribed")
TOKENS = {role: role for role in ROLES}
PATIENCE = 120.0  # seconds for one mutant
EXAMPLES = 20

TRAFFIC = (
    "list.present", "show.own", "show.missing", "create.agrees", "create.shown", "create.conflict",
    "update.agrees", "remove.accepts", "request.required", "request.unreadable", "access.anonymous",
    "access.scope", "singleton.show", "singleton.amend", "upload.facts", "download.bytes", "quota.limit",
    "quota.error", "usage.ascending", "account.login", "filter.none", "filter.match", "paging.size",
)  # fmt: skip

SLOW = ("state.", "effect.", "quota.window", "webhook.")

Kill = tuple[str, str, tuple[str, ...]]


def hunt(mutant: Mutant, laws: Iterable[Law], depth: str = "quick") -> list[Kill]:
    """Law, level and requirements of each violation that the laws find in a mutant."""
    # A changed document is one of a user's own: it has no register.
    contract = (
        Contract("", mutant.base(), Register())
        if mutant.given
        else Contract.load(SPECS / f"{mutant.api}.yaml", mutant.api)
    )
    with receive("hunted") as receiver, serve(mutant, subscribed(receiver)) as url:
        target = Target(url, {"owner": mutant.token, **TOKENS}, receiver=receiver)
        session = Session(contract, target, Clock(PATIENCE), Ledger(None, {}), profile="full")
        logins.credentials(session)
        result = Run(session, laws, depth=depth).execute()
    found = {
        (row.law, row.level, tuple(row.requirements))
        for row in result.outcomes
        if row.verdict in (FAILED, WARNED)
    }
    return sorted(found, key=lambda kill: (kill[1], kill[0]))


def subscribed(receiver: Receiver) -> Settings:
    """How to serve, with all events sent to a receiver, as where one subscribes in a dashboard."""
    return Settings(webhooks=((None, Subscription(receiver.url, receiver.secret)),))


def own_laws(*names: str) -> list[Law]:
    """The laws of those names; with a law on single answers also some that make requests of every kind."""
    wanted = {*names, *(TRAFFIC if any(name.startswith("answer.") for name in names) else ())}
    return [law for law in load().values() if law.name in wanted]


def hunt_alone(mutant: Mutant, law: str) -> list[Kill]:
    """What one law finds in a mutant; one that waits for something is given its time."""
    return hunt(mutant, own_laws(law), "normal" if law.startswith(SLOW) else "quick")


def hunt_stock(mutant: Mutant) -> list[str]:
    """What a stock run of Schemathesis finds: all phases and checks, the token demo, the healthy document.

    The shipped configuration, with which it finds nothing in the healthy sandbox, is used.
    """
    with serve(mutant) as url, TemporaryDirectory() as name:
        folder = Path(name)
        document = json.dumps(strip(mutant.base()))
        (folder / "document.json").write_text(document, encoding="utf-8")
        command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIG)]
        command += ["run", "document.json", "--url", url, "--seed", "1", "--max-examples", str(EXAMPLES)]
        command += ["-H", "Authorization: Bearer demo", "--report-json-path", "run.json"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600, check=False)
        if not (folder / "run.json").exists():
            return [f"exit code {done.returncode}"] if done.returncode else []
        report = json.loads((folder / "run.json").read_text("utf-8"))
    return sorted({f"{row['code']} {row['title']}" for row in report["failures"]})


def strip(node: Any) -> Any:
    """A document without words of ours, as its users have it."""
    if isinstance(node, dict):
        return {key: strip(part) for key, part in node.items() if not str(key).startswith("x-")}
    return [strip(part) for part in node] if isinstance(node, list) else node


def measure(mutant: Mutant) -> dict[str, Any]:
    """What the laws of the broken statement find in a mutant; where they find nothing, what all laws find."""
    started = time.monotonic()
    requirement = Register.load(mutant.api).requirements[mutant.requirement]
    named = {name.partition("[")[0] for name in requirement.laws} | set(mutant.laws)
    depth = "normal" if any(name.startswith(SLOW) for name in mutant.laws) else "quick"
    found = hunt(mutant, own_laws(*named), depth)
    if not found:
        found = hunt(mutant, [law for law in load().values() if not law.name.startswith("schemathesis.")])
    return _row(mutant, found, started)


def measure_stock(mutant: Mutant) -> dict[str, Any]:
    """What stock Schemathesis finds in a mutant."""
    started = time.monotonic()
    return _row(mutant, hunt_stock(mutant), started)


def _row(mutant: Mutant, found: list[Any], started: float) -> dict[str, Any]:
    seconds = round(time.monotonic() - started, 1)
    return {
        "api": mutant.api,
        "id": mutant.id,
        "requirement": mutant.requirement,
        "found": found,
        "seconds": seconds,
    }
