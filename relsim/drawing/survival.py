"""How long relationships last: survival curves with their intervals, and how many are still watched."""

from collections.abc import Mapping
from typing import Protocol

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from relsim.drawing.steps import visible_steps
from relsim.drawing.style import ARM_DASHES, INK, SMALL, arm_colours, below, in_percent, legend, say, size_of, tidy

__all__ = ["Curve", "draw_survival"]

_WIDE = 0.65 * SMALL
"""Points that a digit takes."""

_BESIDE = 50.0
"""Points that the words of the y axis take."""


class Curve(Protocol):
    """What a survival curve has, as relsim.analysis.survival.Curve does."""

    @property
    def times(self) -> np.ndarray: ...
    @property
    def survival(self) -> np.ndarray: ...
    @property
    def low(self) -> np.ndarray: ...
    @property
    def high(self) -> np.ndarray: ...
    @property
    def longest(self) -> float: ...
    def at_risk(self, time: float) -> int: ...


def draw_survival(
    curves: Mapping[str, Curve],
    ax: Axes,
    most: float,
    *,
    title: str = "Survival of launched relationships",
    x: str = "years since operations started",
    at_risk: bool = True,
) -> Axes:
    """Draw survival curves with pointwise 95 % intervals up to an age, one an arm, and return the ax.

    at_risk: whether it stands under the x axis how many are still alive and watched.
    """
    tidy(ax, title, x, "still alive (share)")
    if not any(np.isfinite(curve.longest) for curve in curves.values()):
        return say(ax, "nobody launched")
    for place, ((arm, curve), colour) in enumerate(zip(curves.items(), arm_colours(curves).values(), strict=True)):
        style = ARM_DASHES[place % len(ARM_DASHES)]
        if not np.isfinite(curve.longest):
            ax.plot([], [], color=colour, linestyle=style, label=f"{arm}: nobody launched", linewidth=2)
            continue
        found = (curve.survival, curve.low, curve.high)
        times, (alive, low, high) = visible_steps(curve.times, found, 1.0, min(curve.longest, most))
        ax.fill_between(times, low, high, step="post", color=colour, alpha=0.25, linewidth=0)
        ax.step(times, alive, where="post", color=colour, linestyle=style, label=arm, linewidth=2)
    ax.set_xlim(0, most)
    ax.set_ylim(0, 1)
    widest = _WIDE * max(len(f"{curve.at_risk(0.0):,}") for curve in curves.values())
    aside = widest / 2 + 5  # half of a number that stands under the first tick, and a gap
    room = size_of(ax)[0] - max(0.0, aside + _WIDE * max(map(len, curves)) - _BESIDE) * at_risk
    # so many ticks that the numbers under them do not touch
    ticks = MaxNLocator(max(1, min(7, int(room / (widest + 4)))), steps=[1, 2, 5, 10]).tick_values(0, most)
    ax.set_xticks([tick for tick in ticks if 0 <= tick <= most])
    in_percent(ax.yaxis)
    legend(ax, room=room)
    if at_risk:
        _number_at_risk(curves, ax, most, -aside)
    return ax


def _number_at_risk(curves: Mapping[str, Curve], ax: Axes, most: float, aside: float) -> None:
    """Write under each tick how many of each arm are still alive and watched, and the arms so many points aside."""
    below(ax, -0.1, "still at risk", ha="right", aside=aside)
    for line, (arm, curve) in enumerate(curves.items()):
        below(ax, line + 0.9, arm, ha="right", aside=aside, color=INK)
        for tick in ax.get_xticks():
            below(ax, line + 0.9, f"{curve.at_risk(tick):,}", tick / most, ha="center", color=INK)
