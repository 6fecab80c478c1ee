"""What counts as data that others change."""

import pytest

from contract_tests.stillness import is_fleeting


@pytest.mark.parametrize(
    ("differences", "stable", "fleeting"),
    [
        ([{"new-1"}, {"new-2"}], {"a", "b"}, True),
        ([{"new-1"}, set()], {"a", "b"}, True),
        ([{"a"}, {"a"}], {"a", "b"}, False),
        ([{"deleted"}, {"deleted"}], {"a", "b"}, False),  # an old record that no list should have
        ([{"a"}, {"b"}], {"a", "b"}, False),  # a server that loses other records each time
        ([{"new-1", "a"}, {"new-2", "a"}], {"a", "b"}, False),
        ([set(), set()], {"a", "b"}, False),  # the same records in another order
    ],
)
def test_a_difference_that_never_stays_is_of_others(
    differences: list[set[str]], stable: set[str], fleeting: bool
) -> None:
    assert is_fleeting(differences, stable) is fleeting
