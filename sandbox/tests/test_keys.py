"""Ids that the server makes."""

import re
import uuid
from random import Random
from time import sleep, time

import pytest

from sandbox.keys import make_key, make_next_key

FORMS = {
    "uuid": r"[0-9a-f-]{36}",
    "hex24": r"[0-9a-f]{24}",
    "proj_{}": r"proj_[a-z0-9]{10}",
    "{}-x": r"[a-z0-9]{10}-x",
}


@pytest.mark.parametrize("form", FORMS)
def test_key_has_its_form(form: str) -> None:
    source = Random(1)
    for _ in range(200):
        key = make_key(form, source)
        assert re.fullmatch(FORMS[form], key), key


def test_uuid_is_a_random_one_of_rfc_9562() -> None:
    key = uuid.UUID(make_key("uuid", Random(1)))
    assert key.version == 4
    assert key.variant == uuid.RFC_4122


@pytest.mark.parametrize("form", FORMS)
def test_same_source_makes_the_same_keys_and_never_one_twice(form: str) -> None:
    first, second = ([make_key(form, source) for _ in range(5000)] for source in (Random(7), Random(7)))
    assert first == second
    assert len(set(first)) == 5000


@pytest.mark.parametrize("form", FORMS)
def test_next_key_has_its_form_and_is_never_one_twice(form: str) -> None:
    keys = {make_next_key(form) for _ in range(5000)}
    assert len(keys) == 5000
    assert all(re.fullmatch(FORMS[form], key) for key in keys)


@pytest.mark.parametrize("form", ["uuid", "hex24"])
def test_next_keys_are_in_the_order_of_their_making(form: str) -> None:
    keys = []
    for _ in range(200):
        keys.append(make_next_key(form))
        sleep(0.00001)
    assert keys == sorted(keys)


def test_next_uuid_is_one_of_time_of_rfc_9562() -> None:
    key = uuid.UUID(make_next_key("uuid"))
    assert (key.version, key.variant) == (7, uuid.RFC_4122)
    assert key.int >> 80 == pytest.approx(time() * 1000, abs=10_000)
