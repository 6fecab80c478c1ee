"""Documents that become many, and one that becomes large: start, memory and requests."""

import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from sandbox.documents import read_yaml

from .clients import Client, take_times
from .peers import DOCUMENT, make_sandbox
from .processes import run
from .servers import ROOT, Server
from .tables import show_megabytes, write_table

NUMBERS = (5, 20, 50)
STARTS = 3
OPERATIONS = 500
COLUMNS = (
    "documents",
    "operations",
    "start",
    "first answer, s",
    "CPU, s",
    "memory, MB",
    "get, ms",
    "404, ms",
)
GET = "/records/3d1f0a52-6c0e-4b8a-9a57-0c9b7e1d2f34"
BASE = "/api/v1/sync"


def measure_documents(tell: Callable[[str], None], numbers: Sequence[int] = NUMBERS) -> Iterator[str]:
    """The lines of the report."""
    yield "\n## Documents\n"
    yield (
        "The five documents that ship, and copies of them under other names and paths, with their demo "
        f"data; and `devsync` with its collection {OPERATIONS // 5} times.\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        yield from write_table(COLUMNS, _measure(Path(folder), numbers, tell))


def _measure(folder: Path, numbers: Sequence[int], tell: Callable[[str], None]) -> Iterator[list[str]]:
    for number in numbers:
        copies, fixtures = copy_documents(folder / str(number), number)
        yield from _start(f"{number}", copies, fixtures, tell)
    large = folder / "large" / "devsync.json"
    large.parent.mkdir()
    large.write_text(json.dumps(repeat_collection(OPERATIONS // 5)))
    for path in (DOCUMENT, large):
        yield from _start("1", [path], ROOT / "fixtures", tell)


def _start(
    name: str, documents: Sequence[Path], fixtures: Path, tell: Callable[[str], None]
) -> Iterator[list[str]]:
    """Two rows: without a cache of earlier starts, and with it."""
    command = (*make_sandbox().command, "--fixtures", str(fixtures), *map(str, documents))
    operations = sum(count_operations(path) for path in documents)
    with tempfile.TemporaryDirectory() as cache:
        for kind in ("cold", *["warm"] * STARTS):
            tell(f"{name} documents, {operations} operations, {kind}")
            with run(Server("sandbox", command), cache) as running:
                seconds = running.wait([f"{running.address}/devsync{BASE}{GET}"])
                spent, memory = running.cpu(), running.memory()
                with Client(running, f"/devsync{BASE}", "demo") as client:
                    get = take_times(partial(client.ask, "GET", GET), 300)
                    lost = take_times(partial(client.ask, "GET", "/nowhere/at/all", accepted=b"4"), 30)
            row = [name, f"{operations:,}", kind, f"{seconds:.2f}", f"{spent:.2f}", show_megabytes(memory)]
            last = [*row, f"{median(get):.2f}", f"{median(lost):.2f}"]
            if kind == "cold":
                yield last
    yield last


def copy_documents(folder: Path, number: int) -> tuple[list[Path], Path]:
    """So many documents, and the folder of their fixtures."""
    fixtures, made = folder / "fixtures", list[Path]()
    fixtures.mkdir(parents=True)
    originals = sorted((ROOT / "specs").glob("*.yaml"))
    for index in range(number):
        path = originals[index % len(originals)]
        turn = index // len(originals)
        name = f"{path.stem}{turn or ''}"
        (fixtures / f"{name}.yaml").write_bytes((ROOT / "fixtures" / path.name).read_bytes())
        document = read_yaml(path)
        if turn:
            document["servers"] = [{"url": f"/copy{turn}{document['servers'][0]['url']}"}]
        made.append(folder / f"{name}.json")
        made[-1].write_text(json.dumps(document, default=str))
    return made, fixtures


def repeat_collection(times: int) -> dict[str, Any]:
    """The document of devsync with its collection so many times under other names."""
    document: dict[str, Any] = read_yaml(DOCUMENT)
    paths, schemas = dict(document["paths"]), dict(document["components"]["schemas"])
    for index in range(1, times):
        for part, found in (("paths", paths), ("schemas", schemas)):
            text = json.dumps(found, default=str)
            for name in ("Record", "NewRecord", "RecordChanges", "RecordPage"):
                text = text.replace(f'schemas/{name}"', f'schemas/{name}{index}"')
                text = text.replace(f'"{name}": {{"type"', f'"{name}{index}": {{"type"')
            text = text.replace('"of": "Record"', f'"of": "Record{index}"').replace(
                '"/records', f'"/records{index}'
            )
            for verb in ("list", "create", "get", "update", "delete"):
                text = text.replace(f'"{verb}Record', f'"{verb}X{index}Record')
            target = document["paths"] if part == "paths" else document["components"]["schemas"]
            for name, value in json.loads(text).items():
                target.setdefault(name, value)
    return document


def count_operations(path: Path) -> int:
    """How many operations a document has."""
    methods = ("get", "post", "put", "patch", "delete", "head", "options")
    return sum(method in methods for item in read_yaml(path)["paths"].values() for method in item)
