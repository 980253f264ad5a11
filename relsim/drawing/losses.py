"""What a start can cost: how many lose more than each amount."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes

from relsim.drawing.numbers import plain
from relsim.drawing.style import ARM_DASHES, arm_colours, in_percent, legend, say, tidy

__all__ = ["Exceeded", "draw_losses"]

Exceeded = tuple[np.ndarray, np.ndarray, np.ndarray]
"""Ascending amounts, the share that loses more than each, and half of its 95 % interval; shape (m,)."""

_FEW = 0.005
"""Losses are drawn up to the one that so few exceed."""


def draw_losses(
    losses: Mapping[str, Exceeded],
    means: Mapping[str, tuple[float, float]],
    ax: Axes,
    factor: float,
    unit: str,
    *,
    whose: str = "both firms",
) -> Axes:
    """Draw how many started contacts lose more than an amount, with pointwise 95 % intervals, and return the ax.

    means: the mean loss of each arm, and half of its 95 % interval. factor, unit: how money is shown.
    """
    tidy(ax, f"Losses of {whose} (never to begin: 0)", f"loss of {whose}, {unit}", "lose more than this (share)")
    if not any(np.any(more > 0) for _, more, _ in losses.values()):
        return say(ax, "nobody loses anything")
    most = max(float(amounts[np.argmax(more <= _FEW)]) for amounts, more, _ in losses.values()) or 1.0
    for place, ((arm, each), colour) in enumerate(zip(losses.items(), arm_colours(losses).values(), strict=True)):
        amounts, more, spread = (part[: np.searchsorted(each[0], most) + 1] for part in each)
        style, shown = ARM_DASHES[place % len(ARM_DASHES)], amounts * factor
        ax.fill_between(shown, more - spread, more + spread, color=colour, alpha=0.25, linewidth=0)
        mean, half = means[arm]
        label = f"{arm}: mean {plain(mean * factor, half * factor)}"
        ax.plot(shown, more, color=colour, linestyle=style, label=label, linewidth=2)
    ax.set_xlim(0, most * factor)
    ax.set_ylim(0, 1)
    in_percent(ax.yaxis)
    legend(ax)
    return ax
