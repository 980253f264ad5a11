"""How large something is, for each row and column: the darker, the larger."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from relsim.drawing.style import COLOURS, INK, PAPER, SMALL, row_size, say, tidy

__all__ = ["draw_heat"]

_DARK = 0.65
"""From where on words are written in light."""


def draw_heat(
    rows: Sequence[str], columns: Sequence[str], cells: Sequence[Sequence[float]], ax: Axes, *, title: str, key: str
) -> Axes:
    """Draw a cell for each row and column, from 0 (paper) to 1 (blue), with its number; return the ax.

    cells: a sequence for each row, NaN where there is none; below 0 and above 1 they are drawn as 0 and 1. key: what
    the numbers are.
    """
    tidy(ax, title, key, "", grid="x").grid(visible=False)
    if not rows or not columns:
        return say(ax, "nothing to tell")
    values = np.asarray(cells, float)
    shades = np.clip(np.nan_to_num(values), 0.0, 1.0)
    for row in range(len(rows)):
        for column in range(len(columns)):
            ax.bar(column, 0.94, 0.97, row - 0.47, color=COLOURS[0], alpha=shades[row, column])
            light = shades[row, column] > _DARK
            words = f"{values[row, column]:.2f}" if np.isfinite(values[row, column]) else "-"
            ax.text(column, row, words, ha="center", va="center", fontsize=SMALL, color=PAPER if light else INK)
    ax.set_xlim(-0.5, len(columns) - 0.5)
    ax.set_ylim(len(rows) - 0.5, -0.5)
    ax.set_xticks(range(len(columns)), columns)
    ax.set_yticks(range(len(rows)), rows, fontsize=row_size(ax, len(rows)))
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    return ax
