"""JSON texts and their values: exact, or refused."""

from typing import Any

import orjson
import pytest

from sandbox.values import DEEPEST, dump, load


def nest(levels: int, opening: bytes = b"[", closing: bytes = b"]") -> bytes:
    return opening * levels + closing * levels


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (b"null", None),
        (b' {"a": [1, 2.5, true, "\xc3\xa9"]} ', {"a": [1, 2.5, True, "é"]}),
        (b'"\\u0000"', "\0"),
        (b"9007199254740993", 9007199254740993),
        (b"-9223372036854775808", -(2**63)),
        (b"18446744073709551616", 2**64),
        (b"[100000000000000000000000000000]", [10**29]),
        (b"1e308", 1e308),
        (b'"1e400 9999999999999999999999"', "1e400 9999999999999999999999"),
        (b"1234567890123456789.5", 1234567890123456789.5),
    ],
)
def test_value_is_read_exactly(text: bytes, value: Any) -> None:
    assert load(text) == value
    assert type(load(text)) is type(value)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b" ",
        b"{",
        b'{"a": tr',
        b"{'a': 1}",
        b"[1,]",
        b"NaN",
        b"Infinity",
        b"01",
        b"1 2",
        b'"\xff"',
        b'"\xc0\x80"',
        b'"a\0b"',
        b'"\\ud800"',
        b"\xef\xbb\xbf{}",
        b"1e400",
        b"[-1e999, 1]",
        b'{"a": 1E+0400}',
        nest(10_000),
        nest(10_000, b'{"a":', b"}")[:-10_000] + b"1" + b"}" * 10_000,
        nest(1020).replace(b"[]", b"[12345678901234567890]"),
        nest(DEEPEST + 1).replace(b"[]", b"[1]"),
    ],
    ids=lambda text: repr(text[:20]),
)
def test_text_that_is_no_json_or_cannot_be_kept_raises_value_error(text: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        load(text)


@pytest.mark.parametrize("levels", [1, 100, DEEPEST])
def test_nesting_up_to_the_limit_is_read_and_written(levels: int) -> None:
    text = nest(levels).replace(b"[]", b"[1]")
    assert dump(load(text)) == text


def test_many_brackets_side_by_side_are_not_deep() -> None:
    flat = b"[" + b",".join([b"[]"] * 5000) + b"]"
    assert load(flat) == [[]] * 5000


@pytest.mark.parametrize("value", [None, 0, 2**63, -(10**30), 1.5, "é\0", [], {"a": [{"b": 2**70}, "ü"]}])
def test_what_is_written_is_compact_and_reads_back_as_it_was(value: Any) -> None:
    text = dump(value)
    assert load(text) == value
    assert b" " not in text


def test_integer_beyond_64_bits_stays_an_integer_where_orjson_makes_a_float() -> None:
    assert orjson.loads(b"36893488147419103233") == 2.0**65
    assert dump({"n": load(b"36893488147419103233")}) == b'{"n":36893488147419103233}'
