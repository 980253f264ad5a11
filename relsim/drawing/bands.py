"""Estimates beside the bands in which they should lie, one below the other."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from relsim.drawing.style import COLOURS, GRID, PAPER, row_size, say, tidy

__all__ = ["draw_bands"]

_WHERE = np.array([0.0, 0.5, 1.0])


def draw_bands(
    names: Sequence[str],
    values: Sequence[tuple[float, float, float]],
    bands: Sequence[tuple[float, float]],
    ax: Axes,
    *,
    title: str,
    x: str,
    ends: tuple[str, str, str],
) -> Axes:
    """Draw estimates with their intervals, each on a scale of its own on which its band is the same bar; return the ax.

    values: estimate and the ends of its interval. bands: low and high, what lies outside is drawn up to half a band
    away. ends: what the lower end, the middle and the upper end of every bar are called.
    """
    tidy(ax, title, x, "", grid="x")
    if not names:
        return say(ax, "nothing to compare")
    rows = np.arange(len(names), dtype=float)
    ax.barh(rows, 1.0, 0.62, left=0.0, color=GRID)
    for row, found, (low, high) in zip(rows, values, bands, strict=True):
        value, least, most = (min(1.5, max(-0.5, (each - low) / (high - low))) for each in found)
        inside = low <= found[0] <= high
        if np.isfinite(least) and np.isfinite(most):
            ax.plot([least, most], [row, row], color=COLOURS[0], linewidth=1.6)
        if np.isfinite(value):
            ax.plot(
                [value],
                [row],
                linestyle="none",
                marker="o" if inside else "X",
                color=COLOURS[0 if inside else 1],
                markeredgecolor=PAPER,
                markersize=7 if inside else 8,
            )
    ax.set_xlim(-0.55, 1.55)
    ax.set_xticks(_WHERE, ends)
    ax.set_yticks(rows, names, fontsize=row_size(ax, len(names)))
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    return ax
