"""A comparison in four panels: survival, endings, losses, churn."""

from collections.abc import Mapping
from typing import Protocol

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from relsim.drawing.style import ARM_DASHES, ARM_HATCHES, arm_colours, figure, tidy
from relsim.vocabulary import Departure, Ending, Level

__all__ = ["comparison_figure", "draw_churn", "draw_endings", "draw_losses", "draw_survival"]

Arms = Mapping[str, np.ndarray]
"""The lives of each arm, arrays of ROW records."""

_Z95 = 1.96

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


def _bars(arms: Arms, ax: Axes, labels: list[str], heights: Mapping[str, tuple[np.ndarray, np.ndarray]]) -> None:
    """Draw bars side by side with their 95 % intervals: one group a label, one bar an arm."""
    width = 0.8 / len(arms)
    for place, (arm, colour) in enumerate(arm_colours(arms).items()):
        middle = np.arange(len(labels)) + (place - (len(arms) - 1) / 2) * width
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


def _mean(columns: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    means = np.array([column.mean() for column in columns])
    spreads = [_Z95 * column.std(ddof=1) / np.sqrt(len(column)) if len(column) > 1 else 0.0 for column in columns]
    return means, np.array(spreads)


def draw_endings(arms: Arms, ax: Axes) -> Axes:
    """Draw how started contacts ended, as shares with 95 % intervals, and return the ax."""
    kinds = [each for each in _ENDINGS if any(np.any(rows["ending"] == each[0]) for rows in arms.values())]
    heights = {arm: _mean([(rows["ending"] == kind).astype(float) for kind, _ in kinds]) for arm, rows in arms.items()}
    _bars(arms, ax, [label for _, label in kinds], heights)
    ax.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    ax.legend(frameon=False, loc="lower right")
    tidy(ax, "How started contacts end", "share of started contacts", "")
    ax.grid(visible=False, axis="y")
    return ax


def draw_losses(arms: Arms, ax: Axes, factor: float, unit: str) -> Axes:
    """Draw how many started contacts lose more than an amount, with pointwise 95 % intervals, and return the ax."""
    most = max(float(np.quantile(rows["loss_joint"], 0.995)) for rows in arms.values()) or 1.0
    amounts = np.linspace(0.0, most, 200)
    for place, ((arm, rows), colour) in enumerate(zip(arms.items(), arm_colours(arms).values(), strict=True)):
        losses = np.sort(rows["loss_joint"])
        more = 1.0 - np.searchsorted(losses, amounts, side="right") / len(losses)
        spread = _Z95 * np.sqrt(more * (1 - more) / len(losses))
        mean = f"{arm}: mean {losses.mean() * factor:.2f}"
        ax.plot(
            amounts * factor, more, color=colour, linestyle=ARM_DASHES[place % len(ARM_DASHES)], label=mean, linewidth=2
        )
        ax.fill_between(amounts * factor, more - spread, more + spread, color=colour, alpha=0.25, linewidth=0)
    ax.set_xlim(0, most * factor)
    ax.set_ylim(0, 1)
    ax.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    ax.legend(frameon=False, loc="upper right")
    return tidy(ax, "Joint losses (never to begin: 0)", f"loss of both firms, {unit}", "lose more than this")


def draw_churn(arms: Arms, ax: Axes) -> Axes:
    """Draw how many people leave per year of operations and 100 people at first, by cause, and return the ax."""
    parts = [
        (Level.OPERATIONAL, Departure.RESIGNED, "staff resigned"),
        (Level.OPERATIONAL, Departure.DISMISSED, "staff dismissed"),
        (Level.TACTICAL, Departure.RESIGNED, "managers resigned"),
        (Level.TACTICAL, Departure.SWAPPED, "managers swapped"),
        (Level.STRATEGIC, Departure.LEADER_REPLACED, "leaders replaced"),
    ]
    heights = {}
    for arm, rows in arms.items():
        lived = rows[(rows["launched"] == 1) & (rows["age"] > 0)]
        if len(lived) == 0:
            heights[arm] = (np.zeros(len(parts)), np.zeros(len(parts)))
            continue
        columns = []
        for level, cause, _ in parts:
            left = sum(lived[f"left_{firm}_{level.name}_{cause.name}".lower()] for firm in ("client", "supplier"))
            columns.append(np.asarray(left, float))
        years = lived["age"]
        # ratio of means; its interval by the delta method
        means = np.array([column.sum() / years.sum() for column in columns])
        spreads = np.array(
            [
                _Z95 * np.std(column - mean * years) / years.mean() / np.sqrt(len(years))
                for column, mean in zip(columns, means, strict=True)
            ]
        )
        heights[arm] = (means, spreads)
    _bars(arms, ax, [label for *_, label in parts], heights)
    if any(np.any(means > 0) for means, _ in heights.values()):
        ax.set_xscale("log")
    ax.legend(frameon=False, loc="lower right")
    tidy(ax, "Who leaves", "people per year of operations, both firms (log scale)", "")
    ax.grid(visible=False, axis="y")
    ax.grid(axis="x", color="#DDDDDD", linewidth=0.6)
    return ax


def comparison_figure(
    title: str, arms: Arms, curves: Mapping[str, Curve], horizon: float, factor: float, unit: str
) -> Figure:
    """Return the four panels of a comparison.

    title: the scenario's. arms: the lives of each. curves: the survival of the launched ones of each.
    horizon: in years. factor, unit: how money is shown.
    """
    made = figure(12, 8)
    axes = made.subplots(2, 2)
    draw_survival(curves, axes[0, 0], horizon)
    draw_endings(arms, axes[0, 1])
    draw_losses(arms, axes[1, 0], factor, unit)
    draw_churn(arms, axes[1, 1])
    pairs = len(next(iter(arms.values())))
    made.suptitle(f"{title}: {pairs:,} pairs of firms, same partners and same luck in every arm", fontsize=13)
    return made
