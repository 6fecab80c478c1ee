"""Passwords, kept as hashes only."""

import pytest

from sandbox.passwords import hash_password, is_password

TEXTS = ["secret", "", "é€😀", "x" * 5000, "pbkdf2$", "pbkdf2$secret", "a\0b"]


@pytest.mark.parametrize("password", TEXTS)
def test_password_is_that_of_its_hash_and_not_in_it(password: str) -> None:
    hashed = hash_password(password, "salt")
    assert is_password(password, "salt", hashed)
    assert not password or password == "pbkdf2$" or password not in hashed


@pytest.mark.parametrize("other", ["secret ", "Secret", "", "secre"])
def test_other_password_is_not_that_of_the_hash(other: str) -> None:
    assert not is_password(other, "salt", hash_password("secret", "salt"))


def test_equal_passwords_of_two_users_have_two_hashes() -> None:
    first, second = hash_password("secret", "a"), hash_password("secret", "b")
    assert first != second
    assert not is_password("secret", "b", first)


def test_hash_is_the_same_each_time_and_is_not_hashed_again() -> None:
    hashed = hash_password("secret", "salt")
    assert hash_password("secret", "salt") == hashed
    assert hash_password(hashed, "salt") == hashed


def test_hash_itself_is_no_password() -> None:
    hashed = hash_password("secret", "salt")
    assert not is_password(hashed, "salt", hashed)


@pytest.mark.parametrize("hashed", ["", "secret", "pbkdf2$"])
def test_nothing_is_the_password_of_what_is_no_hash(hashed: str) -> None:
    assert not is_password("secret", "salt", hashed)
    assert not is_password(hashed, "salt", hashed)
