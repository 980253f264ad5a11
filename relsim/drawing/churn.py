"""Who leaves: people per year of operations, by level and cause."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import LogLocator, NullFormatter, StrMethodFormatter

from relsim.drawing.style import INK, PAPER, SIZE, arm_colours, legend, say, tidy

__all__ = ["Heights", "draw_churn"]

Heights = Mapping[str, tuple[np.ndarray, np.ndarray]]
"""For each arm its numbers and half of their 95 % intervals, both of shape (labels,)."""

_MARKS = ("o", "s", "^", "D")


def draw_churn(
    labels: list[str],
    rates: Heights,
    ax: Axes,
    *,
    title: str = "Who leaves",
    x: str = "people per year of operations, both firms (log scale)",
) -> Axes:
    """Draw how many people leave per year of operations, with 95 % intervals, and return the ax."""
    tidy(ax, title, x, "", grid="x")
    if not any(np.any(means > 0) for means, _ in rates.values()):
        return say(ax, "nobody leaves")
    step = 0.7 / len(rates)
    for place, (arm, colour) in enumerate(arm_colours(rates).items()):
        means, spreads = rates[arm]
        height = np.arange(len(labels)) + (place - (len(rates) - 1) / 2) * step
        some = means > 0
        drawn = ax.errorbar(
            means[some],
            height[some],
            xerr=spreads[some],
            fmt=_MARKS[place % len(_MARKS)],
            color=colour,
            ecolor=INK,
            elinewidth=1.2,
            capsize=2.5,
            markersize=7,
            markeredgecolor=PAPER,
        )
        drawn.lines[0].set_label(arm)  # in the legend stands the mark alone
        for nobody in height[means == 0]:
            ax.text(0.01, nobody, "0", transform=ax.get_yaxis_transform(), va="center", fontsize=SIZE, color=INK)
    ax.set_xscale("log")
    low, high = _range(rates)
    ax.set_xlim(low, high)
    ax.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5) if high / low < 300 else (1,)))
    ax.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    ax.xaxis.set_minor_formatter(NullFormatter())
    ax.set_yticks(np.arange(len(labels)), labels)
    ax.set_ylim(len(labels) - 0.5, -0.5)
    ax.tick_params(axis="y", length=0)
    legend(ax)
    return ax


def _range(rates: Heights) -> tuple[float, float]:
    """Return from where to where rates are drawn; an interval that reaches down to 0 leaves the ax at the left."""
    means, spreads = (np.concatenate([pair[which] for pair in rates.values()]) for which in (0, 1))
    means, spreads = means[means > 0], np.nan_to_num(spreads[means > 0])
    low = 0.7 * max((means - spreads).min(), 0.3 * means.min())
    high = 1.4 * (means + spreads).max()
    wider = max(1.0, (8 * low / high) ** 0.5)  # with two ticks at least
    return float(low / wider), float(high * wider)
