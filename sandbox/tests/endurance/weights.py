"""What a process weighs over time, and whether that is flat."""

import resource
from dataclasses import dataclass, field
from math import nan
from pathlib import Path
from statistics import fmean, linear_regression, median

LEAST = 3  # weighings
MOST = 0.05  # of the median, by which memory may grow or differ
MB = 1 << 20


def weigh(pid: int) -> float:
    """Resident MB of a process."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * resource.getpagesize() / MB


@dataclass
class Weights:
    """Seconds since the warm-up, and MB at that time."""

    seconds: list[float] = field(default_factory=list)
    sizes: list[float] = field(default_factory=list)

    def add(self, second: float, size: float) -> None:
        """One more."""
        self.seconds.append(second)
        self.sizes.append(size)

    @property
    def median(self) -> float:
        """The median, in MB; not a number where nothing was weighed."""
        return median(self.sizes) if self.sizes else nan

    @property
    def growth(self) -> float:
        """By how much of the median the line that fits best rises from the first to the last."""
        if len(self.sizes) < LEAST:
            return nan
        slope = linear_regression(self.seconds, self.sizes).slope
        return slope * (self.seconds[-1] - self.seconds[0]) / self.median

    @property
    def deviation(self) -> float:
        """How far from the median memory ever was, as a share of it."""
        middle = self.median
        return max((abs(size - middle) for size in self.sizes), default=nan) / middle

    @property
    def is_flat(self) -> bool:
        """Whether memory stayed where it was."""
        return abs(self.growth) <= MOST and self.deviation <= MOST

    def by_minute(self) -> list[float]:
        """The mean of each minute."""
        minutes = {int(second // 60) for second in self.seconds}
        pairs = list(zip(self.seconds, self.sizes, strict=True))
        return [fmean(size for second, size in pairs if second // 60 == minute) for minute in sorted(minutes)]
