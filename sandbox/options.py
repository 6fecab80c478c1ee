"""The options of `sandbox serve`, and what they mean."""

import argparse
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TypedDict

from .clock import write_instant
from .converters import count, events, folder, instant, port, workers
from .problems import Unusable

if TYPE_CHECKING:
    from .calls import Subscription
    from .control import Gate
    from .siblings import Siblings
    from .sites import Settings

CONTROL_TOKEN = "SANDBOX_CONTROL_TOKEN"


class Options(TypedDict, total=False):
    """The options of `sandbox serve`, with an underscore for each dash."""

    seed: int
    now: datetime | str
    state: str
    speed: str
    fixtures: Path | str
    webhook_url: str
    webhook_secret: str
    webhook_events: Iterable[str]
    log: int
    validation: str
    control_token: str
    no_cors: bool
    workers: int


class Parser(argparse.ArgumentParser):
    """A parser whose complaint is one line."""

    def error(self, message: str) -> NoReturn:
        """Raise Unusable."""
        raise Unusable(f"{message}; see {self.prog} --help")


def read_options(arguments: Sequence[str]) -> argparse.Namespace:
    """The options of `sandbox serve ARGUMENTS`. Raises Unusable."""
    parser = Parser(prog="sandbox serve")
    add_options(parser)
    return parser.parse_args(arguments)


def add_options(serve: argparse.ArgumentParser) -> None:
    """Tell a parser the documents and the options."""
    serve.add_argument(
        "documents",
        nargs="*",
        metavar="DOCUMENT",
        help="OpenAPI 3.0 file or name of a shipped API (default: all shipped)",
    )
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    serve.add_argument(
        "--port",
        type=port,
        default=8080,
        help="port to listen on, 0 for a free one (default: %(default)s)",
    )
    serve.add_argument("--seed", type=int, default=1, help="seed of the demo data (default: %(default)s)")
    serve.add_argument(
        "--now",
        type=instant,
        metavar="INSTANT",
        help="start the clock at this instant, such as 2026-01-31T12:00:00Z",
    )
    serve.add_argument(
        "--state",
        metavar="URL",
        help="keep the records, such as sqlite:///sandbox.db or postgresql+psycopg://user@host/name "
        "(default: in memory)",
    )
    serve.add_argument(
        "--workers",
        type=workers,
        default=1,
        metavar="N",
        help="processes that answer, over one state (default: %(default)s)",
    )
    serve.add_argument(
        "--speed",
        choices=("real", "instant"),
        default="real",
        help="how fast asynchronous work is done (default: %(default)s)",
    )
    serve.add_argument(
        "--fixtures",
        type=folder,
        metavar="DIR",
        help="folder of <api>.yaml files with personas and named records",
    )
    serve.add_argument("--webhook-url", metavar="URL", help="send webhooks there")
    serve.add_argument("--webhook-secret", default="", metavar="S", help="sign them with this secret")
    serve.add_argument(
        "--webhook-events",
        type=events,
        default=(),
        metavar="API:EVENT,…",
        help="only these (default: all)",
    )
    serve.add_argument(
        "--validation", choices=("strict", "warn"), default="strict", help="warn: serve what is invalid"
    )
    serve.add_argument(
        "--log", type=count, default=10_000, metavar="N", help="requests to keep (default: %(default)s)"
    )
    serve.add_argument(
        "--control-token",
        metavar="T",
        help=f"open the control plane to whoever has this token, and to nobody else (or {CONTROL_TOKEN})",
    )
    serve.add_argument("--no-cors", action="store_true", help="do not let browser pages of other origins in")
    serve.add_argument(
        "--until-eof", action="store_true", help="end with standard input: for programs that start it"
    )


def write_options(options: Options) -> list[str]:
    """The options as arguments of the command."""
    return [text for name, value in options.items() for text in _write_option(name, value)]


def _write_option(name: str, value: object) -> list[str]:
    option = f"--{name.replace('_', '-')}"
    if value is None or isinstance(value, bool):
        return [option] if value else []
    if isinstance(value, datetime):
        value = write_instant(value, "milliseconds")
    elif not isinstance(value, str) and isinstance(value, Iterable):
        value = ",".join(value)
    return [f"{option}={value}"]


def make_settings(options: argparse.Namespace, siblings: "Siblings | None" = None) -> "Settings":
    """How to serve. siblings: the processes that have the same state. Raises Unusable."""
    from .cache import Cache, find_cache_folder
    from .siblings import ALONE
    from .sites import Settings

    return Settings(
        seed=options.seed,
        state=options.state,
        fixtures=options.fixtures,
        speed=options.speed,
        webhooks=tuple(_find_subscriptions(options)),
        log=options.log,
        validation=options.validation,
        cache=Cache(find_cache_folder()),
        siblings=siblings or ALONE,
    )


def make_gate(options: argparse.Namespace, siblings: "Siblings | None" = None) -> "Gate":
    """Who may use the control plane. Raises Unusable for a token that cannot be one."""
    from .control import Gate
    from .siblings import ALONE

    return Gate(find_control_token(options.control_token), siblings or ALONE)


def find_control_token(given: str | None) -> str | None:
    """The control token of the command line, else of the environment, where no list of processes shows it."""
    return os.environ.get(CONTROL_TOKEN) or None if given is None else given


def _find_subscriptions(options: argparse.Namespace) -> Iterator[tuple[str | None, "Subscription"]]:
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
