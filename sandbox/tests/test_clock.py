"""Instants: read, written, and told by a clock that may start elsewhere."""

from datetime import UTC, datetime, timedelta

import pytest

from sandbox.clock import Clock, Clocks, add_days, read_instant, write_instant

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-01-31T12:00:00Z", NOON),
        ("2026-01-31T12:00:00", NOON),
        ("2026-01-31T13:30:00+01:30", NOON),
        ("2026-01-31T04:00:00-08:00", NOON),
        ("2026-01-31T12:00:00.000Z", NOON),
        ("20260131T120000Z", NOON),
        ("2026-01-31t12:00:00z", NOON),
        ("2026-01-31T11:59:60Z", NOON - timedelta(seconds=1)),
        ("2026-01-31T12:59:60.5+01:00", NOON - timedelta(seconds=0.5)),
        ("2026-01-31", NOON - timedelta(hours=12)),
        ("2024-02-29T00:00:00Z", datetime(2024, 2, 29, tzinfo=UTC)),
    ],
)
def test_instant_without_an_offset_is_utc_and_with_one_is_the_same_moment(
    text: str, instant: datetime
) -> None:
    assert read_instant(text) == instant


@pytest.mark.parametrize(
    "text", ["", "soon", "2026-02-30T00:00:00Z", "2026-01-31T25:00:00Z", "12:00", "2026-1-1", "2026-01-31T"]
)
def test_text_that_is_no_instant_raises_value_error(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        read_instant(text)


@pytest.mark.parametrize(
    ("instant", "style", "text"),
    [
        (NOON, "seconds", "2026-01-31T12:00:00Z"),
        (NOON, "milliseconds", "2026-01-31T12:00:00.000Z"),
        (NOON.replace(microsecond=7999), "seconds", "2026-01-31T12:00:00Z"),
        (NOON.replace(microsecond=7999), "milliseconds", "2026-01-31T12:00:00.007Z"),
        (read_instant("2026-01-31T13:00:00+01:00"), "seconds", "2026-01-31T12:00:00Z"),
        (read_instant("2026-01-01T00:30:00+01:00"), "seconds", "2025-12-31T23:30:00Z"),
    ],
)
def test_instant_is_written_in_utc_with_a_final_z(instant: datetime, style: str, text: str) -> None:
    assert write_instant(instant, style) == text


@pytest.mark.parametrize(
    ("date", "days", "expected"),
    [
        ("2026-02-28", 1, "2026-03-01"),
        ("2024-02-28", 1, "2024-02-29"),
        ("2026-01-01", -1, "2025-12-31"),
        ("2026-01-01", 0, "2026-01-01"),
        ("9999-12-31", 1, "9999-12-31"),
    ],
)
def test_days_are_added_by_the_calendar_up_to_its_end(date: str, days: int, expected: str) -> None:
    assert add_days(date, days) == expected


def test_clock_starts_at_the_given_instant_and_ticks_on() -> None:
    ticks = iter([1000.0, 1000.0, 1002.5, 1002.5])
    clock = Clock(NOON, ticks=lambda: next(ticks))
    assert clock.now() == NOON + timedelta(seconds=2.5)
    assert clock.time() == NOON.timestamp() + 2.5


def test_clock_without_a_start_follows_the_machine() -> None:
    clock = Clock(ticks=lambda: 1000.0)
    assert clock.time() == 1000.0
    assert clock.now() == datetime(1970, 1, 1, 0, 16, 40, tzinfo=UTC)


@pytest.mark.parametrize(
    "start",
    [
        "2026-01-31T00:00:00Z",
        "2026-01-31T23:59:59.999999Z",
        "2026-02-01T01:00:00+02:00",
        "2026-01-30T23:00:00-05:00",
    ],
)
def test_anchor_is_the_utc_midnight_before_the_start(start: str) -> None:
    assert Clock(read_instant(start), ticks=lambda: 5.0).anchor == NOON.replace(hour=0)


class Ticks:
    """A machine's clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize("frozen", [False, True])
@pytest.mark.parametrize("instant", [0.0, 500.0, 1e9])
def test_clock_that_is_set_goes_on_from_there_unless_frozen(frozen: bool, instant: float) -> None:
    ticks = Ticks()
    clock = Clock(NOON, ticks)
    clock.freeze(frozen)
    clock.set(instant)
    assert clock.time() == instant
    ticks.now += 5
    assert clock.time() == instant + (0 if frozen else 5)


def test_frozen_clock_stands_still_and_goes_on_from_where_it_stands() -> None:
    ticks = Ticks()
    clock = Clock(NOON, ticks)
    for _ in range(2):
        clock.freeze(True)
        ticks.now += 60
        assert clock.now() == NOON
    clock.freeze(False)
    ticks.now += 5
    assert clock.now() == NOON + timedelta(seconds=5)


def test_driven_clock_keeps_the_anchor_of_its_start() -> None:
    clock = Clock(NOON, Ticks())
    clock.set(0.0)
    assert clock.anchor == clock.copy().anchor == NOON.replace(hour=0)


@pytest.mark.parametrize("frozen", [False, True])
def test_copy_tells_the_same_and_is_driven_apart(frozen: bool) -> None:
    ticks = Ticks()
    clock = Clock(NOON, ticks)
    clock.freeze(frozen)
    made = clock.copy()
    ticks.now += 5
    assert made.time() == clock.time()
    made.set(0.0)
    made.freeze(not frozen)
    assert clock.now() == NOON + timedelta(seconds=0 if frozen else 5)
    assert (clock.frozen is not None) == frozen


def test_world_follows_the_clock_of_the_sandbox_until_it_has_its_own() -> None:
    clocks = Clocks(Clock(NOON, Ticks()))
    assert clocks.of("") is clocks.of("a") is clocks.base
    clocks.base.set(5.0)
    own = clocks.drive("a")
    assert own.time() == 5.0
    assert clocks.drive("a") is clocks.of("a") is own
    clocks.drive("a", 7.0)
    clocks.base.set(9.0)
    assert [clocks.of(world).time() for world in ("", "a", "b")] == [9.0, 7.0, 9.0]
    assert clocks.driven() == ["a"]


@pytest.mark.parametrize(
    ("instant", "freeze", "now", "later"),
    [
        (None, None, 0, 5),
        (500, None, 500, 505),
        (None, True, 0, 0),
        (500, True, 500, 500),
        (-500, False, -500, -495),
    ],
)
def test_world_is_set_and_stopped_at_once(
    instant: float | None, freeze: bool | None, now: float, later: float
) -> None:
    ticks = Ticks()
    clocks, noon = Clocks(Clock(NOON, ticks)), NOON.timestamp()
    clocks.drive("a", None if instant is None else noon + instant, freeze)
    assert clocks.of("a").time() == noon + now
    ticks.now += 5
    assert clocks.of("a").time() == noon + later


class Shelf:
    """A keeper of clocks that counts how often it is asked."""

    def __init__(self) -> None:
        self.kept: dict[str, tuple[float, float | None]] = {}
        self.asked = 0

    def clocks(self) -> list[tuple[str, float, float | None]]:
        self.asked += 1
        return [(world, *clock) for world, clock in self.kept.items()]

    def keep_clock(self, world: str, offset: float, frozen: float | None) -> None:
        self.kept[world] = (offset, frozen)

    def drop_clock(self, world: str) -> None:
        self.kept.pop(world, None)


@pytest.mark.parametrize("freeze", [False, True])
def test_driven_clock_outlives_its_process_and_goes_on_meanwhile(freeze: bool) -> None:
    shelf, ticks = Shelf(), Ticks()
    Clocks(Clock(NOON, ticks), shelf).drive("a", 500.0, freeze)
    ticks.now += 60
    after = Clocks(Clock(NOON, ticks), shelf)
    assert after.of("a").time() == (500 if freeze else 560)
    assert after.of("a").anchor == NOON.replace(hour=0)
    assert after.of("b").now() == NOON
    assert after.drive("a", freeze=False).time() == (500 if freeze else 560)


def test_clock_that_another_process_drives_is_seen_once_refreshed() -> None:
    shelf = Shelf()
    one, other = (Clocks(Clock(NOON, Ticks()), shelf) for _ in range(2))
    one.drive("a", 7.0)
    assert other.of("a") is other.base
    other.refresh()
    assert other.of("a").time() == 7.0
    one.forget("a")
    other.refresh()
    assert other.of("a") is other.base


def test_clocks_that_processes_drive_in_turn_add_up() -> None:
    shelf = Shelf()
    one, other = (Clocks(Clock(NOON, Ticks()), shelf) for _ in range(2))
    one.drive("a", 7.0)
    other.drive("a", freeze=True)
    assert other.of("a").time() == 7.0


def test_telling_the_time_asks_no_keeper() -> None:
    shelf = Shelf()
    clocks = Clocks(Clock(NOON, Ticks()), shelf)
    clocks.drive("a", 7.0)
    asked = shelf.asked
    assert [clocks.of(world).time() for world in ("", "a")] == [NOON.timestamp(), 7.0]
    assert shelf.asked == asked


def test_forgotten_world_follows_the_clock_of_the_sandbox_again() -> None:
    shelf = Shelf()
    clocks = Clocks(Clock(NOON, Ticks()), shelf)
    clocks.drive("a", 7.0)
    clocks.drive("b", 8.0)
    clocks.forget("a")
    clocks.forget("never driven")
    assert clocks.of("a") is clocks.base
    assert clocks.driven() == list(shelf.kept) == ["b"]
