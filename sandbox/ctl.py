"""The command `sandbox ctl`: the control plane from the shell."""

import argparse
import json
import re
import sys
from collections.abc import Callable, Iterator
from typing import Any

from .options import find_control_token
from .orders import (
    add_rule,
    delete,
    drive_clock,
    drop,
    emit,
    end_rules,
    export,
    list_deliveries,
    read_log,
    replay,
    reset,
    restore,
    save,
    take_in,
)
from .problems import Unusable
from .remote import Refused, Remote, Unreached
from .sheets import show

Json = Any
URL = "http://127.0.0.1:8080"
CLOSED = (401, 403)
DURATION = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s?)?")
UNITS = (86400, 3600, 60, 1)
RANGE = re.compile(r"(\d+(?:\.\d+)?)(?:-(\d+(?:\.\d+)?))?")


def add_commands(parser: argparse.ArgumentParser) -> None:
    """Tell a parser the commands and their options."""
    parser.set_defaults(run=run)
    parser.set_defaults(url=URL, token=None, json=False)
    _add_common(parser)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add(commands, "health", "tell that it answers, and where", lambda ask, _: ask("GET", "/health"))
    _add(commands, "worlds", "list worlds", lambda ask, _: ask("GET", "/worlds"))
    _add(commands, "reset", "give a world its demo data again", reset, "--world", "--api")
    _add(commands, "drop", "forget a world", drop, "world")
    _add_snapshots(commands)
    _add_clock(commands)
    _add_chaos(commands)
    _add_log(commands)
    filters = ("--api", "--world", "--event", "--state")
    _add(commands, "deliveries", "list webhook deliveries", list_deliveries, *filters)
    _add(commands, "replay", "send a delivery again", replay, "id")
    _add(commands, "emit", "emit an event", emit, "api", "event", "--resource", "--id", "--world")


def _add_common(parser: argparse.ArgumentParser) -> None:
    """Options that may stand before or after the command: one that is not given leaves the other alone."""
    absent = argparse.SUPPRESS
    parser.add_argument("--url", default=absent, help=f"of the sandbox (default: {URL})")
    parser.add_argument(
        "--token", metavar="T", default=absent, help="its control token (or SANDBOX_CONTROL_TOKEN)"
    )
    parser.add_argument("--json", action="store_true", default=absent, help="print JSON")


def _add(commands: Any, name: str, text: str, act: Callable[..., Json], *arguments: str) -> Any:
    """One command. act: is given what asks the control plane, and the options."""
    parser = commands.add_parser(name, help=text, description=text)
    parser.set_defaults(act=act, sheet=name)
    _add_common(parser)
    for argument in arguments:
        parser.add_argument(argument)
    return parser


def _add_snapshots(commands: Any) -> None:
    below = commands.add_parser("snapshot", help="keep worlds and put them back")
    actions = below.add_subparsers(required=True, metavar="ACTION")
    _add(actions, "save", "keep a world", save, "name", "--world").set_defaults(sheet="snapshots")
    _add(actions, "restore", "put a world back", restore, "name", "--world").set_defaults(sheet="worlds")
    every = _add(actions, "list", "list snapshots", lambda ask, _: ask("GET", "/snapshots"))
    every.set_defaults(sheet="snapshots")
    write = _add(actions, "export", "write one into a file", export, "name")
    write.add_argument("file", nargs="?", help="default: standard output")
    take = _add(actions, "import", "take one in from a file", take_in, "file")
    take.add_argument("name", nargs="?", help="default: the name in the file")
    take.set_defaults(sheet="snapshots")
    _add(actions, "delete", "forget one", delete, "name")


def _add_clock(commands: Any) -> None:
    parser = _add(commands, "clock", "tell the time of a world, or drive it", drive_clock, "--world")
    parser.add_argument("--freeze", action="store_true", default=None, help="stop it")
    parser.add_argument("--unfreeze", dest="freeze", action="store_false", help="let it go on")
    parser.add_argument("--set", metavar="INSTANT", help="go there, such as 2026-01-31T12:00:00Z")
    parser.add_argument(
        "--advance", type=read_duration, metavar="TIME", help="go on, such as 90, 2h or 1d12h"
    )


def _add_chaos(commands: Any) -> None:
    below = commands.add_parser("chaos", help="let requests fail or wait")
    actions = below.add_subparsers(required=True, metavar="ACTION")
    names = [f"--{name}" for name in ("api", "operation", "method", "path", "world")]
    add = _add(actions, "add", "put a rule into force", add_rule, *names)
    add.add_argument("--status", type=int, help="answer this documented status")
    add.add_argument("--drop", action="store_true", default=None, help="close the connection unanswered")
    add.add_argument("--truncate", action="store_true", default=None, help="cut the answer off")
    add.add_argument("--latency", type=_latency, metavar="S[-S]", help="wait so many seconds")
    add.add_argument("--rate", type=float, help="part of the requests, 0 to 1 (default: 1)")
    add.add_argument("--seed", type=int)
    add.add_argument("--times", type=int, help="end after so many strikes")
    add.add_argument("--for", dest="seconds", type=read_duration, metavar="TIME", help="end then (5m)")
    every = _add(actions, "list", "list rules in force", lambda ask, _: ask("GET", "/chaos"))
    clear = _add(actions, "clear", "end a rule, or all", end_rules)
    clear.add_argument("id", nargs="?")
    for parser in (add, every):
        parser.set_defaults(sheet="chaos")


def _add_log(commands: Any) -> None:
    filters = [f"--{name}" for name in ("api", "operation", "world", "method", "status", "verdict", "text")]
    parser = _add(commands, "log", "list requests, or show one in full", read_log, *filters)
    parser.add_argument("id", nargs="?", help="of one request")
    parser.add_argument("-f", "--follow", action="store_true", help="print requests as they come")
    parser.add_argument("--refused", dest="verdict", action="store_const", const="refused")
    parser.add_argument("--limit", type=int, default=20, help="(default: %(default)s)")


def run(options: argparse.Namespace) -> int:
    """Run a command. Returns 0, or 1 where the sandbox refuses it. Raises Unusable where none lets us in."""
    remote = Remote(options.url.rstrip("/"), find_control_token(options.token))
    try:
        told = options.act(remote.ask, options)
        if getattr(options, "follow", False):
            told = remote.follow("/log/stream", told)
        for each in told if isinstance(told, Iterator) else [told]:
            text = json.dumps(each, ensure_ascii=False) if options.json else show(options.sheet, each)
            print(text, flush=True) if text else None
    except Unreached as error:
        raise Unusable(f"{error}; --url names another") from error
    except Refused as error:
        if error.status in CLOSED:
            raise
        print(f"sandbox ctl: {error.told}", file=sys.stderr)
        return 1
    return 0


def read_duration(text: str) -> float:
    """Seconds of a text such as 90, 1.5s, 2h or 1d12h. Raises ArgumentTypeError."""
    found = DURATION.fullmatch(text)
    if not found or not any(found.groups()):
        raise argparse.ArgumentTypeError(f"{text!r} is no time; expected one like 90, 2h or 1d12h")
    return sum(float(part) * unit for part, unit in zip(found.groups(), UNITS, strict=True) if part)


def _latency(text: str) -> dict[str, float]:
    found = RANGE.fullmatch(text)
    if not found:
        raise argparse.ArgumentTypeError(f"{text!r} is no latency; expected one like 0.5 or 0.1-2")
    return {"min": float(found[1]), "max": float(found[2] or found[1])}
