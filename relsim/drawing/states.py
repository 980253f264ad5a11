"""Where the relationships of an arm stand at each time: areas that add up to all of them."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.legend_handler import HandlerTuple
from matplotlib.patches import Patch

from relsim.drawing.endings import ENDINGS
from relsim.drawing.style import COLOURS, INK, PAPER, SILVER, in_percent, legend, note, say, tidy

__all__ = ["draw_states"]

_ENDED = "ended: "
"""How the names of states begin that are endings; the rest is the ending."""

_GOING = {
    "healthy": COLOURS[2],
    "limping": COLOURS[4],
    "unwinding": COLOURS[1],
    "exploring": COLOURS[5],
    "courting": SILVER,
}
_LOOKS = {look.words: (look.colour, look.hatch) for look in ENDINGS.values()}

_SMALL = 0.005
"""States that never hold as many as this have no place in the legend."""


def draw_states(
    times: np.ndarray,
    shares: Mapping[str, np.ndarray],
    half_widths: Mapping[str, np.ndarray],
    ax: Axes,
    *,
    title: str = "Where relationships stand",
    x: str = "years since first contact",
) -> Axes:
    """Draw the share in each state over time as stacked areas, from the bottom up, and return the ax.

    times: ascending, shape (m,). shares: of each state, shape (m,). half_widths: half of the 95 % interval of the
    boundary above each state, that is of the sum of its share and those below. What has ended is hatched.
    """
    tidy(ax, title, x, "share of started contacts")
    known = {name: np.nan_to_num(each) for name, each in shares.items()}
    if not len(times) or not any(np.any(each > 0) for each in known.values()):
        return say(ax, "nobody met")
    low = np.zeros(len(times))
    handles: list[tuple[Patch, ...]] = []
    for place, (name, share) in enumerate(known.items()):
        high = low + share
        ended = name.startswith(_ENDED)
        if ended:
            colour, hatch = _LOOKS.get(name.removeprefix(_ENDED), (COLOURS[place % len(COLOURS)], "-/"))
            ax.fill_between(times, low, high, color=colour, alpha=0.18, linewidth=0)
            ax.fill_between(times, low, high, facecolor="none", edgecolor=colour, hatch=hatch, linewidth=0)
            handles.append(
                (
                    Patch(facecolor=colour, alpha=0.18, linewidth=0),
                    Patch(facecolor="none", edgecolor=colour, hatch=hatch, linewidth=0),
                )
            )
        else:
            colour = _GOING.get(name, COLOURS[place % len(COLOURS)])
            ax.fill_between(times, low, high, color=colour, linewidth=0)
            handles.append((Patch(facecolor=colour, linewidth=0),))
        low = high
    _boundaries(times, known, half_widths, ax)
    seen = [place for place, share in enumerate(known.values()) if np.max(share) >= _SMALL]
    names = list(known)
    legend(
        ax,
        beside=True,
        handles=[handles[place] for place in reversed(seen)],
        labels=[names[place] for place in reversed(seen)],
        handler_map={tuple: HandlerTuple(ndivide=1)},
        handleheight=1.3,
    )
    rare = [name for place, name in enumerate(names) if place not in seen]
    if rare:
        note(ax, f"never {100 * _SMALL} % or more: {', '.join(rare)}")
    ax.set_xlim(times[0], times[-1] if times[-1] > times[0] else times[0] + 1.0)
    ax.set_ylim(0, 1)
    in_percent(ax.yaxis)
    return ax


def _boundaries(
    times: np.ndarray, shares: Mapping[str, np.ndarray], half_widths: Mapping[str, np.ndarray], ax: Axes
) -> None:
    """Draw the line above each state but the highest, in a light band as wide as it is uncertain."""
    line = np.zeros(len(times))
    for name in list(shares)[:-1]:
        line = line + shares[name]
        spread = np.nan_to_num(half_widths[name])
        ax.fill_between(times, line - spread, line + spread, color=PAPER, alpha=0.6, linewidth=0)
        ax.plot(times, line, color=INK, linewidth=0.6)
