"""What `sandbox ctl` asks the control plane for, by the options of the command line."""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from .problems import Unusable

Json = Any
Ask = Callable[..., Json]
RULE = ("api", "operation", "method", "path", "world", "status", "drop", "truncate", "rate", "seed", "times")


def pick(options: argparse.Namespace, *names: str) -> dict[str, Any]:
    """The options that were given."""
    return {name: value for name in names if (value := getattr(options, name)) is not None}


def quote_part(text: str) -> str:
    """A text as a part of a path."""
    return quote(text, safe="")


def drop(ask: Ask, options: argparse.Namespace) -> Json:
    """Forget a world."""
    return ask("DELETE", "/worlds", pick(options, "world"))


def reset(ask: Ask, options: argparse.Namespace) -> Json:
    """Give a world its demo data again."""
    return ask("POST", "/reset", body=pick(options, "world", "api"))


def save(ask: Ask, options: argparse.Namespace) -> Json:
    """Keep a world."""
    return ask("POST", "/snapshots", body=pick(options, "name", "world"))


def restore(ask: Ask, options: argparse.Namespace) -> Json:
    """Put a world back."""
    return ask("POST", f"/snapshots/{quote_part(options.name)}/restore", body=pick(options, "world"))


def delete(ask: Ask, options: argparse.Namespace) -> Json:
    """Forget a snapshot."""
    return ask("DELETE", f"/snapshots/{quote_part(options.name)}")


def export(ask: Ask, options: argparse.Namespace) -> Json:
    """Write a snapshot into a file, or to standard output. Raises Unusable."""
    text = json.dumps(ask("GET", f"/snapshots/{quote_part(options.name)}"), ensure_ascii=False)
    if options.file is None:
        sys.stdout.write(text + "\n")
        return None
    try:
        Path(options.file).write_text(text, encoding="utf-8")
    except OSError as error:
        raise Unusable(f"{options.file}: cannot be written: {error.strerror}") from error
    return None


def take_in(ask: Ask, options: argparse.Namespace) -> Json:
    """Take in a snapshot from a file. Raises Unusable."""
    try:
        document = json.loads(Path(options.file).read_text(encoding="utf-8"))
        name = options.name or document["name"]
    except OSError as error:
        raise Unusable(f"{options.file}: cannot be read: {error.strerror}") from error
    except (ValueError, TypeError, KeyError):
        raise Unusable(f"{options.file}: is no exported snapshot, or only a part of one") from None
    return ask("PUT", f"/snapshots/{quote_part(str(name))}", body=document)


def drive_clock(ask: Ask, options: argparse.Namespace) -> Json:
    """Tell the time of a world, or drive it."""
    driven = pick(options, "freeze", "set", "advance")
    if driven:
        return ask("POST", "/clock", body=driven | pick(options, "world"))
    return ask("GET", "/clock", pick(options, "world"))


def add_rule(ask: Ask, options: argparse.Namespace) -> Json:
    """Put a chaos rule into force."""
    return ask("POST", "/chaos", body=pick(options, *RULE, "latency", "seconds"))


def end_rules(ask: Ask, options: argparse.Namespace) -> Json:
    """End a chaos rule, or all."""
    return ask("DELETE", f"/chaos/{quote_part(options.id)}" if options.id else "/chaos")


def read_log(ask: Ask, options: argparse.Namespace) -> Json:
    """Entries of the log, one of them, or what to follow."""
    if options.id is not None:
        options.sheet = "entry"
        return ask("GET", f"/log/{quote_part(options.id)}")
    wanted = pick(options, "api", "operation", "world", "method", "status", "verdict", "text")
    return wanted if options.follow else ask("GET", "/log", wanted | pick(options, "limit"))


def list_deliveries(ask: Ask, options: argparse.Namespace) -> Json:
    """The deliveries."""
    return ask("GET", "/deliveries", pick(options, "api", "world", "event", "state"))


def replay(ask: Ask, options: argparse.Namespace) -> Json:
    """Send a delivery again."""
    return ask("POST", f"/deliveries/{quote_part(options.id)}/replay")


def emit(ask: Ask, options: argparse.Namespace) -> Json:
    """Emit an event."""
    return ask("POST", "/emit", body=pick(options, "api", "event", "resource", "id", "world"))
