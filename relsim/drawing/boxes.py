"""Worlds as dots over two of their numbers: where one arm wins, and the boxes that tell where."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from relsim.drawing.style import COLOURS, INK, PAPER, SILVER, legend, say, tidy

__all__ = ["draw_boxes"]

_DASHES = ("-", "--", "-.", ":")


def draw_boxes(
    x: np.ndarray,
    y: np.ndarray,
    clear: np.ndarray,
    boxes: Sequence[tuple[float, float, float, float]],
    ax: Axes,
    *,
    title: str,
    axes: tuple[str, str],
    names: tuple[str, str],
) -> Axes:
    """Draw a dot for each world, and the boxes around those in which one wins; return the ax.

    x, y: two numbers of each world, shape (n,). clear: 1 where the first of the names wins for sure, -1 where the other
    one does, else 0. boxes: left, right, bottom and top of each, endless where a side is open. axes: what the numbers
    are.
    """
    tidy(ax, title, *axes)
    if not len(x):
        return say(ax, "no world to show")
    for which, colour, size, words in (
        (-1, SILVER, 5, f"{names[1]} is better"),
        (0, COLOURS[4], 9, "not told apart"),
        (1, COLOURS[0], 16, f"{names[0]} is better"),
    ):
        at = clear == which
        share = f" ({100 * at.mean():.0f} %)"
        ax.scatter(x[at], y[at], size, color=colour, edgecolors=PAPER, linewidths=0.2, label=words + share)
    left, right, bottom, top = (float(end) for each in (x, y) for end in _room(each))
    ax.set_xlim(left, right)
    ax.set_ylim(bottom, top)
    for box, dashes in zip(boxes, _DASHES, strict=False):
        low, high = np.clip(box[:2], left, right)
        least, most = np.clip(box[2:], bottom, top)
        ax.add_patch(
            Rectangle(
                (low, least), high - low, most - least, fill=False, edgecolor=INK, linewidth=1.4, linestyle=dashes
            )
        )
    legend(ax)
    return ax


def _room(values: np.ndarray) -> tuple[float, float]:
    """Return the ends of an axis: those of the values, but none beyond Tukey's fences."""
    lower, upper = np.quantile(values, (0.25, 0.75))
    fence = 1.5 * (upper - lower)
    low, high = max(values.min(), lower - fence), min(values.max(), upper + fence)
    space = 0.03 * (high - low) or 1.0
    return low - space, high + space
