"""A hunt: inputs for a sandbox from many clients at once, until a time or a number is reached."""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field
from json import dumps, loads
from pathlib import Path

from sandbox.tests.endurance.weights import Weights, weigh
from sandbox.tests.faults.servers import Served

from .answers import describe, judge
from .inputs import Input, Source
from .wires import PATIENCE, exchange, probe, tidy

CLIENTS = 24
FILLED = 16_000  # inputs, after which the request log is full, and memory is measured
ROUND = 2000  # inputs, after which the sandbox is tidied up
PACE = 5.0  # seconds between two weighings, and two probes
MOST = 10  # inputs that went wrong, after which a hunt ends
FOLDER = Path(__file__).parent / "crashes"


@dataclass
class Crash:
    """An input that went wrong, and how."""

    given: Input
    fault: str


@dataclass
class Hunt:
    """What is to be done, and what came of it. slowest: seconds until a probe was answered, at worst."""

    port: int
    source: Source
    ends: float  # by time.monotonic()
    most: float  # inputs
    pid: int | None = None
    began: float | None = None  # when the request log was full
    tested: Counter[str] = field(default_factory=Counter)
    crashes: list[Crash] = field(default_factory=list)
    weights: Weights = field(default_factory=Weights)
    slowest: float = 0.0

    @property
    def is_over(self) -> bool:
        """Whether enough was done."""
        return time.monotonic() > self.ends or self.tested.total() >= self.most or len(self.crashes) >= MOST

    async def run(self) -> None:
        """Hunt. Raises OSError when the sandbox is gone."""
        watch = asyncio.create_task(self._watch())
        while not self.is_over:
            end = self.tested.total() + ROUND
            await asyncio.gather(*(self._send(end) for _ in range(CLIENTS)))
            await asyncio.to_thread(tidy, self.port)
        watch.cancel()

    async def _send(self, end: int) -> None:
        while not self.is_over and self.tested.total() < end:
            given = self.source.make()
            self.tested[given.kind] += 1
            answer = await exchange(self.port, given)
            self.source.learn(given, describe(answer))
            fault = judge(given, answer)
            if fault:
                self.crashes.append(Crash(given, fault))

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(PACE)
            self.slowest = max(self.slowest, await asyncio.to_thread(probe, self.port))
            if self.slowest > PATIENCE:
                self.crashes.append(Crash(Input("probe", ()), f"no answer for {self.slowest:.1f} s"))
            if self.pid and self.tested.total() >= FILLED:
                self.began = self.began or time.monotonic()
                self.weights.add(time.monotonic() - self.began, weigh(self.pid))


def hunt(served: Served, source: Source, seconds: float, most: float = float("inf")) -> Hunt:
    """Hunt for so long, and for so many inputs."""
    (pid,) = served.find_workers()
    made = Hunt(served.port, source, time.monotonic() + seconds, most, pid)
    asyncio.run(made.run())
    made.crashes += [Crash(Input("output", ()), text) for text in served.find_tracebacks()]
    return made


def try_again(port: int, given: Input) -> str | None:
    """What is wrong about the answer to an input, alone."""
    return judge(given, asyncio.run(exchange(port, given)))


def shrink(port: int, crash: Crash) -> Crash:
    """The same crash with less of the input, as long as it is one."""
    data, size = crash.given.data, len(crash.given.data) // 2
    if not try_again(port, crash.given):
        return crash
    while size:
        place = 0
        while place < len(data):
            less = Input(crash.given.kind, (data[:place] + data[place + size :],), crash.given.whole)
            fault = try_again(port, less)
            if fault and fault[:4] == crash.fault[:4]:
                data, crash = less.data, Crash(less, fault)
            else:
                place += size
        size //= 2
    return crash


def keep(crash: Crash, number: int) -> Path:
    """Write an input that went wrong to a file, for the tests to send it again."""
    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / f"{crash.given.kind.replace(' ', '-')}-{number}.json"
    pieces = [piece.decode("latin-1") for piece in crash.given.pieces]
    words = {"kind": crash.given.kind, "pieces": pieces, "whole": crash.given.whole}
    path.write_text(dumps(words | {"leave": crash.given.leave, "fault": crash.fault}, indent=1) + "\n")
    return path


def recall(path: Path) -> Input:
    """The input of a file."""
    words = loads(path.read_text())
    pieces = tuple(piece.encode("latin-1") for piece in words["pieces"])
    return Input(words["kind"], pieces, words["whole"], words["leave"])
