"""Requests per second as a picture."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from .throughput import Loads
from .wins import OURS

# Grey words and bars on no ground are readable on a light page and on a dark one.
WORDS = "#7d8590"
BARS = {OURS: "#2f81f7", "peer": "#a8842c", "limit": "#7d8590"}
STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "benchmarks",
    "font.family": "sans-serif",
    "font.size": 9,
    "text.color": WORDS,
    "axes.labelcolor": WORDS,
    "axes.edgecolor": WORDS,
    "xtick.color": WORDS,
    "ytick.color": WORDS,
}


def draw_rates(loads: Sequence[Loads], path: Path) -> None:
    """A picture with a group of bars for each kind of request, a bar for each server."""
    groups = list(dict.fromkeys(each.scenario.name for each in loads))
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(9, 6.2), layout="constrained")
        figure.suptitle("Requests per second: median, lowest and highest turn")
        for axes, group in zip(figure.subplots(2, 2).flat, groups, strict=False):
            _draw_group(axes, group, [each for each in loads if each.scenario.name == group])
        figure.savefig(path, transparent=True, metadata={"Date": None})


def _draw_group(axes: Axes, title: str, loads: Sequence[Loads]) -> None:
    rates = [each.rate for each in loads]
    lowest = [each.rate - min(load.rate for load in each.loads) for each in loads]
    highest = [max(load.rate for load in each.loads) - each.rate for each in loads]
    axes.set_title(title.capitalize(), loc="left", fontweight="bold")
    bars = axes.barh(
        [each.server.name for each in loads],
        rates,
        color=[_choose_colour(each) for each in loads],
        xerr=(lowest, highest),
        error_kw={"ecolor": WORDS, "elinewidth": 1, "capsize": 2},
    )
    reach = max(rate + more for rate, more in zip(rates, highest, strict=True))
    axes.set_xlim(0, reach * 1.22)
    for bar, rate, more in zip(bars, rates, highest, strict=True):
        middle = bar.get_y() + bar.get_height() / 2
        axes.text(rate + more + reach * 0.02, middle, f"{rate:,.0f}", va="center", color=WORDS)
    axes.invert_yaxis()
    axes.xaxis.set_major_locator(MaxNLocator(4))
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(left=False)


def _choose_colour(loads: Loads) -> str:
    return BARS["limit" if loads.server.is_limit else OURS if loads.server.name == OURS else "peer"]
