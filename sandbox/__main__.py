"""The command `sandbox`."""

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from .clock import Clock, read_instant
from .documents import find_documents
from .problems import Unusable

if TYPE_CHECKING:
    from .calls import Subscription

UNUSABLE = 2
ROLES = ("peer", "readonly", "limited", "expired", "unsubscribed")  # of which laws need a credential
CONTRACT_COMMANDS = {
    "test": "judge a deployment by the laws of a document",
    "laws": "list what is checked",
    "explain": "say what a law checks and what proves it",
}


class Parser(argparse.ArgumentParser):
    """A parser whose complaint is one line."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, and end with exit code 2."""
        self.exit(UNUSABLE, f"{self.prog}: {message}; see {self.prog} --help\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command. Returns the exit code: 0, or 2 when what was asked for cannot be done;
    see also `test`.
    """
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    try:
        if arguments[:1] and arguments[0] in CONTRACT_COMMANDS:
            return run_contract_command(arguments)
        options = make_parser().parse_args(arguments)
        options.run(options)
    except Unusable as error:
        print(f"sandbox: {error}", file=sys.stderr)
        return UNUSABLE
    except KeyboardInterrupt:
        return 0
    return 0


def make_parser() -> argparse.ArgumentParser:
    """The options of all subcommands."""
    parser = Parser(prog="sandbox", description="A stateful sandbox of the APIs of OpenAPI documents.")
    parser.add_argument(
        "--version", action="version", version=f"openapi-sandbox {version('openapi-sandbox')}"
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, text in CONTRACT_COMMANDS.items():
        commands.add_parser(name, help=text)
    serve = commands.add_parser("serve", help="serve the APIs of documents", description=run_serve.__doc__)
    serve.set_defaults(run=run_serve)
    serve.add_argument(
        "documents",
        nargs="*",
        metavar="DOCUMENT",
        help="OpenAPI 3.0 file or name of a shipped API (default: all shipped)",
    )
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    serve.add_argument(
        "--port", type=_port, default=8080, help="port to listen on, 0 for a free one (default: %(default)s)"
    )
    serve.add_argument("--seed", type=int, default=1, help="seed of the demo data (default: %(default)s)")
    serve.add_argument(
        "--now",
        type=_instant,
        metavar="INSTANT",
        help="start the clock at this instant, such as 2026-01-31T12:00:00Z",
    )
    serve.add_argument(
        "--state", metavar="URL", help="keep the records, such as sqlite:///sandbox.db (default: in memory)"
    )
    serve.add_argument(
        "--speed",
        choices=("real", "instant"),
        default="real",
        help="how fast asynchronous work is done (default: %(default)s)",
    )
    serve.add_argument(
        "--fixtures",
        type=_folder,
        metavar="DIR",
        help="folder of <api>.yaml files with personas and named records",
    )
    serve.add_argument("--webhook-url", metavar="URL", help="send webhooks there")
    serve.add_argument("--webhook-secret", default="", metavar="S", help="sign them with this secret")
    serve.add_argument(
        "--webhook-events", type=_events, default=(), metavar="API:EVENT,…", help="only these (default: all)"
    )
    serve.add_argument("--no-cors", action="store_true", help="do not let browser pages of other origins in")
    return parser


def run_contract_command(arguments: Sequence[str]) -> int:
    """Run a command of the contract suite. Raises Unusable where it is not installed."""
    missing = [
        name for name in ("contract_tests", "hypothesis", "urllib3", "rich") if find_spec(name) is None
    ]
    if missing:
        raise Unusable(
            f"sandbox {arguments[0]} needs {missing[0]}: install it with pip install 'openapi-sandbox[test]'"
        )
    from contract_tests.command import main

    return main(arguments, find_document, embed_for_tests)


def find_document(name: str) -> Path:
    """The file of a shipped API, or the file itself. Raises Unusable."""
    return find_documents([name])[0]


@contextmanager
def embed_for_tests(document: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """The base URL of a sandbox of the document in this process, and its tokens by role."""
    from .embedded import embed

    with embed([document]) as (url, site):
        api = site.apis[0]
        personas = site.personas(api)
        roles = {"owner": "demo"} | {role: role for role in ROLES}
        yield url + api.prefix, {role: token for role, token in roles.items() if token in personas}


def run_serve(options: argparse.Namespace) -> None:
    """Serve the APIs until Ctrl-C. The line 'READY {...}' on standard output says that they answer."""
    from .server import serve, stop_at_once
    from .sites import Settings

    stop_at_once()
    documents = find_documents(options.documents)
    settings = Settings(
        options.seed, options.state, options.fixtures, options.speed, tuple(_find_subscriptions(options))
    )
    clock = Clock(options.now)
    serve(documents, settings, clock, host=options.host, port=options.port, cors=not options.no_cors)


def _find_subscriptions(options: argparse.Namespace) -> "Iterator[tuple[str | None, Subscription]]":
    from .calls import Subscription

    if options.webhook_url is None:
        if options.webhook_secret or options.webhook_events:
            raise Unusable("--webhook-secret and --webhook-events need --webhook-url")
        return
    if not re.match(r"https?://[^/\s]", options.webhook_url):
        raise Unusable(f"--webhook-url: {options.webhook_url!r} is no HTTP URL")
    if not options.webhook_events:
        yield None, Subscription(options.webhook_url, options.webhook_secret)
    for api in {api for api, _ in options.webhook_events}:
        events = frozenset(event for known, event in options.webhook_events if known == api)
        yield api, Subscription(options.webhook_url, options.webhook_secret, events)


def _events(text: str) -> list[tuple[str, str]]:
    pairs = [part.strip().partition(":") for part in text.split(",")]
    if not all(api and event for api, _, event in pairs):
        raise argparse.ArgumentTypeError(f"{text!r}: expected API:EVENT, such as healthsync:share.created")
    return [(api, event) for api, _, event in pairs]


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) < 65536):
        raise argparse.ArgumentTypeError(f"{text!r} is no port; expected 0 to 65535")
    return int(text)


def _instant(text: str) -> datetime:
    try:
        instant = read_instant(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no instant; expected one like 2026-01-31T12:00:00Z"
        ) from None
    if not 1970 < instant.year < 9000:  # demo data lies years before, and the clock goes on
        raise argparse.ArgumentTypeError(f"{text!r} is not between the years 1970 and 9000")
    return instant


def _folder(text: str) -> Path:
    if not Path(text).is_dir():
        raise argparse.ArgumentTypeError(f"{text!r} is no folder")
    return Path(text)


if __name__ == "__main__":
    sys.exit(main())
