"""Shares beside the share that is asked for, one below the other."""

import textwrap
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from relsim.drawing.style import COLOURS, INK, PAPER, SILVER, SMALL, in_percent, say, tidy

__all__ = ["draw_shares"]

_WIDEST = 36
"""Letters of a name on one line."""


def draw_shares(names: Sequence[str], shares: Sequence[float], ax: Axes, *, least: float, title: str, x: str) -> Axes:
    """Draw shares as bars, those that reach the least one in colour, with a line there; return the ax.

    shares: NaN where there is none.
    """
    tidy(ax, title, x, "", grid="x")
    if not names:
        return say(ax, "nothing to tell")
    rows = np.arange(len(names), dtype=float)
    values = np.asarray(shares, float)
    reach = values >= least
    colours = [COLOURS[0] if each else SILVER for each in reach]
    ax.barh(rows, np.nan_to_num(values), 0.6, color=colours, edgecolor=PAPER)
    ax.axvline(least, color=INK, linewidth=1.0, linestyle="--")
    for row, share in zip(rows, values, strict=True):
        words = f"{100 * share:.1f} %" if np.isfinite(share) else "no sign"
        ax.text(1.02, row, words, transform=ax.get_yaxis_transform(), va="center", fontsize=SMALL, color=INK)
    ax.set_xlim(0.0, 1.0)
    in_percent(ax.xaxis)
    ax.set_yticks(rows, [textwrap.fill(name, _WIDEST, break_on_hyphens=False) for name in names], fontsize=SMALL)
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    return ax
