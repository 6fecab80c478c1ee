"""Worlds that become many: what one more costs, and whether the others notice."""

import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from statistics import median

from .clients import Client, take_times
from .load import GET
from .peers import DOCUMENT, make_sandbox
from .processes import Running, run
from .tables import MEBIBYTE, write_table

NUMBERS = (10, 100, 500, 1000)
LATEST = 10  # worlds of which the first request is shown
BASE = "/devsync/api/v1/sync"
CONTROL = "/_sandbox"
LIST = "/records?limit=20"
COLUMNS = (
    "worlds asked for",
    "kept",
    "memory, MB",
    "KB a world",
    "first request of a new world, ms",
    "later ones, ms",
    "create, ms",
    "list of worlds, ms",
    "reset, ms",
    "drop, ms",
)


def measure_worlds(tell: Callable[[str], None], numbers: Sequence[int] = NUMBERS) -> Iterator[str]:
    """The lines of the report."""
    yield "\n## Worlds\n"
    yield "`devsync`, 244 records in each world, SQLite in memory; medians of one client.\n"
    with tempfile.TemporaryDirectory() as cache, run(make_sandbox(DOCUMENT), cache) as running:
        running.wait([running.url + GET.path])
        yield from write_table(COLUMNS, _grow(running, numbers, tell))


def _grow(running: Running, numbers: Sequence[int], tell: Callable[[str], None]) -> Iterator[list[str]]:
    empty, made = running.memory(), 0
    with Client(running, BASE, "demo") as client, Client(running, CONTROL, "demo") as control:
        for number in numbers:
            tell(f"{number} worlds")
            first = []
            for index in range(made, number):
                client.token = f"demo.w{index}"
                first += take_times(partial(client.ask, "GET", LIST), 1)
            made = number
            kept = len(json.loads(control.ask("GET", "/worlds")))
            memory = running.memory()
            yield [
                f"{number:,}",
                f"{kept:,}",
                f"{memory / MEBIBYTE:.0f}",
                f"{(memory - empty) / kept / 1024:.0f}",
                f"{median(first[-LATEST:]):.1f}",
                f"{median(take_times(partial(_ask_in_turn, client, number), 200)):.2f}",
                f"{median(take_times(partial(_create, client), 200)):.2f}",
                f"{median(take_times(partial(control.ask, 'GET', '/worlds'), 10)):.1f}",
                f"{median(take_times(partial(_reset, control, number), LATEST)):.1f}",
                f"{median(_drop_some(client, control, number)):.1f}",
            ]


def _ask_in_turn(client: Client, number: int) -> None:
    """A list of one of the latest worlds, another one each time."""
    position = int(client.token.partition(".w")[2])
    client.token = f"demo.w{position - 1 if position > max(0, number - 400) else number - 1}"
    client.ask("GET", LIST)


def _create(client: Client) -> None:
    body = {"developerId": "dev-456", "resourceType": "NOTE", "resourceKey": client.number(), "data": {}}
    client.ask("POST", "/records", body)


def _reset(control: Client, number: int) -> None:
    control.ask("POST", "/reset", {"world": f"w{number - 1}"})


def _drop_some(client: Client, control: Client, number: int) -> list[float]:
    """Times of dropping the latest worlds, which are made again."""
    names = [f"w{number - 1 - index}" for index in range(min(LATEST, number))]
    times = [take_times(partial(control.ask, "DELETE", f"/worlds?world={name}"), 1)[0] for name in names]
    for name in names:
        client.token = f"demo.{name}"
        client.ask("GET", LIST)
    return times
