"""The control plane's worlds: listed, put back to the demo data, forgotten."""

from dataclasses import dataclass

from ..clock import write_time
from ..resources import Resource
from ..schemas import Json
from .clocks import describe_clock
from .desk import Desk, Question


@dataclass(frozen=True)
class Census:
    """What worlds hold. records: how many by API and world, 0 for one that has its demo data and no record;
    used: Unix time by world.
    """

    records: dict[str, dict[str, int]]
    used: dict[str, float]


def list_worlds(desk: Desk, _question: Question) -> list[Json]:
    """The worlds that have records, and in any case the one without a name, which comes first."""
    census = count_records(desk)
    return [describe_world(desk, world, census) for world in sorted({""}.union(*census.records.values()))]


def count_records(desk: Desk, only: str | None = None) -> Census:
    """What all worlds hold, or only one: others need not be counted then."""
    census = Census({}, {})
    for name, service in desk.services.items():
        used = {world: when for world, when in service.worlds.used().items() if only in (None, world)}
        counts = census.records[name] = dict.fromkeys(used, 0)
        for world, instant in used.items():
            census.used[world] = max(instant, census.used.get(world, instant))
        for resource in service.api.resources.values():
            for world, number in _count_worlds(desk, resource, only).items():
                counts[world] = counts.get(world, 0) + number
    return census


def _count_worlds(desk: Desk, resource: Resource, only: str | None) -> dict[str, int]:
    if only is None:
        return desk.store.count_worlds(resource)
    number = desk.store.count(resource, only, (), ())
    return {only: number} if number else {}


def describe_world(desk: Desk, world: str, census: Census) -> Json:
    """A world as the control plane shows it."""
    records = {name: known[world] for name, known in census.records.items() if world in known}
    used = census.used.get(world)
    return {
        "world": world,
        "apis": list(records),
        "clock": describe_clock(desk.clocks.of(world)),
        "records": records,
        "used": None if used is None else write_time(used, "milliseconds"),
    }


def reset_world(desk: Desk, question: Question) -> Json:
    """Give a world its demo data again: of the API that is named, or of all that it was used for.

    Raises Problem invalid for an unknown API.
    """
    world, api = question.world, question.body.get("api")
    named = [desk.find_service(api, "body", "/api")] if api else []
    with desk.change(world):
        for service in named or desk.services.values():
            used = desk.store.has_world(f"{service.api.name}/{world}")
            service.worlds.clear(world)
            if used or named:
                service.worlds.enter(world)
        if not named:
            desk.clocks.forget(world)
    return describe_world(desk, world, count_records(desk, world))


def drop_world(desk: Desk, question: Question) -> None:
    """Forget a world."""
    with desk.change(question.world):
        for service in desk.services.values():
            service.worlds.clear(question.world)
        desk.clocks.forget(question.world)
