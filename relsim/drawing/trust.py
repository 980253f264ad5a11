"""How far the firms trust each other at the three levels, over the relationships still at work."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes

from relsim.drawing.style import ARM_DASHES, COLOURS, legend, note, say, tidy

__all__ = ["draw_trust_bands"]


def draw_trust_bands(
    times: np.ndarray,
    bands: Mapping[str, np.ndarray],
    ax: Axes,
    *,
    title: str = "Trust between the firms",
    x: str = "years since operations started",
) -> Axes:
    """Draw the median of trust and where half and nine tenths of the lives are, level by level, and return the ax.

    times: ascending, shape (m,). bands: for each level the quantiles .05, .25, .5, .75 and .95 over the lives still at
    work, shape (5, m); NaN where nobody is.
    """
    tidy(ax, title, x, "trust (share)")
    somebody = [np.isfinite(each).all(axis=0) for each in bands.values()]
    if not any(np.any(each) for each in somebody):
        return say(ax, "nobody is at work")
    for place, (level, (lowest, low, middle, high, highest)) in enumerate(bands.items()):
        colour, style = COLOURS[place % len(COLOURS)], ARM_DASHES[place % len(ARM_DASHES)]
        ax.fill_between(times, lowest, highest, color=colour, alpha=0.1, linewidth=0)
        ax.fill_between(times, low, high, color=colour, alpha=0.3, linewidth=0)
        mark = "o" if somebody[place].sum() == 1 else None  # a line of one point is not seen
        for edge in (lowest, highest):
            ax.plot(times, edge, color=colour, linestyle=style, linewidth=0.6, marker=mark, markersize=2)
        ax.plot(times, middle, color=colour, linestyle=style, linewidth=2.2, label=level, marker=mark)
    last = max(float(times[each].max()) for each in somebody if np.any(each))
    if last > times[0]:
        ax.set_xlim(times[0], last)
    ax.set_ylim(0, 1)
    legend(ax)
    note(ax, "Thick: the median. Dark band: half of the relationships still at work; light band: nine tenths of them.")
    return ax
