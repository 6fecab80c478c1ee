"""States that move by the clock."""

from typing import Any

import pytest

from sandbox.clock import read_instant
from sandbox.states import Move, find_later_fields, plan_move

Json = dict[str, Any]

STATES: Json = {
    "field": "state",
    "first": "new",
    "moves": [
        {"from": "new", "to": "busy", "after": [2, 5]},
        {
            "from": "busy",
            "to": "done",
            "after": [10, 20],
            "stamps": ["done_at"],
            "fills": ["text"],
            "emits": "x.done",
        },
        {"from": "open", "to": "over", "at": "ends_at"},
    ],
}


def plan(state: str, key: str = "k", speed: str = "real", **fields: Any) -> Move | None:
    return plan_move(STATES, {"state": state, **fields}, 1000.0, key, speed)


@pytest.mark.parametrize(
    ("state", "to", "least", "most"), [("new", "busy", 1002, 1005), ("busy", "done", 1010, 1020)]
)
def test_move_is_due_between_the_declared_bounds(state: str, to: str, least: float, most: float) -> None:
    moves = [plan(state, f"key{number}") for number in range(200)]
    assert {move.to for move in moves if move} == {to}
    assert all(move and least <= move.due <= most for move in moves)
    assert len({move.due for move in moves if move}) > 100


def test_same_record_is_always_planned_alike_and_each_state_apart() -> None:
    assert plan("new") == plan("new", color="any")
    first, second = plan("new"), plan("busy")
    assert first is not None
    assert second is not None
    assert (first.due - 1002) / 3 != pytest.approx((second.due - 1010) / 10)


@pytest.mark.parametrize("state", ["done", "unknown", ""])
def test_last_or_unknown_state_is_never_left(state: str) -> None:
    assert plan(state) is None


@pytest.mark.parametrize("states", [None, {"field": "state", "first": "new"}])
def test_resource_without_moves_stays_as_it_is(states: Json | None) -> None:
    assert plan_move(states, {"state": "new"}, 1000.0, "k") is None


def test_record_without_the_field_stays_as_it_is() -> None:
    assert plan_move(STATES, {}, 1000.0, "k") is None


def test_instant_speed_moves_at_once() -> None:
    assert plan("new", speed="instant") == Move("busy", 1000.0)


def test_move_tells_what_else_it_does() -> None:
    move = plan("busy", speed="instant")
    assert move == Move("done", 1000.0, ("done_at",), ("text",), "x.done")


@pytest.mark.parametrize(
    ("ends_at", "due"),
    [
        ("2026-03-10T12:00:00Z", read_instant("2026-03-10T12:00:00Z").timestamp()),
        ("1970-01-01T00:00:01Z", 1000.0),
    ],
)
@pytest.mark.parametrize("speed", ["real", "instant"])
def test_move_at_an_instant_of_the_record_is_due_then_but_not_in_the_past(
    ends_at: str, due: float, speed: str
) -> None:
    assert plan("open", speed=speed, ends_at=ends_at) == Move("over", due)


@pytest.mark.parametrize("fields", [{}, {"ends_at": None}])
def test_move_at_an_instant_that_is_not_there_never_comes(fields: Json) -> None:
    assert plan("open", **fields) is None


@pytest.mark.parametrize(
    ("state", "fields"),
    [("new", {"done_at", "text"}), ("busy", {"done_at", "text"}), ("done", set()), ("open", set())],
)
def test_fields_that_only_later_moves_fill_are_known(state: str, fields: set[str]) -> None:
    assert find_later_fields(STATES, {"state": state}) == fields


def test_moves_in_a_circle_end() -> None:
    moves = [
        {"from": "a", "to": "b", "after": [1, 1], "stamps": ["x"]},
        {"from": "b", "to": "a", "after": [1, 1]},
    ]
    assert find_later_fields({"field": "state", "first": "a", "moves": moves}, {"state": "b"}) == {"x"}
