"""Workers of a machine know each other, and number what they log so that nothing is told twice."""

import asyncio
import time

import pytest

from sandbox.control import Gate
from sandbox.problems import Problem
from sandbox.server import listen
from sandbox.siblings import HEADER, Siblings
from sandbox.tests.control.desk import Desk
from sandbox.tests.test_traffic import add
from sandbox.traffic import Listener, Traffic

PORTS = (1, 2, 3)


def make_all() -> list[Siblings]:
    since = time.monotonic() - 60
    return [Siblings(index, PORTS, "secret", since) for index in range(3)]


def test_numbers_are_given_once_and_rise_whoever_gives_them() -> None:
    given, last, workers = [], [0, 0, 0], make_all()
    for _ in range(100):
        for index, worker in enumerate(workers):
            last[index] = worker.number(last[index])
            given.append(last[index])
            time.sleep(0.00001)
    assert given == sorted(set(given))
    assert max(given) < 2**53


def test_worker_that_is_fast_gives_no_number_twice() -> None:
    worker = make_all()[1]
    far = 2**50 + 1
    assert worker.number(far) > far
    assert worker.number(far) % 3 == 1


def test_number_tells_who_gave_it() -> None:
    first, second, third = make_all()
    assert [first.find_other(worker.number(0)) for worker in (first, second, third)] == [None, 2, 3]
    assert (first.others, Siblings().others, Siblings().find_other(5)) == ([2, 3], [], None)


@pytest.mark.parametrize("token", [None, "control"])
def test_gate_is_open_to_who_knows_the_secret(token: str | None) -> None:
    gate = Gate(token, make_all()[0])
    gate.check("192.0.2.1", {HEADER: "secret"})
    for headers in ({HEADER: "guess"}, {HEADER: ""}, {}):
        with pytest.raises(Problem):
            gate.check("192.0.2.1", headers)
    with pytest.raises(Problem):
        Gate(token).check("192.0.2.1", {HEADER: ""})


def test_worker_that_does_not_answer_leaves_the_log_of_the_others() -> None:
    with listen("127.0.0.1", 0) as refusing:
        ports = (1, refusing.getsockname()[1])
        siblings = Siblings(0, ports, "secret")
        assert asyncio.run(siblings.ask_all("GET", "/log", {})) == []
        desk = Desk(siblings=siblings)
        number = add(desk.traffic).number
        assert [entry["id"] for entry in desk.ask("GET", "/log")] == [number]
        assert desk.refuse("GET", "/log/3").kind == "missing"
        desk.site.close()


async def take(listener: Listener) -> tuple[int, int]:
    """How many entries are told at once, and how many lost."""
    entries, lost = await anext(listener.listen(1))
    return len(entries), lost


def test_entries_that_are_gone_are_at_least_one() -> None:
    traffic = Traffic(most=2, number=make_all()[0].number)
    numbers = [add(traffic).number for _ in range(4)]
    for after, lost in ((numbers[0], 1), (numbers[1], 0), (0, 1)):
        with traffic.listener(after) as listener:
            assert asyncio.run(take(listener)) == (2, lost)
