"""A `fake` that nothing makes is refused at the start, with the nearest name."""

from typing import Any

import pytest

from sandbox.faking import check_fakes
from sandbox.problems import Unusable


def make_schema(fake: Any) -> Any:
    return {"properties": {"list": {"items": {"properties": {"name": {"x-sandbox": {"fake": fake}}}}}}}


@pytest.mark.parametrize(
    "fake",
    [
        "first_name",
        "{{first_name}} {{ last_name }}",
        "plain text of {{company}}",
        {"random_int": {"min": 1, "max": 9}},
        {"past": {"days": [1, 2]}},
        {"after": {"field": "start", "minutes": [1, 2]}},
        {"number": {"min": 1, "max": 2}},
    ],
)
def test_fake_that_exists_is_taken(fake: Any) -> None:
    check_fakes(make_schema(fake), "")


@pytest.mark.parametrize(
    ("fake", "message"),
    [
        ("frist_name", "'frist_name'; did you mean 'first_name'"),
        ("{{first_name}} {{lst_name}}", "'lst_name'; did you mean 'last_name'"),
        ({"pasd": {"days": [1, 2]}}, "'pasd'; did you mean 'past'"),
        ("zzzzzzzz", "there is no 'zzzzzzzz'$"),
    ],
)
def test_fake_that_nothing_makes_is_refused_where_it_stands(fake: Any, message: str) -> None:
    with pytest.raises(
        Unusable, match=rf"^/S/properties/list/items/properties/name/x-sandbox/fake: .*{message}"
    ):
        check_fakes(make_schema(fake), "/S")
