"""A sentence for each figure in which the best peer beats the sandbox. The bare applications are no peers."""

from collections.abc import Callable, Iterator, Sequence

from .starts import Starts
from .tables import show_megabytes
from .throughput import Loads, Memory

OURS = "sandbox"


def find_faster(loads: Sequence[Loads]) -> Iterator[str]:
    """Where a peer answers more requests a second."""
    for own in loads:
        if own.server.name == OURS:
            peers = [each for each in loads if each.scenario is own.scenario and is_peer(each)]
            best = max(peers, key=lambda peer: peer.rate)
            if best.rate > own.rate:
                yield (
                    f"{own.scenario.name.capitalize()}: {best.server.name} answers {best.rate:,.0f} requests "
                    f"a second, the sandbox {own.rate:,.0f}."
                )


def find_sooner(starts: Sequence[Starts]) -> Iterator[str]:
    """Where a peer gives its first answer sooner."""
    best = min(filter(is_peer, starts), key=lambda peer: peer.seconds)
    for own in starts:
        if own.server.name == OURS and best.seconds < own.seconds:
            yield (
                f"Start: {best.server.name} gives its first answer after {best.seconds:.2f} s, the sandbox "
                f"({own.documents}, {own.cache}) after {own.seconds:.2f} s."
            )


def find_smaller(memories: Sequence[Memory]) -> Iterator[str]:
    """Where a peer takes less memory."""
    own = next(memory for memory in memories if memory.server.name == OURS)
    kept = f", {own.created:,} records in it at once"
    yield from _compare("after the start", "", own, memories, lambda memory: memory.started)
    yield from _compare("after the reads", "", own, memories, lambda memory: memory.read)
    yield from _compare("after the creates", kept, own, memories, lambda memory: memory.written)


def _compare(
    when: str, kept: str, own: Memory, memories: Sequence[Memory], size: Callable[[Memory], int]
) -> Iterator[str]:
    best = min(filter(is_peer, memories), key=size)
    if size(best) < size(own):
        yield (
            f"Memory {when}: {best.server.name} takes {show_megabytes(size(best))} MB, "
            f"the sandbox {show_megabytes(size(own))} MB{kept}."
        )


def is_peer(measured: Starts | Loads | Memory) -> bool:
    """Whether it is neither the sandbox nor a bare application."""
    return measured.server.name != OURS and not measured.server.is_limit
