"""Bytes that are nearly what they were."""

from collections.abc import Callable
from random import Random

MOST = 4  # changes at once
LONGEST = 1 << 17
TOKENS = [
    b"\0", b"\r", b"\n", b"\r\n", b"\r\n\r\n", b" ", b"\t", b"\x7f", b"\xff", b"\xc0\x80", b"\xed\xa0\x80",
    b"%00", b"%ff", b"%0d%0a", b"%2f", b"%2e%2e", b"%", b"%zz", b"%F0%9F%A6%89", b"\xf0\x9f\xa6\x89", b"+",
    b"0", b"-1", b"-0", b"1e400", b"1e-400", b"9" * 40, b"0x10", b"1_0", b"2147483648",
    b"18446744073709551616", b"NaN", b"Infinity", b"null", b"true", b"[]", b"{}", b"[", b"{", b'"', b"\\",
    b"'", b'"\\ud800"', b"\\u0000", b"[" * 300, b'{"a":' * 300, b"a" * 300, b"a" * 20_000, b",", b":", b";",
    b"=", b"&", b"?", b"#", b"/", b"//", b"--", b"--edge", b"--edge--", b'filename="',
    b"filename*=UTF-8''%ff", b'name=""', b"boundary=", b"charset=x", b"0001-01-01T00:00:00Z",
    b"9999-12-31T23:59:59-23:59", b"2026-02-30", b"2026-13-01T00:00:00+99:99", b"Bearer ", b"Basic ",
    b"demo", b"demo.", b"..", b"chunked", b"gzip", b"100-continue", b"close", b"HTTP/1.1", b"Host: a\r\n",
    b"Content-Length: 5\r\n", b"Transfer-Encoding: chunked\r\n", b" : \r\n", b"\r\n folded: x",
]  # fmt: skip


def mutate(data: bytes, draw: Random) -> bytes:
    """The bytes with one to four changes; they do not grow without end."""
    for _ in range(draw.randint(1, MOST)):
        data = draw.choice(CHANGES)(data, draw)
    return data[:LONGEST]


def _cut(data: bytes, draw: Random) -> tuple[bytes, bytes, bytes]:
    """What is before a short piece, the piece, what is after it."""
    start = draw.randint(0, len(data))
    end = min(len(data), start + draw.choice([0, 1, 2, 5, 20, 200]))
    return data[:start], data[start:end], data[end:]


def _flip(data: bytes, draw: Random) -> bytes:
    if not data:
        return data
    place = draw.randrange(len(data))
    return data[:place] + bytes([data[place] ^ (1 << draw.randrange(8))]) + data[place + 1 :]


def _remove(data: bytes, draw: Random) -> bytes:
    before, _, after = _cut(data, draw)
    return before + after


def _repeat(data: bytes, draw: Random) -> bytes:
    before, piece, after = _cut(data, draw)
    return before + piece * draw.choice([2, 2, 3, 50]) + after


def _move(data: bytes, draw: Random) -> bytes:
    before, piece, after = _cut(data, draw)
    place = draw.randint(0, len(after))
    return before + after[:place] + piece + after[place:]


def _insert(data: bytes, draw: Random) -> bytes:
    before, piece, after = _cut(data, draw)
    return before + draw.choice(TOKENS) + piece + after


def _replace(data: bytes, draw: Random) -> bytes:
    before, _, after = _cut(data, draw)
    return before + draw.choice(TOKENS) + after


def _end(data: bytes, draw: Random) -> bytes:
    return _cut(data, draw)[0]


CHANGES: list[Callable[[bytes, Random], bytes]] = [_flip, _remove, _repeat, _move, _insert, _replace, _end]
