"""A comparison in four panels: survival, endings, losses, churn."""

from collections.abc import Mapping
from typing import Protocol

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from relsim.drawing.style import ARM_DASHES, ARM_HATCHES, arm_colours, figure, tidy
from relsim.vocabulary import Ending

__all__ = ["comparison_figure", "draw_churn", "draw_endings", "draw_losses", "draw_survival"]

Heights = Mapping[str, tuple[np.ndarray, np.ndarray]]
"""For each arm the heights of its bars and half of their 95 % intervals, both of shape (bars,)."""

Shares = Mapping[str, Mapping[Ending, tuple[float, float]]]
"""For each arm and ending its share and half of the 95 % interval."""

Exceeded = tuple[np.ndarray, np.ndarray, np.ndarray]
"""Ascending amounts, the share that loses more than each, and half of its 95 % interval; shape (m,)."""

_FEW = 0.005
"""Losses are drawn up to the one that so few exceed."""

_ENDINGS = (
    (Ending.ONGOING, "still going"),
    (Ending.QUIET_EXIT, "quiet exit"),
    (Ending.HOSTILE_EXIT, "hostile exit"),
    (Ending.EXPIRED, "expired"),
    (Ending.OUTSIDE, "ended from outside"),
    (Ending.WINDOW_LOST, "window lost"),
    (Ending.ABANDONED, "abandoned in time"),
    (Ending.NO_DEAL, "no deal"),
)


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


def draw_survival(curves: Mapping[str, Curve], ax: Axes, most: float) -> Axes:
    """Draw survival curves with pointwise 95 % intervals up to an age, one an arm, and return the ax."""
    for place, ((arm, curve), colour) in enumerate(zip(curves.items(), arm_colours(curves).values(), strict=True)):
        times = np.concatenate([[0.0], curve.times, [curve.longest]])
        alive, low, high = (
            np.concatenate([[1.0], each, each[-1:] if len(each) else [1.0]])
            for each in (curve.survival, curve.low, curve.high)
        )
        style = ARM_DASHES[place % len(ARM_DASHES)]
        ax.step(times, alive, where="post", color=colour, linestyle=style, label=arm, linewidth=2)
        ax.fill_between(times, low, high, step="post", color=colour, alpha=0.25, linewidth=0)
    ax.set_xlim(0, most)
    ax.set_ylim(0, 1)
    ax.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    ax.legend(frameon=False, loc="lower left")
    return tidy(ax, "Survival of launched relationships", "years since operations started", "still alive")


def _bars(ax: Axes, labels: list[str], heights: Heights) -> None:
    """Draw bars side by side with their 95 % intervals: one group a label, one bar an arm."""
    width = 0.8 / len(heights)
    for place, (arm, colour) in enumerate(arm_colours(heights).items()):
        middle = np.arange(len(labels)) + (place - (len(heights) - 1) / 2) * width
        mean, spread = heights[arm]
        ax.barh(
            middle,
            mean,
            width,
            xerr=spread,
            color=colour,
            hatch=ARM_HATCHES[place % len(ARM_HATCHES)],
            edgecolor="white",
            label=arm,
            error_kw={"elinewidth": 1.2, "ecolor": "#333333"},
        )
    ax.set_yticks(np.arange(len(labels)), labels)
    ax.invert_yaxis()


def draw_endings(shares: Shares, ax: Axes) -> Axes:
    """Draw how started contacts ended, as shares with half of their 95 % intervals, and return the ax."""
    kinds = [each for each in _ENDINGS if any(arm[each[0]][0] > 0.0 for arm in shares.values())]
    heights = {}
    for arm, found in shares.items():
        pairs = np.array([found[kind] for kind, _ in kinds])
        heights[arm] = (pairs[:, 0], np.nan_to_num(pairs[:, 1]))
    _bars(ax, [label for _, label in kinds], heights)
    ax.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    ax.legend(frameon=False, loc="lower right")
    tidy(ax, "How started contacts end", "share of started contacts", "")
    ax.grid(visible=False, axis="y")
    return ax


def draw_losses(losses: Mapping[str, Exceeded], means: Mapping[str, float], ax: Axes, factor: float, unit: str) -> Axes:
    """Draw how many started contacts lose more than an amount, with pointwise 95 % intervals, and return the ax.

    means: the mean loss of each arm. factor, unit: how money is shown.
    """
    most = max(float(amounts[np.argmax(more <= _FEW)]) for amounts, more, _ in losses.values()) or 1.0
    for place, ((arm, each), colour) in enumerate(zip(losses.items(), arm_colours(losses).values(), strict=True)):
        amounts, more, spread = each
        style, shown = ARM_DASHES[place % len(ARM_DASHES)], amounts * factor
        ax.plot(shown, more, color=colour, linestyle=style, label=f"{arm}: mean {means[arm] * factor:.2f}", linewidth=2)
        ax.fill_between(shown, more - spread, more + spread, color=colour, alpha=0.25, linewidth=0)
    ax.set_xlim(0, most * factor)
    ax.set_ylim(0, 1)
    ax.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    ax.legend(frameon=False, loc="upper right")
    return tidy(ax, "Joint losses (never to begin: 0)", f"loss of both firms, {unit}", "lose more than this")


def draw_churn(labels: list[str], rates: Heights, ax: Axes) -> Axes:
    """Draw how many people leave per year of operations, with 95 % intervals, and return the ax."""
    _bars(ax, labels, rates)
    if any(np.any(means > 0) for means, _ in rates.values()):
        ax.set_xscale("log")
    ax.legend(frameon=False, loc="lower right")
    tidy(ax, "Who leaves", "people per year of operations, both firms (log scale)", "")
    ax.grid(visible=False, axis="y")
    ax.grid(axis="x", color="#DDDDDD", linewidth=0.6)
    return ax


def comparison_figure(
    title: str,
    curves: Mapping[str, Curve],
    endings: Shares,
    losses: Mapping[str, Exceeded],
    mean_losses: Mapping[str, float],
    leavers: list[str],
    churn: Heights,
    horizon: float,
    factor: float,
    unit: str,
) -> Figure:
    """Return the four panels of a comparison: what the panels draw, in their order, and how money is shown."""
    made = figure(12, 8)
    axes = made.subplots(2, 2)
    draw_survival(curves, axes[0, 0], horizon)
    draw_endings(endings, axes[0, 1])
    draw_losses(losses, mean_losses, axes[1, 0], factor, unit)
    draw_churn(leavers, churn, axes[1, 1])
    made.suptitle(title, fontsize=13)
    return made
