"""Arms beside the best one, one below the other, and when each of them was driven out."""

import textwrap
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from relsim.drawing.style import COLOURS, GRID, INK, MUTED, PAPER, SILVER, SMALL, below, row_size, say, tidy

__all__ = ["Bar", "draw_ranking"]


_REMARK = 62
"""Letters of a line of the remark."""


class Bar(NamedTuple):
    """One arm: its name, its difference from the best one with the ends of the interval, and a few words beside it."""

    name: str
    behind: tuple[float, float, float]
    words: str
    out: bool
    """Whether it was driven out."""
    near: bool
    """Whether it is the best one, or not told apart from it."""


def draw_ranking(
    bars: Sequence[Bar], ax: Axes, *, zone: float, title: str, x: str, counted: str, remark: str = ""
) -> Axes:
    """Draw differences from the best arm with their intervals, the best one first; return the ax.

    zone: the indifference zone, below 0 where less is better; it is drawn on the side of worse arms. counted: what the
    words beside the bars count. remark: what is said below.
    """
    tidy(ax, title, x, "", grid="x")
    if not bars:
        return say(ax, "nothing to rank")
    size = row_size(ax, len(bars))
    ax.axvspan(-zone, 0.0, color=GRID, linewidth=0.0)
    ax.axvline(0.0, color=INK, linewidth=1.0)
    for row, each in enumerate(bars):
        value, low, high = each.behind
        colour = COLOURS[0] if each.near else SILVER if each.out else COLOURS[1]
        if np.isfinite(low) and np.isfinite(high):
            ax.plot([low, high], [row, row], color=colour, linewidth=1.6)
        ax.plot([value], [row], linestyle="none", marker="o", color=colour, markeredgecolor=PAPER, markersize=6)
        place = ax.get_yaxis_transform()
        ax.text(1.02, row, each.words, transform=place, va="center", fontsize=SMALL, color=MUTED if each.out else INK)
    ax.text(1.02, -1.0, counted, transform=ax.get_yaxis_transform(), va="center", fontsize=SMALL, color=MUTED)
    ax.set_yticks(range(len(bars)), [each.name for each in bars], fontsize=size)
    for label, each in zip(ax.get_yticklabels(), bars, strict=True):
        label.set_color(MUTED if each.out else INK)
    ax.set_ylim(len(bars) - 0.4, -0.6)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    if remark:
        # the names of arms take half of the width, so that a remark as wide as the figure would leave it
        below(ax, 0.4, textwrap.fill(remark, _REMARK))
    return ax
