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
    start = read_time(body["set"], "/set") if "set" in body else desk.clocks.of(world).time()
    instant = start + body.get("advance", 0)
    if not EARLIEST <= instant <= LATEST:
        raise refuse([Fault("body", "/advance", "must lead to an instant between the years 1900 and 9000")])
    driven = {"set", "advance"} & body.keys()
    desk.clocks.drive(world, instant if driven else None, body.get("freeze"))
    return tell_clock(desk, question)


def read_time(text: str, pointer: str) -> float:
    """The Unix time of an instant in a body. Raises Problem invalid for one that no clock can go to."""
    try:
        instant = read_instant(text).timestamp()
    except ValueError as error:
        raise refuse([Fault("body", pointer, f"is no instant: {error}")]) from error
    if not EARLIEST <= instant <= LATEST:
        raise refuse([Fault("body", pointer, "must be an instant between the years 1900 and 9000")])
    return instant
