"""Keys that no record has, in the form that the server gives its keys."""

import random
import string


def stranger(key: object) -> str:
    """A key like the given one that no record has: letters and digits of the same kind after its prefix."""
    text = str(key)
    head, mark, tail = text.rpartition("_")
    if tail.isdigit():
        return head + mark + str(10 ** max(9, len(tail)) + random.randrange(10**6))
    hexadecimal = all(letter in string.hexdigits + "-" for letter in tail)
    return head + mark + "".join(_other(letter, hexadecimal) for letter in tail)


def _other(letter: str, hexadecimal: bool) -> str:
    if letter.isdigit():
        return random.choice(string.digits)
    if not (letter.isascii() and letter.isalpha()):
        return letter
    letters = "abcdef" if hexadecimal else string.ascii_lowercase
    return random.choice(letters.upper() if letter.isupper() else letters)
