"""The latest records of many, in a few large blocks of memory.

As small objects of their own, each would have to be fetched from cold memory again to be given up.
"""

from array import array
from collections.abc import Iterator

BLOCK = 1 << 20  # bytes
PARTS = 16  # into which a small ring is divided
Marks = tuple["array[int]", "array[int]", "array[int]"]


class Block:
    """Some records, one after the other. marks: of each where it ends, how many things it holds, and the
    number of the last one.
    """

    __slots__ = ("content", "end", "marks")

    def __init__(self, content: memoryview) -> None:
        self.content, self.end = content, 0
        self.give_up()

    def add(self, number: int, size: int, record: bytes, end: int) -> None:
        """Keep one more record, which ends there."""
        self.content[self.end : end] = record
        ends, sizes, numbers = self.marks
        ends.append(end)
        sizes.append(size)
        numbers.append(number)  # last of all: who reads looks at what has one
        self.end = end

    def read(self, index: int, marks: Marks) -> bytes | None:
        """The record at an index, None when it was given up."""
        ends = marks[0]
        record = bytes(self.content[ends[index - 1] if index else 0 : ends[index]])
        return record if self.marks is marks else None

    def give_up(self) -> memoryview:
        """Give up all records. Returns the memory, which is warm."""
        self.end = 0
        self.marks: Marks = array("Q"), array("Q"), array("Q")
        return self.content


class Ring:
    """Records of things that have numbers, each higher than the one before; a record holds some of them.

    most: how many things are kept at least, where there were so many; size: bytes in memory. One thread may
    add while others read.
    """

    def __init__(self, most: int, size: int) -> None:
        self._most, self._size = most, size
        self._blocks: list[Block] = []
        self._last = Block(memoryview(b""))
        self.given_up = 0  # the last number of what is kept no longer

    def __len__(self) -> int:
        return sum(sum(block.marks[1]) for block in self._blocks)

    @property
    def weight(self) -> int:
        """How many bytes the records have."""
        return sum(block.end for block in self._blocks)

    def add(self, number: int, size: int, record: bytes) -> None:
        """Keep one more record, and give up the oldest where there are too many.

        number: of the last thing that it holds; size: how many it holds.
        """
        block, end = self._last, self._last.end + len(record)
        if end > len(block.content):
            block, end = self._open(len(record)), len(record)
        block.add(number, size, record, end)

    def _open(self, size: int) -> Block:
        wanted, blocks = max(size, min(BLOCK, self._size // PARTS)), list(self._blocks)
        content = memoryview(b"")
        while blocks and self._is_over(blocks, wanted):
            self.given_up = blocks[0].marks[2][-1]
            content = blocks.pop(0).give_up()
        self._last = Block(content if len(content) >= wanted else memoryview(bytearray(wanted)))
        self._blocks = [*blocks, self._last]
        return self._last

    def _is_over(self, blocks: list[Block], wanted: int) -> bool:
        """Whether the first block is one too many. wanted: bytes of one more."""
        kept = sum(sum(block.marks[1]) for block in blocks[1:])
        return kept >= self._most or sum(len(block.content) for block in blocks) + wanted > self._size

    def read(self, before: int | None = None) -> Iterator[bytes]:
        """The records, newest first. before: without those that hold only this number and higher ones."""
        for block, marks, index, older in self._walk():
            record = block.read(index, marks) if before is None or older < before else None
            if record is not None:
                yield record

    def count(self, number: int) -> int:
        """How many things are in the records that hold only this number and higher ones."""
        return sum(marks[1][index] for _, marks, index, older in self._walk() if older >= number)

    def _walk(self) -> Iterator[tuple[Block, Marks, int, int]]:
        """The records, newest first: block, its marks, index, and the last number of the one before."""
        blocks = self._blocks
        for place in range(len(blocks) - 1, -1, -1):
            marks = blocks[place].marks
            for index in range(len(marks[2]) - 1, 0, -1):
                yield blocks[place], marks, index, marks[2][index - 1]
            if marks[2]:
                before = blocks[place - 1].marks[2] if place else None
                yield blocks[place], marks, 0, before[-1] if before else self.given_up

    def clear(self) -> None:
        """Give up all records."""
        if self._last.marks[2]:
            self.given_up = self._last.marks[2][-1]
        self._blocks, self._last = [], Block(memoryview(b""))
