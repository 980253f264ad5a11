"""How likely an ending is at each age: hazard curves beside what they would be if age did not matter."""

from collections.abc import Mapping
from typing import Protocol

import numpy as np
from matplotlib.axes import Axes

from relsim.drawing.style import ARM_DASHES, MUTED, arm_colours, legend, say, tidy

__all__ = ["Hazard", "draw_hazard"]


class Hazard(Protocol):
    """What a smoothed hazard has: rates a year of shape (m,), and the constant one with its 95 % interval."""

    @property
    def times(self) -> np.ndarray: ...
    @property
    def rate(self) -> np.ndarray: ...
    @property
    def low(self) -> np.ndarray: ...
    @property
    def high(self) -> np.ndarray: ...
    @property
    def constant(self) -> float: ...
    @property
    def constant_low(self) -> float: ...
    @property
    def constant_high(self) -> float: ...


def draw_hazard(
    hazards: Mapping[str, Hazard],
    ax: Axes,
    *,
    title: str = "When relationships end",
    x: str = "years since operations started",
) -> Axes:
    """Draw hazards with pointwise 95 % intervals, each beside the constant one, and return the ax."""
    tidy(ax, title, x, "endings per year of those still alive")
    known = {arm: each for arm, each in hazards.items() if np.any(np.isfinite(each.rate))}
    if not known:
        return say(ax, "nobody launched")
    colours = arm_colours(hazards)
    most = max(float(each.times[-1]) for each in known.values())
    for place, (arm, each) in enumerate(hazards.items()):
        colour, style = colours[arm], ARM_DASHES[place % len(ARM_DASHES)]
        if arm not in known:
            ax.plot([], [], color=colour, linestyle=style, label=f"{arm}: nobody launched", linewidth=2)
            continue
        ends = (0.0, most)
        ax.fill_between(ends, each.constant_low, each.constant_high, color=colour, alpha=0.12, linewidth=0)
        ax.fill_between(each.times, each.low, each.high, color=colour, alpha=0.2, linewidth=0)
        ax.plot(each.times, each.rate, color=colour, linestyle=style, label=arm, linewidth=2)
        ax.plot(ends, [each.constant, each.constant], color=colour, linestyle=style, linewidth=0.9)
    ax.plot([], [], color=MUTED, linewidth=0.9, label="if age did not matter")
    # intervals may be huge where few are left
    top = max(max(float(np.nanmax(each.rate)), each.constant_high) for each in known.values())
    ax.set_xlim(0, most)
    ax.set_ylim(0, 1.25 * top if top > 0 else 1.0)
    legend(ax)
    return ax
