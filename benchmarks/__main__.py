"""The command `python -m benchmarks`."""

import argparse
import shlex
import signal
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from .answers import ask_answers, exemplify
from .machine import Moment, describe_machine
from .packages import require_program
from .peers import DOCUMENT, describe_peers, describe_versions, make_peers, make_sandbox
from .processes import Unmeasurable
from .report import PICTURE, Results, write_report
from .starts import measure_starts
from .stubs import write_stubs
from .throughput import Loads, Plan, measure

RESULTS = Path(__file__).parent / "RESULTS.md"
UNUSABLE = 2
TRIAL = {"rounds": 1, "seconds": 1, "starts": 1}


def main() -> int:
    """Measure and write RESULTS.md. Returns the exit code: 0, or 2 when nothing can be measured."""
    options = read_options()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        draw = find_painter()
        results = measure_all(options)
    except Unmeasurable as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return UNUSABLE
    except KeyboardInterrupt:
        print("benchmarks: stopped; nothing is written", file=sys.stderr)
        return UNUSABLE
    if options.quick:
        print(write_report(results))
    else:
        draw(results.loads, RESULTS.with_name(PICTURE))
        RESULTS.write_text(write_report(results), encoding="utf-8")
    return 0


def read_options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measure the sandbox beside other servers and write benchmarks/RESULTS.md.",
    )
    parser.add_argument(
        "--rounds", type=_count, default=5, help="turns of each server (default: %(default)s)"
    )
    parser.add_argument("--seconds", type=_count, default=2, help="of one load (default: %(default)s)")
    parser.add_argument("--starts", type=_count, default=3, help="of each server (default: %(default)s)")
    parser.add_argument(
        "--quick", action="store_true", help="one short round, printed; RESULTS.md stays as it is"
    )
    options = parser.parse_args()
    if options.quick:
        vars(options).update(TRIAL)
    return options


def find_painter() -> Callable[[Sequence[Loads], Path], None]:
    """What draws the picture. Raises Unmeasurable when its library is not installed."""
    try:
        from .plot import draw_rates
    except ModuleNotFoundError as error:
        raise Unmeasurable(
            f"{error.name} is not installed; it comes with pip install -e '.[bench]'"
        ) from error
    return draw_rates


def measure_all(options: argparse.Namespace) -> Results:
    """Everything, one thing after the other. Raises Unmeasurable."""
    require_program("wrk", "the Debian package wrk")
    sandbox, full = make_sandbox(DOCUMENT), make_sandbox()
    with tempfile.TemporaryDirectory() as folder:
        peers = make_peers(Path(folder))
        start = Moment.now()
        answers, document = ask_answers(sandbox, folder)
        write_stubs(answers, exemplify(document, answers), Path(folder))
        starts = measure_starts(sandbox, full, peers, options.starts, options.seconds, tell)
        plan = Plan(options.rounds, options.seconds, tell)
        loads, memories = measure([sandbox, *peers], answers, folder, plan)
    return Results(
        command=shlex.join(["python", "-m", "benchmarks", *sys.argv[1:]]),
        machine=describe_machine(describe_versions() | describe_peers(), start),
        seconds=options.seconds,
        rounds=options.rounds,
        starts=starts,
        loads=loads,
        memories=memories,
        others=find_others(RESULTS),
    )


def find_others(results: Path) -> dict[str, str]:
    """The titles of the reports beside this one, by their names."""
    found = (path for path in sorted(results.parent.glob("*.md")) if path != results)
    return {path.name: path.read_text(encoding="utf-8").partition("\n")[0].lstrip("# ") for path in found}


def tell(line: str) -> None:
    """Say on standard error what is being measured."""
    print(line, file=sys.stderr, flush=True)


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text)):
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
