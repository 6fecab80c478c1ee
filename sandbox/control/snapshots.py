"""The control plane's snapshots: a world is kept under a name, and put back."""

import time
from collections.abc import Iterator

from ..clock import write_time
from ..problems import Problem
from ..resources import Resource
from ..schemas import Json
from ..store import Duplicate, Snapshot
from .desk import Desk, Question
from .worlds import count_records, describe_world


def list_snapshots(desk: Desk, _question: Question) -> list[Json]:
    """The snapshots, the newest first."""
    return [describe_snapshot(snapshot) for snapshot in desk.store.snapshots.all()]


def describe_snapshot(snapshot: Snapshot) -> Json:
    """A snapshot as lists show it."""
    return {
        "name": snapshot.name,
        "world": snapshot.world,
        "apis": list(snapshot.apis),
        "made": write_time(snapshot.made, "milliseconds"),
        "records": snapshot.records,
    }


def find_snapshot(desk: Desk, question: Question) -> Snapshot:
    """The snapshot that a request names. Raises Problem missing."""
    name = question.parameters["name"]
    snapshot = desk.store.snapshots.get(name)
    if snapshot is None:
        known = ", ".join(each.name for each in desk.store.snapshots.all()) or "none"
        raise Problem("missing", f"there is no snapshot {name}; there is {known}")
    return snapshot


def save_snapshot(desk: Desk, question: Question) -> Json:
    """Keep a world as it is now."""
    name, world, clock = question.body["name"], question.world, desk.clocks.of(question.world)
    used = [each for each in desk.services.values() if desk.store.has_world(f"{each.api.name}/{world}")]
    with desk.change(world):
        desk.store.snapshots.remove(name, find_resources(desk))
        records = desk.store.snapshots.save(name, world, (each for one in used for each in one.resources))
        names, frozen = tuple(service.api.name for service in used), clock.frozen is not None
        snapshot = Snapshot(name, world, names, time.time(), clock.time(), frozen, records)
        desk.store.snapshots.add(snapshot)
    return describe_snapshot(snapshot)


def restore_snapshot(desk: Desk, question: Question) -> Json:
    """Put a world back. Raises Problem: missing, conflict for records that cannot stand beside each other."""
    snapshot = find_snapshot(desk, question)
    world = question.body.get("world", snapshot.world)
    try:
        with desk.change(world):
            for service in desk.services.values():
                service.worlds.clear(world)
                if service.api.name in snapshot.apis:
                    desk.store.snapshots.restore(snapshot.name, world, service.resources)
                    desk.store.add_world(f"{service.api.name}/{world}")
            desk.clocks.drive(world, snapshot.now, snapshot.frozen)
    except Duplicate as error:
        raise Problem("conflict", f"snapshot {snapshot.name} holds a record twice: {error}") from error
    return describe_world(desk, world, count_records(desk, world))


def delete_snapshot(desk: Desk, question: Question) -> None:
    """Forget a snapshot. Raises Problem missing."""
    snapshot = find_snapshot(desk, question)
    with desk.change():
        desk.store.snapshots.remove(snapshot.name, find_resources(desk))


def find_resources(desk: Desk) -> Iterator[Resource]:
    """The resources of all APIs."""
    return (resource for service in desk.services.values() for resource in service.resources)
