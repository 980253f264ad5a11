"""Regret: in how many worlds one regrets a choice by more than so much."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes

from relsim.drawing.style import ARM_DASHES, INK, arm_colours, in_percent, legend, say, tidy

__all__ = ["draw_regret"]


def draw_regret(regrets: Mapping[str, np.ndarray], ax: Axes, *, chosen: str, tenth: float, title: str, x: str) -> Axes:
    """Draw for each arm the share of worlds in which it is regretted by more than so much; return the ax.

    regrets: of each arm, one number a world. chosen: the arm whose line is the thickest. tenth: the share at which the
    arms are compared, where a line is drawn.
    """
    tidy(ax, title, x, "share of worlds with more regret")
    if not any(len(each) for each in regrets.values()):
        return say(ax, "no world to show")
    colours = arm_colours(regrets)
    ends = []
    for place, (arm, values) in enumerate(regrets.items()):
        ordered = np.sort(values)
        shares = 1.0 - np.arange(1, len(ordered) + 1) / len(ordered)
        ax.step(
            np.concatenate([[0.0], ordered]),
            np.concatenate([[float((ordered > 0.0).mean())], shares]),
            where="post",
            color=colours[arm],
            linestyle=ARM_DASHES[place % len(ARM_DASHES)],
            linewidth=2.6 if arm == chosen else 1.4,
            label=f"{arm} (chosen)" if arm == chosen else arm,
        )
        ends.append(float(np.quantile(ordered, 0.99)))
    ax.axhline(tenth, color=INK, linewidth=0.8)
    ax.set_xlim(0.0, max(ends) or 1.0)
    ax.set_ylim(0.0, 1.02)
    in_percent(ax.yaxis)
    legend(ax)
    return ax
