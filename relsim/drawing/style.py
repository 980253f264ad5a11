"""One look for all pictures: readable by the colour-blind, in grey, and from the back of a room.

Every artist takes its colour from here, so that a page that shows a picture can give each role another colour.
"""

import textwrap
from collections.abc import Iterable
from typing import Any, Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.ticker import Formatter, FuncFormatter

__all__ = [
    "ARM_DASHES",
    "ARM_HATCHES",
    "COLOURS",
    "DARK",
    "GRID",
    "INK",
    "LABEL_SIZE",
    "MUTED",
    "PAPER",
    "SILVER",
    "SIZE",
    "SMALL",
    "THEME",
    "arm_colours",
    "below",
    "figure",
    "in_percent",
    "legend",
    "note",
    "row_size",
    "say",
    "size_of",
    "tidy",
    "whiskers",
]

INK = "#222222"
"""Words, and the bars of errors."""

MUTED = "#666666"
"""Words and lines that stay in the background."""

GRID = "#DDDDDD"
PAPER = "#FFFFFF"
"""What everything is drawn on, and the edges that part one area from the next."""

DARK = "#333333"
"""The dark one of the palette: a colour of data, where INK is one of words."""

SILVER = "#BBBBBB"
"""For what is there but not yet of interest."""

_BLUE, _VERMILLION, _GREEN, _PINK, _ORANGE, _SKY = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"

COLOURS = (_BLUE, _VERMILLION, _GREEN, _PINK, _ORANGE, _SKY, DARK)
"""The palette of Okabe and Ito (2008), its black softened, in an order whose first ones differ in grey too."""

THEME: tuple[tuple[str, str], ...] = tuple(
    (name, colour.lower())
    for name, colour in (
        ("ink", INK),
        ("muted", MUTED),
        ("grid", GRID),
        ("paper", PAPER),
        ("blue", _BLUE),
        ("vermillion", _VERMILLION),
        ("green", _GREEN),
        ("pink", _PINK),
        ("orange", _ORANGE),
        ("sky", _SKY),
        ("dark", DARK),
        ("silver", SILVER),
    )
)
"""Every role and its colour, written as in an SVG file; no two roles share one."""

ARM_DASHES = ("-", "--", "-.", ":")
ARM_HATCHES = ("", "///", "\\\\\\", "xx")
"""Lines only: an SVG file spells out each of the dots."""

TITLE_SIZE = 11
LABEL_SIZE = 9.5
SIZE = 9
SMALL = 8
"""Sizes of words in points; nothing is smaller than the last."""

_BELOW_TICKS = 19
_BELOW_LABEL = 36
"""Points from an ax down to the first line under its tick labels, and under its axis label."""


def arm_colours(arms: Iterable[str]) -> dict[str, str]:
    """Return a colour for each arm, in their order."""
    return {arm: COLOURS[place % len(COLOURS)] for place, arm in enumerate(arms)}


def figure(width: float, height: float) -> Figure:
    """Return an empty figure of a size in inches, laid out so that nothing overlaps."""
    return Figure(figsize=(width, height), dpi=150, layout="constrained", facecolor=PAPER)


def size_of(ax: Axes) -> tuple[float, float]:
    """Return width and height of an ax in points, as far as they are known before it is laid out."""
    whole = ax.get_figure(root=True)
    assert whole is not None
    return ax.bbox.width * 72 / whole.dpi, ax.bbox.height * 72 / whole.dpi


def row_size(ax: Axes, rows: int) -> float:
    """Return how large words can be in so many rows of an ax."""
    return min(max(0.8 * size_of(ax)[1] / rows, SMALL), SIZE)


def _name(ax: Axes, title: str, pad: float) -> None:
    """Write the title some points above the ax."""
    ax.set_title(title, loc="left", fontsize=TITLE_SIZE, fontweight="bold", color=INK, pad=pad, parse_math=False)


