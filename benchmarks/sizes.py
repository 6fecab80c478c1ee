"""A collection that grows: requests to 1,000, 100,000 and 1,000,000 records."""

import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from random import Random

from sandbox.tests import postgresql

from .clients import Client, Prepare, take_turns
from .filling import WORLD, fill
from .processes import run
from .servers import ROOT, Server
from .tables import show_megabytes, write_table

PAGE = 20
NUMBERS = count()
DAY = "start_date=2026-05-31&end_date=2026-05-31"


@dataclass(frozen=True)
class Collection:
    """A collection of an API, and how it is asked for. start: the parameter of a page that begins at a
    record; lists: more lists, by name.
    """

    api: str
    name: str
    base: str
    path: str
    size: str
    start: Callable[[int], str]
    lists: dict[str, str]
    is_written: bool = False


COLLECTIONS = (
    Collection(
        "devsync",
        "Record",
        "/devsync/api/v1/sync",
        "/records",
        f"limit={PAGE}",
        lambda index: f"page={index // PAGE + 1}",
        {"filtered by developerId": "developerId=dev-456", "filtered by status": "status=ACTIVE"},
        is_written=True,
    ),
    Collection(
        "humanapi",
        "WeightReading",
        "/humanapi/v1",
        "/human/weight/readings",
        f"limit={PAGE}",
        lambda index: f"offset={index}",
        {
            "filtered by source": "source=withings",
            "filtered by date": "start_date=2026-05-31&end_date=2026-05-31",
        },
    ),
    Collection(
        "healthsync",
        "LabResult",
        "/healthsync/v1",
        "/records/lab-results",
        f"per_page={PAGE}",
        lambda index: f"page={index // PAGE + 1}",
        {
            "sorted by test_name": "order_by=test_name&order=asc",
            "sorted by test_name, desc": "order_by=test_name&order=desc",
            "sorted by date, asc": "order_by=date&order=asc",
            "filtered by test_type": "test_type=blood",
        },
    ),
)


@dataclass
class Series:
    """Servers of one collection, each with another number of records."""

    collection: Collection
    clients: list[Client]
    numbers: Sequence[int]
    keys: list[list[str]]

    def index(self, client: Client) -> int:
        """Which of the servers a client asks."""
        return self.clients.index(client)


