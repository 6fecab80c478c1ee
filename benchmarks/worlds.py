"""Eight clients in eight worlds beside the same eight in one: `python -m benchmarks.worlds`."""

import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from .load import Load, Turns, read_output
from .packages import require_program
from .peers import DOCUMENT, make_sandbox
from .processes import Running, Unmeasurable, ask, run

CLIENTS = 8
ROUNDS, SECONDS = 7, 4
LEAST = 0.85  # of the throughput in one world
SCRIPT = Path(__file__).parent / "worlds.lua"
WRK = ("wrk", f"-t{CLIENTS}", f"-c{CLIENTS}", "--latency", "--timeout", "10s")


@dataclass
class WorldTurns(Turns):
    """The turns of the clients in so many worlds."""

    worlds: int


def main() -> int:
    """Measure and print a table. Returns 1 when eight worlds are too slow, 2 when nothing can be measured."""
    try:
        require_program("wrk", "the Debian package wrk")
        with tempfile.TemporaryDirectory() as cache, run(make_sandbox(DOCUMENT), cache) as running:
            running.wait([f"{running.url}/records?limit=1"])
            together, apart = take_turns(running)
    except Unmeasurable as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return 2
    print_table(together, apart)
    return int(apart.rate < LEAST * together.rate)


def take_turns(running: Running) -> tuple[WorldTurns, WorldTurns]:
    """Rounds of both by turns, in worlds that were never used before; the first round is not measured."""
    both = WorldTurns(1), WorldTurns(CLIENTS)
    for turn in range(ROUNDS + 1):
        for turns in both if turn % 2 else reversed(both):
            spent = running.cpu()
            load = send(running.url, turns.worlds, f"turn{turn}-{turns.worlds}-", SECONDS)
            if turn:
                turns.loads.append(load)
                turns.cpu += running.cpu() - spent
    return both


def send(url: str, worlds: int, name: str, seconds: int) -> Load:
    """Load all kinds of requests, each client in a world of so many. name: what those begin with."""
    for world in range(worlds):  # made before the clock of wrk runs
        ask(f"{url}/records?limit=1", token=f"Bearer demo.{name}{world}")
    command = [*WRK, f"-d{seconds}s", "-s", str(SCRIPT), url, "--", str(worlds), name]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise Unmeasurable(f"wrk ended with {done.returncode}: {done.stderr.strip()}")
    return read_output(done.stdout)


def print_table(together: WorldTurns, apart: WorldTurns) -> None:
    """Both rows, and their ratio."""
    print(f"`{' '.join(WRK)} -d{SECONDS}s`: medians of {ROUNDS} turns, by turns. Each client shows, lists,")
    print("filters, creates and removes records of one server.\n")
    print("| clients | worlds | req/s | lowest to highest | p50, ms | p99, ms | CPU, µs a request | no 2xx |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for turns in (together, apart):
        rates = [load.rate for load in turns.loads]
        print(
            f"| {CLIENTS} | {turns.worlds} | {turns.rate:,.0f} | {min(rates):,.0f} to {max(rates):,.0f} "
            f"| {turns.p50:.2f} | {turns.p99:.2f} | {turns.cost:,.0f} | {turns.refused:.2%} |"
        )
    print(f"\n{CLIENTS} worlds reach {apart.rate / together.rate:.2f} × the throughput of one world.")


if __name__ == "__main__":
    sys.exit(main())
