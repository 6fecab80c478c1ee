"""The options of `sandbox test`, `sandbox laws` and `sandbox explain`."""

import argparse
from pathlib import Path
from typing import NoReturn

from contract_tests.sessions import PROFILES
from contract_tests.trials import DEPTHS

UNUSABLE = 2


class Parser(argparse.ArgumentParser):
    """A parser whose complaint is one line."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, and end with exit code 2."""
        self.exit(UNUSABLE, f"{self.prog}: {message}; see {self.prog} --help\n")


def make_parser() -> argparse.ArgumentParser:
    """The options of the three subcommands."""
    parser = Parser(prog="sandbox")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", dest="command")
    test = commands.add_parser("test", help="judge a deployment by the laws of a document")
    test.add_argument("api", metavar="API|DOCUMENT", help="name of a shipped API, or an OpenAPI 3.0 file")
    _add_target(test)
    _add_scope(test)
    _add_safety(test)
    _add_reports(test)
    laws = commands.add_parser("laws", help="list what is checked")
    laws.add_argument("api", nargs="?", metavar="API", help="only the laws that this API gives ground for")
    explain = commands.add_parser(
        "explain", help="say what a law checks, for which requirements, and what proves it"
    )
    explain.add_argument("law", metavar="LAW", help="such as paging.complete")
    return parser


def _add_target(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group(
        "target",
        "Whoever sees the process list of this machine sees tokens that are options: use the environment. "
        "Requests go straight to the server: proxies of the environment are not used.",
    )
    group.add_argument(
        "--url",
        metavar="BASE",
        help="base URL, or a name of [targets] in sandbox.toml (default: a sandbox of our own)",
    )
    group.add_argument("--token", metavar="T", help="credential (better: SANDBOX_TOKEN in the environment)")
    group.add_argument("--peer-token", metavar="T", help="credential of another user (SANDBOX_PEER_TOKEN)")
    group.add_argument(
        "--readonly-token", metavar="T", help="credential that may only read (SANDBOX_READONLY_TOKEN)"
    )
    group.add_argument(
        "--webhook-port",
        type=int,
        metavar="PORT",
        help="events arrive here, subscribed by you with the secret SANDBOX_WEBHOOK_SECRET",
    )
    group.add_argument(
        "--limited-token", metavar="T", help="credential with very few requests left (SANDBOX_LIMITED_TOKEN)"
    )
    group.add_argument(
        "--expired-token", metavar="T", help="credential that is valid no more (SANDBOX_EXPIRED_TOKEN)"
    )
    group.add_argument(
        "--unsubscribed-token",
        metavar="T",
        help="credential without a subscription (SANDBOX_UNSUBSCRIBED_TOKEN)",
    )
    group.add_argument(
        "--login", metavar="EMAIL", help="log in as this user (SANDBOX_PASSWORD holds the password)"
    )
    group.add_argument(
        "--header", action="append", metavar="H", help="header of every request, as 'Name: value'"
    )
    trust = group.add_mutually_exclusive_group()
    trust.add_argument("--ca", metavar="FILE", help="certificates of an authority to trust")
    trust.add_argument("--insecure", action="store_true", help="do not check certificates")


def _add_scope(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("scope")
    group.add_argument(
        "--profile",
        choices=PROFILES,
        help="what may be sent (default: full for a sandbox of our own, write on this machine, else observe)",
    )
    group.add_argument(
        "--depth", choices=list(DEPTHS), default="normal", help="how many examples (default: %(default)s)"
    )
    group.add_argument(
        "--select", action="append", default=[], metavar="LAW", help="only these laws or families"
    )
    group.add_argument(
        "--exclude", action="append", default=[], metavar="LAW", help="not these laws or families"
    )
    group.add_argument(
        "--known", type=_file, metavar="FILE", help="accepted failures, with reason and expiry"
    )
    group.add_argument("--strict", action="store_true", help="a violated SHOULD fails too")
    group.add_argument(
        "--seed", type=int, default=1, metavar="N", help="seed of generated values (default: %(default)s)"
    )


def _add_safety(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("safety")
    group.add_argument(
        "--rate-limit", type=_rate, metavar="N/s", help="at most so many requests, such as 20/s or 600/m"
    )
    group.add_argument("--max-time", type=_seconds, metavar="S", help="seconds after which the run ends")
    group.add_argument(
        "--settle", type=_seconds, default=0.0, metavar="S", help="seconds until a write is seen everywhere"
    )
    group.add_argument(
        "--allow-leftovers", action="store_true", help="create also what the document cannot delete"
    )
    group.add_argument("--allow-partial", action="store_true", help="a run that was not finished is no error")
    group.add_argument(
        "--clean-up", type=_file, metavar="LEDGER", help="only remove what an earlier run has left"
    )


def _add_reports(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("reports")
    group.add_argument(
        "--report", type=Path, metavar="DIR", help="write report.html, junit.xml and report.json there"
    )
    group.add_argument("--compare", type=_file, metavar="FILE", help="report.json of an earlier run")
    group.add_argument(
        "--require-verified", type=_share, metavar="N%", help="least share of MUST requirements to verify"
    )


def _file(text: str) -> Path:
    if not Path(text).is_file():
        raise argparse.ArgumentTypeError(f"{text!r} is no file")
    return Path(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text.removesuffix("s"))
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < 1e6:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds")
    return seconds


def _rate(text: str) -> float:
    number, _, unit = text.partition("/")
    try:
        rate = float(number) / {"": 1, "s": 1, "m": 60, "h": 3600}[unit]
    except (ValueError, KeyError):
        rate = 0.0
    if rate <= 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no rate; expected one like 20/s or 600/m")
    return rate


def _share(text: str) -> float:
    try:
        share = float(text.removesuffix("%"))
    except ValueError:
        share = -1.0
    if not 0 <= share <= 100:
        raise argparse.ArgumentTypeError(f"{text!r} is no share; expected one like 80%")
    return share
