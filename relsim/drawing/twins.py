"""How far two arms differ, and where a difference comes from: its parts, which add up to it."""

import textwrap
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from relsim.drawing.numbers import decimals, signed
from relsim.drawing.style import COLOURS, DARK, GRID, INK, MUTED, PAPER, SIZE, in_percent, row_size, say, tidy, whiskers

__all__ = ["draw_decomposition", "draw_differences"]

_WIDEST = 22
"""Letters of a name on one line."""

_INDENT = "  "
"""How the name of a part of a part begins."""


def draw_decomposition(
    parts: Sequence[tuple[str, float, float]],
    ax: Axes,
    factor: float,
    unit: str,
    *,
    title: str = "Where the difference comes from",
    x: str = "difference per pair of firms",
) -> Axes:
    """Draw a difference and below it the parts that add up to it, with 95 % intervals, and return the ax.

    parts: name, mean and half of the 95 % interval; first the whole, then its parts. A name that begins with two
    spaces is a part of the part above it. factor, unit: how money is shown.
    """
    tidy(ax, title, f"{x}, {unit}", "", grid="x")
    if not any(np.isfinite(mean) for _, mean, _ in parts):
        return say(ax, "nothing to compare")
    means = np.array([mean for _, mean, _ in parts]) * factor
    spreads = np.array([spread for _, _, spread in parts]) * factor
    rows = np.arange(len(parts)) + np.where(np.arange(len(parts)) > 0, 0.25, 0.0)  # a line below the whole
    inner = [name.startswith(_INDENT) for name, _, _ in parts]
    for row, mean, within in zip(rows, means, inner, strict=True):
        colour, hatch = (DARK, "") if row == 0 else (COLOURS[5], "///") if within else (COLOURS[0], "")
        ax.barh(row, np.nan_to_num(mean), 0.4 if within else 0.68, color=colour, hatch=hatch, edgecolor=PAPER)
    whiskers(ax, means, rows, spreads)
    ax.axvline(0.0, color=INK, linewidth=1.0)
    if len(parts) > 1:
        ax.axhline(0.625, color=GRID, linewidth=1.0)
    places = decimals(means, spreads)
    for row, mean, spread in zip(rows, means, spreads, strict=True):
        words = signed(mean, spread, places) if np.isfinite(mean) else "not known"
        weight = "bold" if row == 0 else "normal"
        ax.text(
            1.02,
            row,
            words,
            transform=ax.get_yaxis_transform(),
            va="center",
            fontsize=SIZE,
            color=INK,
            fontweight=weight,
        )
    ax.locator_params(axis="x", nbins=6)
    ax.set_yticks(rows, _names([name for name, _, _ in parts]))
    for label, within in zip(ax.get_yticklabels(), inner, strict=True):
        label.set_color(MUTED if within else INK)
    ax.set_ylim(rows[-1] + 0.6, -0.6)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    return ax


def draw_differences(
    names: Sequence[str],
    means: Sequence[float] | np.ndarray,
    half_widths: Sequence[float] | np.ndarray,
    ax: Axes,
    *,
    title: str = "Differences between the arms",
    x: str = "difference, share of the first arm",
) -> Axes:
    """Draw by what share measures differ, with 95 % intervals, one below the other, and return the ax."""
    tidy(ax, title, x, "", grid="x")
    if not any(np.isfinite(mean) for mean in means):
        return say(ax, "nothing to compare")
    rows = np.arange(len(names), dtype=float)
    whiskers(ax, np.asarray(means), rows, np.asarray(half_widths))
    ax.plot(means, rows, linestyle="none", marker="o", color=COLOURS[0], markeredgecolor=PAPER, markersize=6)
    ax.axvline(0.0, color=INK, linewidth=1.0)
    size = row_size(ax, len(names))
    for row, mean, spread in zip(rows, means, half_widths, strict=True):
        words = f"{signed(100 * mean, 100 * spread, 1)} %" if np.isfinite(mean) else "not known"
        ax.text(1.02, row, words, transform=ax.get_yaxis_transform(), va="center", fontsize=size, color=INK)
    ax.locator_params(axis="x", nbins=5)
    in_percent(ax.xaxis)
    ax.set_yticks(rows, names, fontsize=size)
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    return ax


def _names(names: Sequence[str]) -> list[str]:
    """Return names that say how the parts make up the whole: = before the first part, + before the others."""
    signs = iter(["", "= "])
    return [
        textwrap.fill(
            f"of this: {name.strip()}" if name.startswith(_INDENT) else next(signs, "+ ") + name,
            _WIDEST,
            break_long_words=False,
        )
        for name in names
    ]
