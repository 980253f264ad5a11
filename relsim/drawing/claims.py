"""Verdicts on claims as a grid of words: a row a statement, a column a world."""

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes

from relsim.drawing.style import COLOURS, GRID, INK, PAPER, SILVER, row_size, say, tidy

__all__ = ["draw_verdicts"]

_LOOKS: Mapping[str, tuple[str, str]] = {
    "supported": (COLOURS[0], PAPER),
    "contradicted": (COLOURS[1], PAPER),
    "depends": (SILVER, INK),
}
"""The colours of a cell and its word; any other verdict stays in the background."""


def draw_verdicts(
    names: Sequence[str], worlds: Sequence[str], verdicts: Sequence[Sequence[str]], ax: Axes, *, title: str
) -> Axes:
    """Draw a cell for each statement and world, with its verdict as colour and word, and return the ax.

    verdicts: of each statement, world by world.
    """
    tidy(ax, title, "", "", grid="x")
    ax.grid(visible=False)
    if not names:
        return say(ax, "no statement was asked for")
    size = row_size(ax, len(names))
    for row, of_statement in enumerate(verdicts):
        for column, verdict in enumerate(of_statement):
            cell, word = _LOOKS.get(verdict, (GRID, INK))
            ax.barh(row, 0.96, 0.86, left=column - 0.48, color=cell)
            ax.text(column, row, verdict, ha="center", va="center", fontsize=size, color=word)
    ax.set_xlim(-0.5, len(worlds) - 0.5)
    ax.set_xticks(range(len(worlds)), worlds)
    ax.set_yticks(range(len(names)), names, fontsize=size)
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.tick_params(length=0)
    for spine in ax.spines.values():
        spine.set_visible(False)
    return ax
