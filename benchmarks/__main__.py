"""The command `python -m benchmarks`."""

import argparse
import shlex
import signal
import sys
import tempfile
from pathlib import Path

from .machine import Moment, describe_machine
from .peers import DOCUMENT, describe_versions, install_prism, make_peers, make_sandbox, require_program
from .processes import Unmeasurable
from .report import Results, write_report
from .starts import measure_starts, save_document
from .throughput import Plan, measure

RESULTS = Path(__file__).parent / "RESULTS.md"
UNUSABLE = 2
TRIAL = {"rounds": 1, "seconds": 1, "starts": 1}


def main() -> int:
    """Measure and write RESULTS.md. Returns the exit code: 0, or 2 when nothing can be measured."""
    options = read_options()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        report = write_report(measure_all(options))
    except Unmeasurable as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return UNUSABLE
    except KeyboardInterrupt:
        print("benchmarks: stopped; nothing is written", file=sys.stderr)
        return UNUSABLE
    if options.quick:
        print(report)
    else:
        RESULTS.write_text(report, encoding="utf-8")
    return 0


def read_options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measure the sandbox beside Prism and write benchmarks/RESULTS.md.",
    )
    parser.add_argument(
        "--rounds", type=_count, default=5, help="turns of each server (default: %(default)s)"
    )
    parser.add_argument("--seconds", type=_count, default=3, help="of one load (default: %(default)s)")
    parser.add_argument("--starts", type=_count, default=3, help="of each server (default: %(default)s)")
    parser.add_argument(
        "--quick", action="store_true", help="one short round, printed; RESULTS.md stays as it is"
    )
    options = parser.parse_args()
    if options.quick:
        vars(options).update(TRIAL)
    return options


def measure_all(options: argparse.Namespace) -> Results:
    """Everything, one thing after the other. Raises Unmeasurable."""
    require_program("wrk", "the Debian package wrk")
    program = install_prism()
    start = Moment.now()
    sandbox, full = make_sandbox(DOCUMENT), make_sandbox()
    with tempfile.TemporaryDirectory() as folder:
        peers = make_peers(program, save_document(sandbox, Path(folder)))
        starts = measure_starts(sandbox, full, peers, options.starts, options.seconds, tell)
        plan = Plan(options.rounds, options.seconds, tell)
        loads, memories = measure([sandbox, *peers], folder, plan)
    return Results(
        command=shlex.join(["python", "-m", "benchmarks", *sys.argv[1:]]),
        machine=describe_machine(describe_versions(), start),
        seconds=options.seconds,
        rounds=options.rounds,
        starts=starts,
        loads=loads,
        memories=memories,
    )


def tell(line: str) -> None:
    """Say on standard error what is being measured."""
    print(line, file=sys.stderr, flush=True)


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text)):
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
