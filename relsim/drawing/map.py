"""A map over two numbers: by how much one thing is better than another, and the border between them."""

from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.lines import Line2D

from relsim.drawing.style import COLOURS, INK, LABEL_SIZE, MUTED, PAPER, SIZE, legend, tidy

__all__ = ["draw_map"]

_SURE = 1.959963984540054
"""Standard errors on either side of a 95 % interval."""


def draw_map(
    x: np.ndarray,
    y: np.ndarray,
    value: np.ndarray,
    error: np.ndarray,
    ax: Axes,
    *,
    here: tuple[float, float],
    title: str,
    axes: tuple[str, str],
    unit: str,
    names: tuple[str, str],
) -> Axes:
    """Draw a difference as colour, the line where it is 0, and between which lines that may lie; return the ax.

    x, y: shape (m,) and (n,). value, error: the difference and its standard error, shape (n, m). here: a place to mark.
    names: what is better where the difference is above 0, and what where it is below.
    """
    tidy(ax, title, *axes)
    most = float(np.quantile(np.abs(value), 0.98)) or 1.0
    colours = LinearSegmentedColormap.from_list("better", [COLOURS[1], PAPER, COLOURS[0]])
    drawn = ax.pcolormesh(x, y, value, cmap=colours, vmin=-most, vmax=most, shading="gouraud", rasterized=True)
    sure = value / np.maximum(error, 1e-300)
    handles = []
    border: tuple[np.ndarray, list[float], Literal["-", "--"], str] = (value, [0.0], "-", "neither is better")
    band: tuple[np.ndarray, list[float], Literal["-", "--"], str] = (sure, [-_SURE, _SURE], "--", "95 % band of that")
    for place, levels, dashes, words in (border, band):
        if place.min() < levels[-1] and place.max() > levels[0]:
            ax.contour(
                x, y, place, levels=levels, colors=INK, linestyles=dashes, linewidths=1.8 if dashes == "-" else 0.9
            )
            handles.append(Line2D([], [], color=INK, linestyle=dashes, linewidth=1.4, label=words))
    if x[0] <= here[0] <= x[-1] and y[0] <= here[1] <= y[-1]:
        handles += ax.plot(
            [here[0]],
            [here[1]],
            linestyle="none",
            marker="D",
            markersize=8,
            color=INK,
            markeredgecolor=PAPER,
            label="the scenario",
        )
    ax.grid(visible=False)
    figure = ax.get_figure(root=True)
    assert figure is not None
    scale = figure.colorbar(drawn, ax=ax, extend="both", fraction=0.05, pad=0.02)
    scale.set_label(
        f"{names[1]}  \N{LEFTWARDS ARROW}  {unit}  \N{RIGHTWARDS ARROW}  {names[0]}", fontsize=LABEL_SIZE, color=INK
    )
    scale.ax.tick_params(color=MUTED, labelcolor=INK, labelsize=SIZE)
    if handles:
        legend(ax, handles=handles)
    return ax
