"""How relationships end: the words and the look of each ending, and their shares arm by arm."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes

from relsim.drawing.style import (
    ARM_HATCHES,
    COLOURS,
    PAPER,
    SILVER,
    arm_colours,
    in_percent,
    legend,
    say,
    tidy,
    whiskers,
)
from relsim.vocabulary import Ending

__all__ = ["ENDINGS", "Look", "Shares", "draw_endings"]

Shares = Mapping[str, Mapping[Ending, tuple[float, float]]]
"""For each arm and ending its share and half of the 95 % interval."""


class Look(NamedTuple):
    """How an ending is told from the others."""

    words: str
    colour: str
    dash: Any
    hatch: str


ENDINGS = {
    Ending.ONGOING: Look("still going", SILVER, "-", ""),
    Ending.QUIET_EXIT: Look("quiet exit", COLOURS[0], "-", "///"),
    Ending.HOSTILE_EXIT: Look("hostile exit", COLOURS[1], "--", "xxx"),
    Ending.EXPIRED: Look("expired", COLOURS[2], "-.", "---"),
    Ending.OUTSIDE: Look("from outside", COLOURS[3], ":", "\\\\\\"),
    Ending.WINDOW_LOST: Look("window lost", COLOURS[4], (0, (7, 2)), "|||"),
    Ending.ABANDONED: Look("abandoned", COLOURS[5], (0, (3, 1, 1, 1, 1, 1)), "+++"),
    Ending.NO_DEAL: Look("no deal", COLOURS[6], (0, (1, 1)), ""),
}
"""In the order in which endings are told: after a launch, then before one."""


def draw_endings(shares: Shares, ax: Axes) -> Axes:
    """Draw how started contacts ended, as shares with half of their 95 % intervals, and return the ax."""
    tidy(ax, "How started contacts end", "share of started contacts", "", grid="x")
    kinds = [each for each in ENDINGS if any(arm[each][0] > 0.0 for arm in shares.values())]
    if not kinds:
        return say(ax, "nobody met")
    width = 0.8 / len(shares)
    for place, (arm, colour) in enumerate(arm_colours(shares).items()):
        pairs = np.array([shares[arm][kind] for kind in kinds])
        rows = np.arange(len(kinds)) + (place - (len(shares) - 1) / 2) * width
        ax.barh(
            rows,
            pairs[:, 0],
            width,
            color=colour,
            hatch=ARM_HATCHES[place % len(ARM_HATCHES)],
            edgecolor=PAPER,
            label=arm,
        )
        whiskers(ax, pairs[:, 0], rows, pairs[:, 1])
    ax.set_yticks(np.arange(len(kinds)), [ENDINGS[kind].words for kind in kinds])
    ax.tick_params(axis="y", length=0)
    half, middle = max(len(kinds), 4) / 2, (len(kinds) - 1) / 2  # few bars do not become blocks
    ax.set_ylim(middle + half, middle - half)
    ax.set_xlim(left=0.0)
    in_percent(ax.xaxis)
    legend(ax)
    return ax
