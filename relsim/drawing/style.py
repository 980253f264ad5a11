"""One look for all pictures: readable by the colour-blind, in grey, and from the back of a room."""

from collections.abc import Iterable

from matplotlib.axes import Axes
from matplotlib.figure import Figure

__all__ = ["ARM_DASHES", "ARM_HATCHES", "COLOURS", "arm_colours", "figure", "tidy"]

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
"""The palette of Okabe and Ito (2008), in an order whose first ones differ in grey too."""

ARM_DASHES = ("-", "--", "-.", ":")
ARM_HATCHES = ("", "///", "...", "xx")


def arm_colours(arms: Iterable[str]) -> dict[str, str]:
    """Return a colour for each arm, in their order."""
    return {arm: COLOURS[place % len(COLOURS)] for place, arm in enumerate(arms)}


def figure(width: float, height: float) -> Figure:
    """Return an empty figure of a size in inches, laid out so that nothing overlaps."""
    return Figure(figsize=(width, height), dpi=150, layout="constrained")


def tidy(ax: Axes, title: str, x: str, y: str) -> Axes:
    """Give an ax its words and take away what distracts."""
    ax.set_title(title, loc="left", fontsize=11, fontweight="bold")
    ax.set_xlabel(x)
    ax.set_ylabel(y)
    ax.spines[["top", "right"]].set_visible(False)
    ax.grid(axis="y", color="#DDDDDD", linewidth=0.6)
    ax.set_axisbelow(True)
    return ax
