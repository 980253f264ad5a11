"""Where the money goes: from the first account to the net, step by step."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from relsim.drawing.numbers import decimals, signed
from relsim.drawing.style import COLOURS, DARK, INK, MUTED, PAPER, legend, row_size, say, tidy, whiskers

__all__ = ["draw_waterfall"]

_INCOME = ("income", COLOURS[2], "")
_COST = ("cost", COLOURS[4], "///")


def draw_waterfall(
    accounts: Sequence[str],
    amounts: Sequence[float] | np.ndarray,
    half_widths: Sequence[float] | np.ndarray,
    ax: Axes,
    factor: float,
    unit: str,
    *,
    title: str = "Where the money goes",
    x: str = "sum so far, per started contact",
    total_label: str = "net",
    total: float,
    total_half_width: float,
) -> Axes:
    """Draw how income and costs lead from nothing to the net, each with its 95 % interval, and return the ax.

    amounts, half_widths: shape (accounts,); costs are negative, accounts without money are left out. total: the net,
    the sum of the amounts. factor, unit: how money is shown.
    """
    tidy(ax, title, f"{x}, {unit}", "", grid="x")
    kept = [place for place, each in enumerate(amounts) if np.isfinite(each) and each != 0.0]
    if not kept:
        return say(ax, "no money flows")
    steps, spreads = np.asarray(amounts)[kept] * factor, np.asarray(half_widths)[kept] * factor
    ends = np.cumsum(steps)
    starts = ends - steps
    rows = np.arange(len(kept))
    for (_, colour, hatch), chosen in ((_INCOME, steps > 0), (_COST, steps < 0)):
        ax.barh(
            rows[chosen],
            steps[chosen],
            0.7,
            left=starts[chosen],
            color=colour,
            hatch=hatch,
            edgecolor=PAPER,
        )
    ax.barh(len(kept), total * factor, 0.7, color=DARK, edgecolor=PAPER)
    ax.vlines(ends, rows - 0.35, rows + 1.35, color=MUTED, linewidth=0.8)
    whiskers(
        ax, np.append(ends, total * factor), np.arange(len(kept) + 1), np.append(spreads, total_half_width * factor)
    )
    zero = ax.axvline(0.0, color=INK, linewidth=1.2, linestyle="--", label="never to begin: 0")

    size = row_size(ax, len(kept) + 1)
    places = decimals([*steps, total * factor], [total_half_width * factor])
    values = [*zip(steps, spreads, strict=True), (total * factor, total_half_width * factor)]
    for row, (value, spread) in enumerate(values):
        ax.text(
            1.02,
            row,
            signed(value, spread, places),
            transform=ax.get_yaxis_transform(),
            va="center",
            fontsize=size,
            color=INK,
            fontweight="bold" if row == len(kept) else "normal",
        )
    ax.locator_params(axis="x", nbins=6)
    ax.set_yticks(np.arange(len(kept) + 1), [*(accounts[place] for place in kept), total_label], fontsize=size)
    ax.set_ylim(len(kept) + 0.6, -0.6)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    shown = [_INCOME] * bool(np.any(steps > 0)) + [_COST] * bool(np.any(steps < 0))
    patches = [Patch(facecolor=colour, hatch=hatch, edgecolor=PAPER, label=words) for words, colour, hatch in shown]
    legend(ax, handles=[*patches, zero])
    return ax
