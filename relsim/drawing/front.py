"""Arms by two measures, a third one as colour; the front between the two, and the names of arms worth a choice."""

import textwrap
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from relsim.drawing.style import (
    COLOURS,
    INK,
    LABEL_SIZE,
    MUTED,
    PAPER,
    SILVER,
    SIZE,
    SMALL,
    legend,
    note,
    say,
    size_of,
    tidy,
)

__all__ = ["Scale", "Spot", "corner", "draw_front"]

_NAMED = 10
"""Arms that are named beside the picture; more would not be read."""


class Scale(NamedTuple):
    """A measure: its name, whether more of it is better, and what firms have of it that never begin."""

    name: str
    more_is_better: bool
    never: float | None


class Spot(NamedTuple):
    """An arm: its name, its measures, and its number where it is on the front of all measures."""

    name: str
    at: tuple[float, ...]
    number: int | None


def corner(points: np.ndarray, signs: np.ndarray) -> np.ndarray:
    """Return the places of the points that none other beats in both measures, along the first one."""
    found, best = [], -np.inf
    for place in np.lexsort((-points[:, 1] * signs[1], -points[:, 0] * signs[0])):
        height = points[place, 1] * signs[1]
        if height > best:
            found.append(place)
            best = height
    return np.array(found, int)


def draw_front(spots: Sequence[Spot], ax: Axes, x: Scale, y: Scale, colour: Scale | None, *, title: str) -> Axes:
    """Draw arms by two measures, those on the front of all measures numbered; return the ax.

    The line is the front between the two measures that are drawn. Never to begin is a cross where both know it, a
    dotted line where one does, and a remark below where it lies far off.
    """
    tidy(ax, title, _worded(x), _worded(y))
    known = [spot for spot in spots if np.isfinite(spot.at[:2]).all()]
    if not known:
        return say(ax, "no arm has both measures")
    points = np.array([spot.at[:2] for spot in known])
    chosen = np.array([spot.number is not None for spot in known])
    line = corner(points, np.array([1.0 if each.more_is_better else -1.0 for each in (x, y)]))
    across, up = points.T
    ax.plot(across[line], up[line], color=MUTED, linewidth=1.2, zorder=1)
    ax.scatter(across[~chosen], up[~chosen], s=10, color=SILVER, linewidths=0.0, zorder=2)
    shades = np.array([spot.at[2] for spot in known]) if colour is not None else np.zeros(len(known))
    shown = ax.scatter(
        across[chosen],
        up[chosen],
        c=shades[chosen],
        cmap=LinearSegmentedColormap.from_list("measure", [COLOURS[4], COLOURS[0]]),
        s=46,
        edgecolors=PAPER,
        linewidths=0.8,
        zorder=3,
    )
    if colour is not None and chosen.any():
        whole = ax.get_figure()
        assert whole is not None
        bar = whole.colorbar(shown, ax=ax, location="bottom", shrink=0.6, aspect=40, pad=0.02)
        bar.set_label(_worded(colour), fontsize=LABEL_SIZE, color=INK)
        bar.ax.xaxis.set_major_locator(MaxNLocator(5))
        bar.ax.tick_params(labelsize=SIZE, color=MUTED, labelcolor=INK)
    remarks = [_never(ax, points, x, y)]
    named = [place for place in line if chosen[place]]
    named += [place for place in np.flatnonzero(chosen) if place not in named]
    _number(ax, points, {place: known[place] for place in named[:_NAMED]})
    if len(named) > _NAMED:
        remarks.append(f"{len(named) - _NAMED:,} more arms on the front are drawn without their numbers.")
    if any(remarks):
        note(ax, " ".join(filter(None, remarks)))
    return ax


def _worded(scale: Scale) -> str:
    return f"{scale.name} ({'more' if scale.more_is_better else 'less'} is better)"


def _never(ax: Axes, points: np.ndarray, x: Scale, y: Scale) -> str:
    """Draw never to begin, where it is near enough; else return a remark about it."""
    low, high = points.min(axis=0), points.max(axis=0)
    span = np.where(high > low, high - low, np.maximum(np.abs(high), 1.0))
    ax.set_xlim(low[0] - 0.1 * span[0], high[0] + 0.1 * span[0])
    ax.set_ylim(low[1] - 0.1 * span[1], high[1] + 0.1 * span[1])
    at = np.array([np.nan if each.never is None else each.never for each in (x, y)])
    if np.isnan(at).all():
        return ""
    if ((at < low - 0.5 * span) | (at > high + 0.5 * span)).any():
        told = [f"{each.name} {each.never:g}" for each in (x, y) if each.never is not None]
        return f"Never to begin lies outside of the picture: {', '.join(told)}."
    low, high = np.fmin(low, at) - 0.1 * span, np.fmax(high, at) + 0.1 * span
    ax.set_xlim(low[0], high[0])
    ax.set_ylim(low[1], high[1])
    look = {"color": INK, "linewidth": 1.0, "linestyle": ":", "zorder": 1}
    if x.never is None and y.never is not None:
        ax.axhline(y.never, **look)  # type: ignore[arg-type]
        ax.text(0.01, y.never, "never", transform=ax.get_yaxis_transform(), fontsize=SMALL, color=INK, va="bottom")
    elif y.never is None and x.never is not None:
        ax.axvline(x.never, **look)  # type: ignore[arg-type]
        ax.text(x.never, 0.01, " never", transform=ax.get_xaxis_transform(), fontsize=SMALL, color=INK, ha="left")
    else:
        ax.plot(*at, marker="X", markersize=9, color=INK, markeredgecolor=PAPER, linestyle="none", zorder=3)
        ax.annotate("never", tuple(at), xytext=(6, 6), textcoords="offset points", fontsize=SMALL, color=INK)
    return ""


def _number(ax: Axes, points: np.ndarray, named: Mapping[int, Spot]) -> None:
    """Write the numbers of some points beside them, where they cover no others, and beside the ax what they stand for.

    named: what stands at the places of the points that get one.
    """
    if not named:
        return
    alike: dict[tuple[float, float], list[str]] = {}
    for place, spot in named.items():
        alike.setdefault((float(points[place, 0]), float(points[place, 1])), []).append(str(spot.number))
    ends = np.array([ax.get_xlim(), ax.get_ylim()])

    def on_paper(many: np.ndarray) -> np.ndarray:
        inside: np.ndarray = (many - ends[:, 0]) / (ends[:, 1] - ends[:, 0]) * size_of(ax)
        return inside

    taken = [*on_paper(points)]
    for where, (point, numbers) in zip(on_paper(np.array(list(alike))), alike.items(), strict=True):
        words = ", ".join(numbers)
        # the middle of the words, for each side of the point
        sides = np.array([(9, 7), (9, -7), (-9, 7), (-9, -7), (0, 11), (0, -11), (12, 0), (-12, 0)], float)
        sides[:, 0] *= 1.0 + 0.35 * (len(words) - 1)
        free = [min(float(np.hypot(*(where + side - other))) for other in taken) for side in sides]
        side = sides[int(np.argmax(np.minimum(free, 10.0)))]
        taken.append(where + side)
        ax.annotate(
            words,
            point,
            xytext=tuple(side),
            textcoords="offset points",
            ha="center",
            va="center",
            fontsize=SMALL,
            color=INK,
        )
    told = [
        textwrap.fill(f"{spot.number}  {spot.name}", 40, subsequent_indent="    ", max_lines=2, placeholder=" ...")
        for spot in sorted(named.values(), key=lambda spot: spot.number or 0)
    ]
    legend(ax, beside=True, handles=[Line2D([], [], linestyle="none", label=each) for each in told])