def _broken(words: str, letter: float, room: float) -> str:
    """Return words on as many lines, of about one length, as letters of some points need in a room of some points."""
    lines = int(letter * len(words) / room) + 1
    return textwrap.fill(words, len(words) // lines + 6, break_on_hyphens=False) if lines > 1 else words


def tidy(ax: Axes, title: str, x: str, y: str, grid: Literal["x", "y"] = "y") -> Axes:
    """Give an ax its words and take away what distracts."""
    width, height = size_of(ax)
    if grid == "x":
        width *= 0.75  # the names beside the bars take the rest
    _name(ax, _broken(title, 0.65 * TITLE_SIZE, 1.1 * width), 6)
    ax.set_xlabel(_broken(x, 0.55 * LABEL_SIZE, width), fontsize=LABEL_SIZE, color=INK)
    ax.set_ylabel(_broken(y, 0.55 * LABEL_SIZE, 0.9 * height), fontsize=LABEL_SIZE, color=INK)
    ax.tick_params(which="both", color=MUTED, labelcolor=INK, labelsize=SIZE)
    ax.set_facecolor(PAPER)
    for spine in ax.spines.values():
        spine.set_edgecolor(MUTED)
    ax.spines[["top", "right"]].set_visible(False)
    ax.grid(visible=False)
    ax.grid(axis=grid, color=GRID, linewidth=0.6)
    ax.set_axisbelow(True)
    return ax


def legend(ax: Axes, *, beside: bool = False, room: float | None = None, **rest: Any) -> Legend:
    """Put the legend where no data can be: between title and ax, or beside the ax.

    room: points that the ax will be wide, if that is known to differ from what it is. rest: what else `Axes.legend`
    takes, such as handles. To be called after `tidy`.
    """
    look: dict[str, Any] = {
        "frameon": False,
        "fontsize": SIZE,
        "labelcolor": INK,
        "borderpad": 0,
        "handlelength": 2.4,
        "labelspacing": 0.3,
        "columnspacing": 1.4,
    }
    if beside:
        return ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), borderaxespad=0.8, **look, **rest)
    handles = rest.get("handles") or ax.get_legend_handles_labels()[0]
    lengths = [len(str(handle.get_label())) for handle in handles]
    room = room or size_of(ax)[0]
    columns = next(each for each in range(len(lengths), 0, -1) if each == 1 or _fits(lengths, each, room))
    rows = -(-len(lengths) // columns)
    _name(ax, ax.get_title(loc="left"), 8 + 1.45 * SIZE * rows)
    return ax.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), borderaxespad=0.4, ncols=columns, **look, **rest)


def _fits(lengths: list[int], columns: int, width: float) -> bool:
    """Return whether words of these lengths fit into columns of a legend, filled from the top, on a width in points."""
    rows = -(-len(lengths) // columns)
    longest = [max(lengths[start : start + rows]) for start in range(0, len(lengths), rows)]
    return sum(0.55 * SIZE * each + 4.8 * SIZE for each in longest) - 1.4 * SIZE <= width


def in_percent(axis: Axis) -> None:
    """Write shares as percentages."""
    axis.set_major_formatter(FuncFormatter(lambda share, _: Formatter.fix_minus(f"{100 * share:.3g} %")))


def whiskers(ax: Axes, x: np.ndarray, y: np.ndarray, half_widths: np.ndarray) -> None:
    """Draw 95 % intervals from side to side around points."""
    spreads = np.nan_to_num(half_widths)
    ax.errorbar(x, y, xerr=spreads, fmt="none", color=INK, ecolor=INK, elinewidth=1.2, capsize=2)


def below(
    ax: Axes,
    line: float,
    words: str,
    x: float = 0.0,
    *,
    aside: float = 0.0,
    ha: str = "left",
    color: str = MUTED,
    labelled: bool = True,
) -> None:
    """Write small words under an ax, on a line counted from under its axis label, or its tick labels if it has none.

    x: where, as a share of the width of the ax, and `aside`: how many points to the right of that.
    """
    down = (_BELOW_LABEL if labelled else _BELOW_TICKS) + line * 1.3 * SMALL
    ax.annotate(
        words,
        (x, 0.0),
        xycoords="axes fraction",
        xytext=(aside, -down),
        textcoords="offset points",
        ha=ha,
        va="top",
        annotation_clip=False,
        fontsize=SMALL,
        color=color,
    )


def note(ax: Axes, words: str, *, labelled: bool = True) -> None:
    """Write a small remark under an ax, on as many lines as it takes."""
    width = int(size_of(ax)[0] / (0.53 * SMALL))
    below(ax, 0.3, textwrap.fill(words, width), labelled=labelled)


def say(ax: Axes, sentence: str) -> Axes:
    """Say in the middle of an ax why nothing is drawn there."""
    ax.text(0.5, 0.5, sentence, transform=ax.transAxes, ha="center", va="center", fontsize=LABEL_SIZE, color=MUTED)
    ax.set_xticks([])
    ax.set_yticks([])
    return ax
