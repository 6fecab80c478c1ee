"""The Prefer header (RFC 7240)."""

import pytest

from sandbox.preferences import LONGEST_WAIT, Preferences, read_preferences


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, Preferences()),
        ("", Preferences()),
        ("code=429", Preferences(429)),
        ("code=404, wait=2", Preferences(404, 2.0)),
        ("wait=2,code=404", Preferences(404, 2.0)),
        (' Code = "503" ', Preferences(503)),
        ("wait=0.25", Preferences(None, 0.25)),
        ("return=minimal, code=500; foo=bar", Preferences(500)),
        ("respond-async", Preferences()),
    ],
)
def test_known_preferences_are_read_and_others_are_ignored(header: str | None, expected: Preferences) -> None:
    assert read_preferences(header) == expected


@pytest.mark.parametrize(
    "header",
    [
        "code=",
        "code=abc",
        "code=-1",
        "code=4.5",
        "code=٤٠٤",
        "code=" + "9" * 5000,
        "wait=soon",
        "wait=nan",
        "wait=inf",
        "wait=-3",
    ],
)
def test_value_that_makes_no_sense_is_ignored(header: str) -> None:
    assert read_preferences(header) == Preferences()


def test_wait_is_never_longer_than_a_minute() -> None:
    assert read_preferences("wait=86400").wait == LONGEST_WAIT == 60


def test_first_instance_of_a_preference_counts() -> None:
    """RFC 7240 §2: only the first instance is to be considered."""
    assert read_preferences("code=429, code=500") == Preferences(429)