def make_probes(series: Series) -> Iterator[tuple[str, Prepare]]:
    """What is asked, by name."""
    collection = series.collection
    path = f"{collection.path}?{collection.size}"

    def get(name: str, find: Callable[[int], str]) -> tuple[str, Prepare]:
        return name, lambda client: partial(client.ask, "GET", find(series.index(client)))

    yield get("first page", lambda _: path)
    half = [number // 2 for number in series.numbers]
    onward = [count(PAGE, PAGE) for _ in series.numbers]
    chance = Random(1)
    yield get("page in the middle", lambda at: f"{path}&{collection.start(half[at])}")
    yield get("pages onward", lambda at: f"{path}&{collection.start(half[at] + next(onward[at]) % half[at])}")
    yield get("any page", lambda at: f"{path}&{collection.start(chance.randrange(series.numbers[at]))}")
    for name, query in collection.lists.items():
        yield get(name, lambda _, query=query: f"{path}&{query}")  # type: ignore[misc]
    yield get("get by id", lambda at: f"{collection.path}/{series.keys[at][len(series.keys[at]) // 2]}")
    if collection.is_written:
        yield from _make_writes(series, path)


def _make_writes(series: Series, path: str) -> Iterator[tuple[str, Prepare]]:
    made: dict[Client, list[str]] = {client: [] for client in series.clients}
    items = series.collection.path

    def create(client: Client) -> None:
        body = {"developerId": "dev-456", "resourceType": "NOTE", "resourceKey": f"grown-{next(NUMBERS)}"}
        made[client].append(json.loads(client.ask("POST", items, body | {"data": {}}))["id"])

    def update(client: Client) -> Callable[[], object]:
        key = series.keys[series.index(client)][7]
        return partial(client.ask, "PATCH", f"{items}/{key}", {"data": {"changed": next(NUMBERS)}})

    def list_again(client: Client) -> Callable[[], object]:
        create(client)
        return partial(client.ask, "GET", path)

    def filter_again(client: Client) -> Callable[[], object]:
        create(client)
        return partial(client.ask, "GET", f"{path}&developerId=dev-456")

    yield "create", lambda client: partial(create, client)
    yield "update", update
    yield "first page after a create", list_again
    yield "filtered after a create", filter_again
    yield "delete", lambda client: partial(client.ask, "DELETE", f"{items}/{made[client].pop()}")


@contextmanager
def run_states(
    postgres: bool,
) -> Iterator[Callable[[Collection, Sequence[int]], Iterator[tuple[str, Series]]]]:
    """What starts servers of a collection, one for each number of records, over each kind of state."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        database = stack.enter_context(postgresql.run_server()) if postgres else None

        def start(collection: Collection, numbers: Sequence[int]) -> Iterator[tuple[str, Series]]:
            files = [folder / f"{collection.api}{number}.db" for number in numbers]
            urls = [f"sqlite:///{file}" for file in files]
            keys = _fill(collection, numbers, urls)
            copied = [("benchmarks.filling", str(file), "serve") for file in files]
            with _serve(collection, numbers, keys, folder, copied) as series:
                yield "SQLite in memory", series
            if collection.is_written:
                kept = [("sandbox", "serve", "--state", url) for url in urls]
                with _serve(collection, numbers, keys, folder, kept) as series:
                    yield "SQLite file", series
            for file in files:
                file.unlink()
            if database and collection.is_written:
                urls = [database.url(f"{collection.api}{number}") for number in numbers]
                keys = _fill(collection, numbers, urls)
                kept = [("sandbox", "serve", "--state", url) for url in urls]
                with _serve(collection, numbers, keys, folder, kept) as series:
                    yield "PostgreSQL", series

        yield start


def _fill(collection: Collection, numbers: Sequence[int], urls: Sequence[str]) -> list[list[str]]:
    return [
        fill(url, collection.api, collection.name, number) for url, number in zip(urls, numbers, strict=True)
    ]


@contextmanager
def _serve(
    collection: Collection,
    numbers: Sequence[int],
    keys: list[list[str]],
    folder: Path,
    commands: Sequence[Sequence[str]],
) -> Iterator[Series]:
    document = str(ROOT / "specs" / f"{collection.api}.yaml")
    with ExitStack() as stack:
        clients = []
        for command in commands:
            whole = (sys.executable, "-m", *command, document, "--port", "{port}")
            running = stack.enter_context(run(Server(collection.api, whole, collection.base), str(folder)))
            running.wait([f"{running.address}/_sandbox/health"])
            clients.append(stack.enter_context(Client(running, collection.base, f"demo.{WORLD}")))
        yield Series(collection, clients, numbers, keys)


def measure_sizes(
    numbers: Sequence[int], postgres: bool, tell: Callable[[str], None], names: Sequence[str] = ()
) -> Iterator[str]:
    """The lines of the report. numbers: of records, the smallest first; names: of APIs, none for all."""
    with run_states(postgres) as start:
        for collection in COLLECTIONS:
            if names and collection.api not in names:
                continue
            for state, series in start(collection, numbers):
                tell(f"{collection.api}, {state}")
                yield f"\n### `{collection.api}`: {collection.name}, {state}\n"
                yield from write_table(_name_columns(numbers), _measure(series))


def _name_columns(numbers: Sequence[int]) -> list[str]:
    columns = ["request"]
    for index, number in enumerate(numbers):
        columns += [f"{number:,} records: p50, ms", "req/s", *(["ratio"] if index else [])]
    return columns


def _measure(series: Series) -> Iterator[list[str]]:
    for name, prepare in make_probes(series):
        all_timed = take_turns(series.clients, prepare)
        row = [name]
        for index, timed in enumerate(all_timed):
            ratio = [f"{timed.p50 / all_timed[0].p50:.2f}"] if index else []
            row += [f"{timed.p50:.2f}", f"{timed.rate:,.0f}", *ratio]
        yield row
    memory = ["memory, MB"]
    for index, client in enumerate(series.clients):
        memory += [show_megabytes(client.running.memory()), "", *([""] if index else [])]
    yield memory
