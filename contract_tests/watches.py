"""Records that change by themselves, watched from their creation until they have come to rest."""

import time
from dataclasses import dataclass, field
from typing import Any

from contract_tests.operations import Resource
from contract_tests.records import Record
from contract_tests.trials import DEPTHS, Trial
from contract_tests.views import look

Json = Any
PATIENCE, HASTE = 20.0, 1.0  # seconds at least that a record is waited for, and at most in a quick run
PAUSE = 0.4


@dataclass
class Watch:
    """What was seen of one record.

    Parameters: record; name, the field of its state; reads, pairs of readings, the second right after the
    first; limit, the seconds that it was waited for.
    """

    record: Record
    name: str
    limit: float
    reads: list[tuple[dict[str, Json], dict[str, Json]]] = field(default_factory=list)

    @property
    def states(self) -> list[Json]:
        """The states that were seen, in order; the first is that of the answer to the write."""
        answered = [self.record.fields[self.name]] if self.name in self.record.fields else []
        return answered + [row.get(self.name) for pair in self.reads for row in pair]

    @property
    def last(self) -> dict[str, Json]:
        """The record as it was seen last."""
        return self.reads[-1][1]


def moves_of(resource: Resource) -> list[dict[str, Json]]:
    """The moves of a resource that the clock makes."""
    return [row for row in resource.words.get("states", {}).get("moves", []) if "after" in row]


def ends_of(resource: Resource) -> set[str]:
    """The states in which a record stays: no move leaves them, or none leads to them (failed)."""
    moves = moves_of(resource)
    left = {row["from"] for row in moves}
    listed = resource.properties.get(resource.words["states"]["field"], {}).get("enum", [])
    return ({row["to"] for row in moves} | set(listed)) - left


def reachable(resource: Resource, state: Json) -> set[Json]:
    """The states that a record may have later than the given one."""
    found: set[Json] = {state}
    for _ in moves_of(resource):
        found |= {row["to"] for row in moves_of(resource) if row["from"] in found}
    return found | (ends_of(resource) if state not in ends_of(resource) else set())


def patience(trial: Trial, resource: Resource) -> float:
    """Seconds to wait for the last state: four times the longest documented delays."""
    longest = sum(float(row["after"][1]) for row in moves_of(resource))
    return HASTE if trial.examples <= DEPTHS["quick"] else max(PATIENCE, 4 * longest)


def watch(trial: Trial, resource: Resource) -> Watch:
    """The record of the resource that this run watches; it is made and watched once."""
    key = ("watch", resource.name)
    if key not in trial.session.memo:
        trial.session.memo[key] = _watch(trial, resource)
    found: Watch = trial.session.memo[key]
    return found


def _watch(trial: Trial, resource: Resource) -> Watch:
    record = trial.make(resource, kept=True)
    seen = Watch(record, resource.words["states"]["field"], patience(trial, resource))
    end = time.monotonic() + seen.limit
    while True:
        trial.pause(PAUSE)
        seen.reads.append((_look(trial, record), _look(trial, record)))
        settled = seen.last.get(seen.name) not in {row["from"] for row in moves_of(resource)}
        if time.monotonic() > end or (settled and len(seen.reads) > 1 and seen.reads[-2][1] == seen.last):
            return seen


def _look(trial: Trial, record: Record) -> dict[str, Json]:
    trial.session.snapshots.clear()
    return look(trial, record)
