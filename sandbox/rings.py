"""The latest records of many, in a few large blocks of memory.

As small objects of their own, each would have to be fetched from cold memory again to be given up.
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterator

BLOCK = 1 << 20  # bytes
PARTS = 16  # into which a small ring is divided


class Block:
    """Some records, one after the other."""

    __slots__ = ("content", "end", "ends", "numbers")

    def __init__(self, content: memoryview) -> None:
        self.content = content
        self.end = 0
        self.ends, self.numbers = array("Q"), array("Q")

    def read(self, index: int) -> bytes | None:
        """The record at an index, None when it was given up."""
        ends = self.ends
        if index >= len(ends):
            return None
        record = bytes(self.content[ends[index - 1] if index else 0 : ends[index]])
        return record if self.ends is ends else None

    def give_up(self) -> memoryview:
        """Give up all records. Returns the memory, which is warm."""
        self.end = 0
        self.ends, self.numbers = array("Q"), array("Q")
        return self.content


class Ring:
    """Records by number, each higher than the one before. most: how many are kept; size: bytes in memory.

    One thread may add while others read.
    """

    def __init__(self, most: int, size: int) -> None:
        self._most, self._size = most, size
        self._blocks: list[Block] = []
        self._last = Block(memoryview(b""))
        self._given_up = 0

    def __len__(self) -> int:
        return min(self._most, sum(len(block.ends) for block in self._blocks))

    @property
    def weight(self) -> int:
        """How many bytes the records have."""
        return sum(block.end for block in self._blocks)

    def add(self, number: int, record: bytes) -> None:
        """Keep one more record, and give up the oldest where there are too many."""
        block, end = self._last, self._last.end + len(record)
        if end > len(block.content):
            block, end = self._open(len(record)), len(record)
        block.content[block.end : end] = record
        block.numbers.append(number)
        block.ends.append(end)
        block.end = end

    def _open(self, size: int) -> Block:
        wanted, blocks = max(size, min(BLOCK, self._size // PARTS)), list(self._blocks)
        content = memoryview(b"")
        while blocks and self._is_over(blocks, wanted):
            self._given_up = blocks[0].numbers[-1]
            content = blocks.pop(0).give_up()
        self._last = Block(content if len(content) >= wanted else memoryview(bytearray(wanted)))
        self._blocks = [*blocks, self._last]
        return self._last

    def _is_over(self, blocks: list[Block], wanted: int) -> bool:
        """Whether the first block is one too many. wanted: bytes of one more."""
        kept = sum(len(block.ends) for block in blocks[1:])
        return kept >= self._most or sum(len(block.content) for block in blocks) + wanted > self._size

    def read(self) -> Iterator[tuple[int, bytes]]:
        """The numbers and records, newest first."""
        left = self._most
        for block in reversed(self._blocks):
            for index in range(len(block.ends) - 1, -1, -1):
                if not left:
                    return
                left -= 1
                numbers, record = block.numbers, block.read(index)
                if record is not None and index < len(numbers):
                    yield numbers[index], record

    def find(self, number: int) -> bytes | None:
        """The record of a number, None when there is none any more."""
        if number <= self.forgotten:
            return None
        for block in self._blocks:
            if block.numbers and block.numbers[0] <= number <= block.numbers[-1]:
                return next((block.read(i) for i, each in enumerate(block.numbers) if each == number), None)
        return None

    def count(self, after: int) -> int:
        """How many records have a number higher than one."""
        return min(
            self._most,
            sum(len(block.numbers) - bisect_right(block.numbers, after) for block in self._blocks),
        )

    @property
    def forgotten(self) -> int:
        """The number of the latest record that is kept no longer, 0 for none."""
        forgotten, over = self._given_up, sum(len(block.ends) for block in self._blocks) - self._most
        for block in self._blocks:
            if over > 0:
                forgotten = block.numbers[min(over, len(block.ends)) - 1]
                over -= len(block.ends)
        return forgotten

    def clear(self) -> None:
        """Give up all records."""
        if self._last.numbers:
            self._given_up = self._last.numbers[-1]
        self._blocks, self._last = [], Block(memoryview(b""))
