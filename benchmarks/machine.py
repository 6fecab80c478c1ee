"""What the figures depend on: the machine, the versions, and what else ran meanwhile."""

import os
import platform
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import psutil  # type: ignore[import-untyped,unused-ignore]


@dataclass(frozen=True)
class Moment:
    """CPU seconds spent until now. foreign: by other programs than ours and the servers we have ended."""

    clock: float
    foreign: float

    @classmethod
    def now(cls) -> Self:
        """This moment."""
        spent, own = psutil.cpu_times(), os.times()
        busy = spent.user + spent.nice + spent.system + spent.irq + spent.softirq
        ours = own.user + own.system + own.children_user + own.children_system
        return cls(time.monotonic(), busy - ours)


def describe_machine(versions: Mapping[str, str], start: Moment) -> dict[str, str]:
    """The machine in words. start: when the measurement began."""
    end = Moment.now()
    foreign = max(0.0, (end.foreign - start.foreign) / (end.clock - start.clock))
    return {
        "Machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        "Versions": ", ".join(f"{name} {version}" for name, version in versions.items()),
        "Other programs on the machine": f"took {foreign:.2f} cores on average while this was measured",
    }
