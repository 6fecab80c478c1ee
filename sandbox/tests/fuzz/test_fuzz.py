"""Strange bytes for a few seconds, those that went wrong once, and that wrong answers are seen."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.tests.endurance.weights import Weights
from sandbox.tests.faults.servers import Served
from sandbox.tests.fuzz import hunts
from sandbox.tests.fuzz.__main__ import judge as verdict
from sandbox.tests.fuzz.answers import Answer, Malformed, describe, judge, read_responses
from sandbox.tests.fuzz.hunts import FOLDER, Crash, Hunt, hunt, keep, recall, shrink, try_again
from sandbox.tests.fuzz.inputs import OFFERS, PARTS, STREAMS, Input, Source

SECONDS, INPUTS, SEED = 60.0, 400, 7
GOOD = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"
ERROR = b'HTTP/1.1 404 Not Found\r\ncontent-type: application/json\r\ncontent-length: 7\r\n\r\n{"a":1}'
REFUSAL = (
    b"HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain\r\ncontent-length: 30\r\nconnection: close\r\n\r\n"
    b"Invalid HTTP request received."
)
FAILED = b"HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\n\r\n"
FORCED = FAILED.replace(b"\r\n", b"\r\npreference-applied: code=500\r\n", 1)
CHUNKED = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"
HALF = b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{}"
STREAM = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    made = Served(tmp_path_factory.mktemp("fuzz"))
    made.start()
    yield made
    made.stop()


@pytest.mark.parametrize("name", OFFERS)
def test_strange_bytes_are_answered_or_refused(served: Served, name: str) -> None:
    made = hunt(served, Source(SEED, OFFERS[name]()), SECONDS, most=INPUTS)
    assert [(crash.fault, crash.given) for crash in made.crashes] == []
    assert set(made.tested) == {*PARTS, *STREAMS, "bytes"}
    assert made.source.learnt > 50


def test_what_went_wrong_once_is_right_now(served: Served) -> None:
    wrong = {path.name: try_again(served.port, recall(path)) for path in FOLDER.glob("*.json")}
    assert {name: fault for name, fault in wrong.items() if fault} == {}


WHOLE, BYTES = Input("query", (b"GET / HTTP/1.1\r\n\r\n",)), Input("bytes", (b"GET",), whole=False)


@pytest.mark.parametrize(
    ("given", "data", "closed", "fault"),
    [
        (WHOLE, GOOD + ERROR + CHUNKED, True, ""),
        (WHOLE, FORCED, True, ""),
        (WHOLE, REFUSAL, True, ""),
        (WHOLE, STREAM, False, ""),
        (BYTES, b"", False, ""),
        (BYTES, HALF, False, ""),
        (WHOLE, FAILED, True, "500"),
        (WHOLE, GOOD, False, "open connection"),
        (WHOLE, b"", False, "no answer"),
        (BYTES, REFUSAL, False, "open after"),
        (BYTES, HALF, True, "broken off"),
        (BYTES, b"nonsense\r\n\r\n", True, "no HTTP"),
        (BYTES, b"HTTP/1.1 200 OK\r\nbad header\r\n\r\n", True, "no HTTP"),
        (BYTES, b"HTTP/1.1 200 OK\r\n\r\n", True, "no HTTP"),
        (BYTES, GOOD.replace(b"\r\n\r\n", b"\r\na: \0\r\n\r\n"), True, "no HTTP"),
        (BYTES, ERROR.replace(b'{"a":1}', b"[1,2,3]"), True, "404"),
        (BYTES, ERROR.replace(b"application/json", b"text/plain"), True, "404"),
        (BYTES, ERROR.replace(b'{"a":1}', b'{"a":1 '), True, "404"),
    ],
)
def test_wrong_answer_is_seen(given: Input, data: bytes, closed: bool, fault: str) -> None:
    found = judge(given, Answer(data, closed, 0.1))
    assert fault in found if found else not fault


def test_client_that_left_is_owed_nothing() -> None:
    assert judge(Input("leave", (b"GET",), whole=False, leave=True), Answer(b"", True, 0.0)) is None


def test_answer_to_head_has_no_body() -> None:
    assert len(read_responses(GOOD[:-2] + GOOD[:-2], bodiless=True)) == 2
    with pytest.raises(Malformed):
        read_responses(GOOD[:-2] + GOOD[:-2] + GOOD)


def test_answers_of_one_kind_are_described_alike() -> None:
    one, other = (ERROR.replace(b'{"a":1}', b'{"a":%d}' % number) for number in (1, 2))
    assert describe(Answer(one, True, 0.0)) == describe(Answer(other, True, 1.0))
    assert describe(Answer(one, True, 0.0)) != describe(Answer(GOOD, True, 0.0))


def test_hunt_is_good_when_nothing_went_wrong_and_memory_stayed() -> None:
    def say(*sizes: float, wrong: int = 0) -> str:
        weights = Weights([5.0 * index for index in range(len(sizes))], list(sizes))
        source = Source(1, OFFERS["control plane"]())
        return verdict(Hunt(1, source, 0.0, 0.0, weights=weights, crashes=[Crash(WHOLE, "500")] * wrong))

    assert say(100, 100, 100) == say(100, 90, 80) == "good"
    assert say(100, 110, 120) == say(100, 100, 100, wrong=1) == "FAILED"
    assert "not weighed" in say(100)


def test_seed_makes_the_same_inputs_again() -> None:
    first, second, other = (Source(seed, OFFERS["APIs"]()) for seed in (1, 1, 2))
    made = [first.make() for _ in range(200)]
    assert made == [second.make() for _ in range(200)] != [other.make() for _ in range(200)]


def test_whole_inputs_stay_requests() -> None:
    source = Source(3, OFFERS["APIs"]())
    for given in (given for given in (source.make() for _ in range(300)) if given.whole):
        head = given.data.partition(b"\r\n")[0]
        assert head.count(b" ") == 2
        assert head.endswith(b" HTTP/1.1")


def test_input_that_goes_wrong_is_made_small_kept_and_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hunts, "FOLDER", tmp_path / "crashes")
    monkeypatch.setattr(hunts, "try_again", lambda _, given: "500" if b"x" in given.data else None)
    crash = shrink(1, Crash(Input("split", (b"GET /", b"?y=x&z=1 HTTP/1.1\r\n\r\n")), "500"))
    assert crash.given.data == b"x"
    assert recall(keep(crash, 1)) == crash.given
