"""Regret: in how many worlds one regrets a choice by more than so much."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes

from relsim.drawing.style import ARM_DASHES, INK, SMALL, arm_colours, in_percent, legend, say, tidy

__all__ = ["draw_regret"]

_POINTS = 401
"""Of each line."""


def draw_regret(regrets: Mapping[str, np.ndarray], ax: Axes, *, chosen: str, tenth: float, title: str, x: str) -> Axes:
    """Draw for each arm the share of worlds in which it is regretted by more than so much; return the ax.

    regrets: of each arm, one number a world. chosen: the arm whose line is the thickest. tenth: the share at which the
    arms are compared, where a line is drawn.
    """
    tidy(ax, title, x, "share of worlds with more regret")
    if not any(len(each) for each in regrets.values()):
        return say(ax, "no world to show")
    colours, shares = arm_colours(regrets), np.linspace(0.0, 1.0, _POINTS)
    ends = []
    for place, (arm, values) in enumerate(regrets.items()):
        ax.plot(
            np.quantile(values, 1.0 - shares),
            shares,
            color=colours[arm],
            linestyle=ARM_DASHES[place % len(ARM_DASHES)],
            linewidth=2.6 if arm == chosen else 1.4,
            label=f"{arm} (chosen)" if arm == chosen else arm,
        )
        ends.append(float(np.quantile(values, 0.99)))
    ax.axhline(tenth, color=INK, linewidth=0.8)
    ax.annotate(
        "the arms are compared here",
        (1.0, tenth),
        xycoords=ax.get_yaxis_transform(),
        xytext=(0.0, 3.0),
        textcoords="offset points",
        ha="right",
        fontsize=SMALL,
        color=INK,
    )
    ax.set_xlim(0.0, max(ends) or 1.0)
    ax.set_ylim(0.0, 1.02)
    in_percent(ax.yaxis)
    legend(ax)
    return ax
