"""Chaos rules: which requests they strike, how often, and when they end."""

from pathlib import Path
from typing import Any

import pytest

from sandbox.chaos import Chaos, Fate
from sandbox.store import Store
from sandbox.tests.shop import read_shop

Json = dict[str, Any]
OPERATIONS = {operation.id: operation for operation in read_shop().operations}
LIST = OPERATIONS["listItems"]


def meet(chaos: Chaos, operation: str = "listItems", world: str = "") -> Fate | None:
    return chaos.meet("shop", OPERATIONS[operation], world)


def test_without_rules_nothing_is_met() -> None:
    chaos = Chaos(Store([]))
    assert (bool(chaos), meet(chaos)) == (False, None)


def test_rule_tells_what_the_request_meets() -> None:
    chaos = Chaos(Store([]))
    chaos.add({"status": 500})
    assert meet(chaos) == Fate(500, "", 0.0, "chaos rule 1")
    assert [(rule.struck, rule.left) for rule in chaos.rules()] == [(1, None)]


@pytest.mark.parametrize(
    ("words", "executed"),
    [({"status": 500}, False), ({"drop": True}, False), ({"truncate": True}, True), ({}, True)],
)
def test_request_is_executed_unless_its_answer_is_another(words: Json, executed: bool) -> None:
    chaos = Chaos(Store([]))
    chaos.add({"latency": {"min": 1, "max": 1}, **words})
    fate = meet(chaos)
    assert fate
    assert (fate.executed, fate.latency) == (executed, 1.0)


@pytest.mark.parametrize(
    ("words", "met"),
    [
        ({}, True),
        ({"api": "shop"}, True),
        ({"api": "clinic"}, False),
        ({"operation": "listItems"}, True),
        ({"operation": "createItem"}, False),
        ({"method": "GET"}, True),
        ({"method": "POST"}, False),
        ({"path": LIST.path}, True),
        ({"path": f"{LIST.path}/{{id}}"}, False),
        ({"world": ""}, True),
        ({"world": "a"}, False),
        ({"api": "shop", "operation": "listItems", "method": "GET", "path": LIST.path, "world": ""}, True),
    ],
)
def test_rule_holds_for_what_it_selects(words: Json, met: bool) -> None:
    chaos = Chaos(Store([]))
    chaos.add({"status": 500, **words})
    assert (meet(chaos) is not None) is met


def draw(seed: int, number: int = 1000) -> list[bool]:
    chaos = Chaos(Store([]))
    chaos.add({"status": 500, "rate": 0.3, "seed": seed})
    return [meet(chaos) is not None for _ in range(number)]


def test_same_requests_in_the_same_order_meet_the_same_fate() -> None:
    assert draw(1) == draw(1) != draw(2)


def test_rate_is_the_part_that_is_struck() -> None:
    assert 250 < sum(draw(1)) < 350
    chaos = Chaos(Store([]))
    chaos.add({"status": 500, "rate": 0})
    assert meet(chaos) is None


def test_requests_that_are_not_selected_change_no_fate() -> None:
    chaos = Chaos(Store([]))
    chaos.add({"status": 500, "rate": 0.3, "operation": "listItems"})
    drawn = []
    for _ in range(100):
        drawn.append(meet(chaos) is not None)
        meet(chaos, "createItem")
    assert drawn == draw(1, 100)


@pytest.mark.parametrize(
    ("latency", "least", "most", "mean"),
    [
        ({"min": 1, "max": 3}, 1, 3, 2),
        ({"mean": 2, "deviation": 0.5}, 0, 5, 2),
        ({"mean": 0, "deviation": 1}, 0, 5, 0.4),
        ({"mean": 60, "deviation": 10}, 0, 60, 56),
        ({"min": 2, "max": 2}, 2, 2, 2),
    ],
)
def test_latency_is_drawn_from_its_distribution(
    latency: Json, least: float, most: float, mean: float
) -> None:
    chaos = Chaos(Store([]))
    chaos.add({"latency": latency})
    drawn = [fate.latency for _ in range(2000) if (fate := meet(chaos))]
    assert len(drawn) == 2000
    assert least <= min(drawn) <= max(drawn) <= most
    assert abs(sum(drawn) / len(drawn) - mean) < 0.1 * max(mean, 1)


def test_rule_ends_after_so_many_strikes() -> None:
    chaos = Chaos(Store([]))
    chaos.add({"status": 500, "times": 2})
    assert [meet(chaos) is not None for _ in range(4)] == [True, True, False, False]
    assert chaos.rules() == []


@pytest.mark.parametrize(("words", "seconds"), [({}, 300), ({"seconds": 5}, 5), ({"times": 9}, 300)])
def test_rule_ends_after_so_many_seconds(words: Json, seconds: float) -> None:
    now = [1000.0]
    chaos = Chaos(Store([]), lambda: now[0])
    assert chaos.add({"status": 500, **words}).ends == 1000 + seconds
    now[0] += seconds - 1
    assert meet(chaos)
    now[0] += 1
    assert (meet(chaos), chaos.rules(), bool(chaos)) == (None, [], False)


def test_rules_are_ended_one_by_one_and_all_at_once() -> None:
    chaos = Chaos(Store([]))
    first, second = chaos.add({"status": 500}), chaos.add({"status": 500})
    assert (chaos.end(first.key), chaos.end(first.key)) == (True, False)
    assert chaos.rules() == [second]
    assert chaos.add({"status": 500}).key == "3"
    chaos.clear()
    assert chaos.rules() == []


def test_latencies_add_up_and_the_first_failure_counts() -> None:
    chaos = Chaos(Store([]))
    chaos.add({"latency": {"min": 1, "max": 1}})
    chaos.add({"truncate": True, "latency": {"min": 2, "max": 2}})
    chaos.add({"status": 500})
    assert meet(chaos) == Fate(None, "truncated", 3.0, "chaos rule 1, 2, 3")
    chaos.add({"latency": {"min": 60, "max": 60}})
    fate = meet(chaos)
    assert fate
    assert fate.latency == 60.0


def make_pair(folder: Path) -> tuple[Chaos, Chaos]:
    """The rules as two processes know them that share a file."""
    url = f"sqlite:///{folder / 'state.db'}"
    return Chaos(Store([], url)), Chaos(Store([], url))


def test_rule_of_one_process_is_obeyed_and_ended_by_others(tmp_path: Path) -> None:
    first, second = make_pair(tmp_path)
    first.add({"status": 500, "times": 3})
    second.refresh()
    met = [meet(chaos) is not None for chaos in (first, second, second, first, second)]
    assert met == [True, True, True, False, False]
    key = second.add({"status": 500}).key
    assert (key, first.end(key), meet(second)) == ("2", True, None)
    assert first.add({"drop": True}).key == "3"


def test_requests_meet_the_same_fate_however_many_processes_they_meet(tmp_path: Path) -> None:
    pair = make_pair(tmp_path)
    pair[0].add({"status": 500, "rate": 0.3, "seed": 1})
    pair[1].refresh()
    assert [meet(pair[number % 3 % 2]) is not None for number in range(90)] == draw(1, 90)
