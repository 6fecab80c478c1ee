"""The command `sandbox`."""

import argparse
import gc
import os
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from .clock import Clock
from .ctl import __doc__ as ctl_description
from .ctl import add_commands
from .documents import find_documents
from .options import Parser, add_options, make_gate, make_settings
from .problems import Unusable

UNUSABLE = 2
ROLES = ("peer", "readonly", "limited", "expired", "unsubscribed")  # of which laws need a credential
CONTRACT_COMMANDS = {
    "test": "judge a deployment by the laws of a document",
    "laws": "list what is checked",
    "explain": "say what a law checks and what proves it",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command. Returns the exit code: 0, or 2 when what was asked for cannot be done;
    see also `test`.
    """
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    try:
        if arguments[:1] and arguments[0] in CONTRACT_COMMANDS:
            return run_contract_command(arguments)
        options = make_parser().parse_args(arguments)
        options.arguments = arguments[1:]
        return int(options.run(options) or 0)
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
    add_options(serve)
    add_commands(commands.add_parser("ctl", help="drive a sandbox that runs", description=ctl_description))
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
    # Plugins of Hypothesis register types for tests of others; that of trio alone imports pytest.
    os.environ.setdefault("HYPOTHESIS_NO_PLUGINS", "1")
    from contract_tests.command import main

    return main(arguments, find_document, embed_for_tests)


def find_document(name: str) -> Path:
    """The file of a shipped API, or the file itself. Raises Unusable."""
    return find_documents([name])[0]


@contextmanager
def embed_for_tests(
    document: Path, webhook_url: str, webhook_secret: str
) -> Iterator[tuple[str, dict[str, str]]]:
    """The base URL of a sandbox of the document in a process of its own, and its tokens by role.

    Parameters: webhook_url, where all its events go to; webhook_secret signs them.
    """
    from .embedded import Sandbox

    with Sandbox(document, process=True, webhook_url=webhook_url, webhook_secret=webhook_secret) as sandbox:
        [(api, personas)] = sandbox.personas.items()
        roles = {"owner": "demo"} | {role: role for role in ROLES}
        yield sandbox.base(api), {role: token for role, token in roles.items() if token in personas}


def run_serve(options: argparse.Namespace) -> None:
    """Serve the APIs until Ctrl-C. The line 'READY {...}' on standard output says that they answer."""
    gc.disable()  # of what a start loads and makes nearly all stays; once it is made, the collector goes on
    try:
        _serve(options)
    finally:
        gc.enable()


def _serve(options: argparse.Namespace) -> None:
    from .server import listen, serve, stop_at_end_of_input, stop_at_once
    from .workers import find_place, serve_with_workers

    stop_at_once()
    if options.until_eof:
        stop_at_end_of_input()
    documents, place = find_documents(options.documents), find_place()
    siblings = place.siblings if place else None
    gate = make_gate(options, siblings)
    if options.workers > 1 and place is None:
        listener = listen(options.host, options.port)
        gc.enable()
        serve_with_workers(listener, options.arguments, options.workers, options.state)
        return
    serve(
        documents,
        make_settings(options, siblings),
        Clock(options.now, since=place.since if place else None),
        host=options.host,
        port=options.port,
        listener=socket.socket(fileno=place.listener) if place else None,
        door=socket.socket(fileno=place.door) if place else None,
        cors=not options.no_cors,
        gate=gate,
    )


if __name__ == "__main__":
    sys.exit(main())
