"""Ids that the server makes."""

import re
import uuid
from random import Random

import pytest

from sandbox.keys import make_key

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
