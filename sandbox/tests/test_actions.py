"""What operations do, by the words of `does`."""

import json

import pytest

from sandbox.actions import DOES
from sandbox.documents import find_folder
from sandbox.tests.shop import Shop

VOCABULARY = json.loads((find_folder("specs") / "x-sandbox.schema.json").read_text())["$defs"]


def test_every_word_of_does_has_a_function_but_for_quirks() -> None:
    words = VOCABULARY["operation"]["properties"]["does"]["enum"]
    assert set(DOES) == set(words) - {"quirk"}


@pytest.mark.parametrize(
    ("seconds", "now"),
    [(0, "2026-03-10T12:00:00Z"), (59.9, "2026-03-10T12:00:00Z"), (60, "2026-03-10T12:01:00Z")],
)
def test_answer_knows_the_time_to_the_minute(shop: Shop, seconds: float, now: str) -> None:
    shop.seconds = seconds
    answer = shop.act("getStatus")
    assert (answer.envelope, answer.values) == ("one", {"now": now})
