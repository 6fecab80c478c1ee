"""The control plane's clocks of the worlds."""

from ..clock import Clock, read_instant, write_instant
from ..problems import Fault, refuse
from ..schemas import Json
from .desk import Desk, Question

EARLIEST, LATEST = -2_208_988_800.0, 221_845_392_000.0  # the years 1900 and 9000 in Unix time


def tell_clock(desk: Desk, question: Question) -> Json:
    """The time of a world."""
    desk.clocks.refresh()
    return {"world": question.world, **describe_clock(desk.clocks.of(question.world))}


def describe_clock(clock: Clock) -> Json:
    """What a clock shows."""
    return {"now": write_instant(clock.now(), "milliseconds"), "frozen": clock.frozen is not None}


def drive_clock(desk: Desk, question: Question) -> Json:
    """Set, advance, stop or start the clock of a world. Raises Problem invalid for an impossible instant."""
    body, world = question.body, question.world
    desk.clocks.refresh()
    try:
        start = read_instant(body["set"]).timestamp() if "set" in body else desk.clocks.of(world).time()
        instant = start + body.get("advance", 0)
    except ValueError as error:
        raise refuse([Fault("body", "/set", f"is no instant: {error}")]) from error
    if not EARLIEST <= instant <= LATEST:
        raise refuse([Fault("body", "/set", "must lead to an instant between the years 1900 and 9000")])
    driven = {"set", "advance"} & body.keys()
    desk.clocks.drive(world, instant if driven else None, body.get("freeze"))
    return tell_clock(desk, question)
