"""How far several causes move something, the largest on top."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from relsim.drawing.style import COLOURS, PAPER, SILVER, in_percent, legend, row_size, say, tidy, whiskers

__all__ = ["draw_tornado"]


def draw_tornado(
    names: Sequence[str],
    totals: Sequence[tuple[float, float, float]],
    parts: Sequence[float],
    ax: Axes,
    *,
    title: str,
    x: str,
    words: tuple[str, str],
    shares: bool,
) -> Axes:
    """Draw a bar for each total with its interval, and inside it a narrower bar for a part of it; return the ax.

    totals: estimate and the ends of its interval. words: what the part and the total are called. shares: whether they
    are shares of a whole; otherwise a total goes to the side to which its part points, left where that is below 0.
    """
    tidy(ax, title, x, "", grid="x")
    if not names:
        return say(ax, "nothing moves it")
    rows = np.arange(len(names), dtype=float)
    points = np.asarray(parts, float)
    sides = np.where((points < 0.0) & (not shares), -1.0, 1.0)
    values = sides * [total[0] for total in totals]
    halves = np.array([(high - low) / 2 for _, low, high in totals])
    ax.barh(rows, values, 0.72, color=SILVER, edgecolor=PAPER, label=words[1])
    ax.barh(rows, points, 0.36, color=COLOURS[0], edgecolor=PAPER, label=words[0])
    whiskers(ax, values, rows, halves)
    ax.axvline(0.0, color=SILVER, linewidth=0.8)
    ax.set_yticks(rows, names, fontsize=row_size(ax, len(names)))
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    if shares:
        in_percent(ax.xaxis)
    legend(ax)
    return ax
