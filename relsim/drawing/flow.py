"""How far problems get through the levels of two firms: bands as wide as they are many."""

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from matplotlib.axes import Axes
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

from relsim.drawing.numbers import plain
from relsim.drawing.style import COLOURS, INK, PAPER, SMALL, note, say, size_of, tidy

__all__ = ["draw_flow"]

_THINNEST = 1.5
"""Points that a band is wide at least."""

_BAR, _GAP, _HEADER = 6.0, 5.0, 20.0
"""Points: the width of a node, the space between two of them, and that for the names of the lanes."""

_PATCH = {"facecolor": PAPER, "edgecolor": "none", "alpha": 0.55, "pad": 0.5}
"""What parts words from the bands that they lie on."""

_LINE = 1.25 * SMALL


@dataclass
class _Node:
    """A node as it is drawn; all lengths in points."""

    name: str
    column: int
    value: float
    label: str
    colour: str = INK
    height: float = 0.0
    top: float = 0.0
    into: list["_Link"] = field(default_factory=list)
    out: list["_Link"] = field(default_factory=list)

    @property
    def slot(self) -> float:
        """What the node takes up with its words beside it."""
        return max(self.height, _LINE * (self.label.count("\n") + 1))

    @property
    def middle(self) -> float:
        return self.top - self.height / 2


@dataclass
class _Link:
    """A band as it is drawn: its width, and the height of its upper edge at either end, in points."""

    source: _Node
    target: _Node
    value: float
    width: float = 0.0
    start: float = 0.0
    end: float = 0.0


def draw_flow(
    nodes: Mapping[str, tuple[int, float]],
    links: Sequence[tuple[str, str, float]],
    ax: Axes,
    *,
    title: str = "How far problems get",
    x: str = "number per launched relationship",
    lanes: Sequence[str],
    half_widths: Mapping[str, float] | None = None,
    own: Mapping[str, str] | None = None,
) -> Axes:
    """Draw nodes in columns from left to right and the bands that join them, and return the ax.

    nodes: of each its column, from 0, and its number; in a column they stand in this order from the top. links: source,
    target and number. lanes: a word over each column; equal neighbours share it. half_widths: half of the 95 % interval
    of a node's number. own: the lanes of nodes that stand in the column of another one.
    """
    tidy(ax, title, x, "")
    ax.grid(visible=False)
    ax.spines[["left", "bottom"]].set_visible(False)
    ax.set_xticks([])
    ax.set_yticks([])
    if not any(value > 0.0 for _, value in nodes.values()):
        return say(ax, "no problems")
    # the ax is as wide as it was made: there are no ticks beside it that would take room
    width, height = size_of(ax)
    height -= _HEADER
    pitch = width / len(lanes)
    letters = int((pitch - _BAR - 4) / (0.56 * SMALL))
    spreads = half_widths or {}
    drawn = {}
    for name, (column, value) in nodes.items():
        number = plain(value, spreads.get(name, float("nan")))
        label = "\n".join([*textwrap.wrap(name, letters, break_long_words=False), *textwrap.wrap(number, letters)])
        drawn[name] = _Node(name, column, value, label)
    bands = [_Link(drawn[source], drawn[target], value) for source, target, value in links if value > 0.0]
    for band in bands:
        band.source.out.append(band)
        band.target.into.append(band)
    scale = _place(list(drawn.values()), bands, len(lanes), height)
    names = list(dict.fromkeys(lanes))
    colours = {lane: COLOURS[place % len(COLOURS)] for place, lane in enumerate(names)}
    for node in drawn.values():
        node.colour = colours[(own or {}).get(node.name, lanes[node.column])]
    _draw_bands(drawn, ax, pitch)
    for node in drawn.values():
        left = node.column * pitch
        bar = Rectangle((left, node.top - node.height), _BAR, node.height, color=node.colour, linewidth=0)
        ax.add_patch(bar)
        ax.text(
            left + _BAR + 2,
            node.middle,
            node.label,
            va="center",
            fontsize=SMALL,
            color=INK,
            linespacing=1.1,
            bbox=_PATCH,
        )
    _head(lanes, colours, ax, pitch, height)
    ax.set_xlim(0, width)
    ax.set_ylim(0, height + _HEADER)
    note(ax, f"Bands of less than {plain(_THINNEST / scale)} are drawn wider than they are.", labelled=False)
    return ax


def _place(nodes: Sequence[_Node], links: Sequence[_Link], columns: int, height: float) -> float:
    """Give nodes and links their sizes and places, as large as the fullest column allows; return points per unit."""
    stacks = [[node for node in nodes if node.column == column] for column in range(columns)]

    def needed(scale: float) -> float:
        for link in links:
            link.width = max(_THINNEST, scale * link.value)
        for node in nodes:
            sums = [sum(link.width for link in side) for side in (node.into, node.out)]
            node.height = max(1.0, scale * node.value, *sums)
        return max(sum(node.slot + _GAP for node in stack) - _GAP for stack in stacks if stack)

    low, high = 0.0, height / max(node.value for node in nodes)
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if needed(middle) <= height else (low, middle)
    needed(low)
    for stack in stacks:
        taken = sum(node.slot for node in stack)
        gap = min((height - taken) / max(len(stack) - 1, 1), 4 * _GAP)
        top = height - (height - taken - gap * (len(stack) - 1)) / 2
        for node in stack:
            node.top = top - (node.slot - node.height) / 2
            top -= node.slot + gap
    return low


def _draw_bands(nodes: Mapping[str, _Node], ax: Axes, pitch: float) -> None:
    """Draw every link from the right of its source to the left of its target, in an order in which few cross."""
    for node in nodes.values():
        # what goes no further, and what comes from nowhere, leaves the bottom of a node free
        node.out.sort(key=lambda link: -link.target.middle)
        node.into.sort(key=lambda link: -link.source.middle)
        top = node.top
        for link in node.out:
            link.start, top = top, top - link.width
        top = node.top
        for link in node.into:
            link.end, top = top, top - link.width
    for node in nodes.values():
        for link in node.out:
            left, right = node.column * pitch + _BAR, link.target.column * pitch
            bend, start, end, width = (left + right) / 2, link.start, link.end, link.width
            upper = [(left, start), (bend, start), (bend, end), (right, end)]
            lower = [(right, end - width), (bend, end - width), (bend, start - width), (left, start - width)]
            codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY]
            band = Path([*upper, *lower, upper[0]], codes)
            ax.add_patch(PathPatch(band, facecolor=node.colour, alpha=0.35, linewidth=0))


def _head(lanes: Sequence[str], colours: Mapping[str, str], ax: Axes, pitch: float, height: float) -> None:
    """Write the names of the lanes over their columns."""
    starts = [place for place, lane in enumerate(lanes) if place == 0 or lane != lanes[place - 1]]
    for start, end in zip(starts, [*starts[1:], len(lanes)], strict=True):
        ax.plot((start * pitch, end * pitch - 5), (height + 4, height + 4), color=colours[lanes[start]], linewidth=2)
        ax.text(start * pitch, height + 7, lanes[start], fontsize=SMALL, fontweight="bold", color=INK)
