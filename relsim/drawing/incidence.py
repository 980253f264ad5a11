"""Which ending comes when: cumulative incidence of competing endings in one arm."""

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
from matplotlib.axes import Axes

from relsim.drawing.endings import ENDINGS, Look
from relsim.drawing.steps import visible_steps
from relsim.drawing.style import INK, SIZE, in_percent, note, say, size_of, tidy
from relsim.vocabulary import Ending

__all__ = ["Incidence", "draw_incidence"]

_SMALL = 0.005
"""Endings that never become as frequent as this are named and not drawn."""


class Incidence(Protocol):
    """What the cumulative incidence of an ending has: shares from each time on and 95 % intervals, shape (k,)."""

    @property
    def times(self) -> np.ndarray: ...
    @property
    def share(self) -> np.ndarray: ...
    @property
    def low(self) -> np.ndarray: ...
    @property
    def high(self) -> np.ndarray: ...
    @property
    def longest(self) -> float: ...


def _most(values: np.ndarray) -> float:
    """Return the largest of some numbers but NaN, 0 where there is none."""
    return float(np.max(values, initial=0.0, where=np.isfinite(values)))


def draw_incidence(
    found: Mapping[Ending, Incidence],
    ax: Axes,
    most: float,
    *,
    title: str = "How relationships end, and when",
    x: str = "years since operations started",
) -> Axes:
    """Draw the share that has ended in each way by each age, with pointwise 95 % intervals, and return the ax.

    most: the age up to which it is drawn, as far as anybody was watched for so long.
    """
    tidy(ax, title, x, "ended in this way (share)")
    ends, rare, top = [], [], 0.0
    for ending, look in ENDINGS.items():
        if ending not in found:
            continue
        each = found[ending]
        until = min(each.longest, most) if np.isfinite(each.longest) else 0.0
        times, (share, low, high) = visible_steps(each.times, (each.share, each.low, each.high), 0.0, until)
        if _most(share) < _SMALL:
            rare.append(look.words)
            continue
        ax.fill_between(times, low, high, step="post", color=look.colour, alpha=0.2, linewidth=0)
        ax.step(times, share, where="post", color=look.colour, linestyle=look.dash, linewidth=2)
        ends.append((float(share[np.isfinite(share)][-1]), look))
        top = max(top, _most(high), _most(share))
    if not ends:
        return say(ax, "nobody ended")
    ax.set_xlim(0, most)
    ax.set_ylim(0, min(1.0, 1.08 * top))
    in_percent(ax.yaxis)
    _label(ax, ends)
    if rare:
        note(ax, f"below {100 * _SMALL} %: {', '.join(rare)}")
    return ax


def _label(ax: Axes, ends: Sequence[tuple[float, Look]]) -> None:
    """Write beside the ax what each curve is, as near to its end as the other words allow."""
    height, top = size_of(ax)[1], ax.get_ylim()[1]
    gap = 1.5 * SIZE / height
    ends = sorted(ends, key=lambda end: end[0])
    wanted = np.array([share / top for share, _ in ends])
    for line, (place, (share, look)) in enumerate(zip(_apart(wanted, gap), ends, strict=True)):
        leader = ax.plot(
            (1.0, 1.03, 1.09),
            (wanted[line], place, place),
            transform=ax.transAxes,
            color=look.colour,
            linestyle=look.dash,
            linewidth=1.6,
            clip_on=False,
        )[0]
        leader.set_in_layout(False)
        ax.text(
            1.11,
            place,
            f"{look.words} {100 * share:.{0 if share > 0.0995 else 1}f} %",
            transform=ax.transAxes,
            va="center",
            fontsize=SIZE,
            color=INK,
        )


def _apart(wanted: np.ndarray, gap: float) -> np.ndarray:
    """Return places near ascending wanted ones that are a gap apart, none below 0 if that is possible."""
    steps = gap * np.arange(len(wanted))
    # pools of neighbours that touch move together, as in isotonic regression
    pools: list[tuple[float, int]] = []
    for each in wanted - steps:
        pools.append((float(each), 1))
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (left, few), (right, more) = pools[-2:]
            pools[-2:] = [((left * few + right * more) / (few + more), few + more)]
    placed = np.concatenate([np.full(count, mean) for mean, count in pools])
    highest = max(0.0, 1.0 - steps[-1])
    return np.clip(placed, 0.0, highest) + steps
