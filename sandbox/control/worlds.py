"""The control plane's worlds: listed, put back to the demo data, forgotten."""

from datetime import UTC, datetime

from ..clock import write_instant
from ..schemas import Json
from .clocks import describe_clock
from .desk import Desk, Question


def list_worlds(desk: Desk, _question: Question) -> list[Json]:
    """The worlds that have records, and in any case the one without a name, which comes first."""
    counts = count_records(desk)
    return [describe_world(desk, world, counts) for world in sorted({""}.union(*counts.values()))]


def count_records(desk: Desk) -> dict[str, dict[str, int]]:
    """By API and world, how many records there are; 0 for a world that has its demo data and no record."""
    counts: dict[str, dict[str, int]] = {name: {} for name in desk.services}
    for api, _, world in (each.partition("/") for each in desk.store.worlds()):
        if api in counts:
            counts[api][world] = 0
    for name, service in desk.services.items():
        for resource in service.api.resources.values():
            for world, number in desk.store.count_worlds(resource).items():
                counts[name][world] = counts[name].get(world, 0) + number
    return counts


def describe_world(desk: Desk, world: str, counts: dict[str, dict[str, int]]) -> Json:
    """A world as the control plane shows it. counts: of records, by API and world."""
    records = {name: known[world] for name, known in counts.items() if world in known}
    used = [instant for each in desk.services.values() if (instant := each.worlds.used(world)) is not None]
    return {
        "world": world,
        "apis": list(records),
        "clock": describe_clock(desk.clocks.of(world)),
        "records": records,
        "used": write_instant(datetime.fromtimestamp(max(used), UTC), "milliseconds") if used else None,
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
    return describe_world(desk, world, count_records(desk))


def drop_world(desk: Desk, question: Question) -> None:
    """Forget a world."""
    with desk.change(question.world):
        for service in desk.services.values():
            service.worlds.clear(question.world)
        desk.clocks.forget(question.world)
