"""A comparison in four panels: survival, endings, losses, churn."""

from collections.abc import Mapping

from matplotlib.figure import Figure

from relsim.drawing.churn import Heights, draw_churn
from relsim.drawing.endings import Shares, draw_endings
from relsim.drawing.losses import Exceeded, draw_losses
from relsim.drawing.style import INK, figure
from relsim.drawing.survival import Curve, draw_survival

__all__ = ["comparison_figure"]


def comparison_figure(
    title: str,
    curves: Mapping[str, Curve],
    endings: Shares,
    losses: Mapping[str, Exceeded],
    mean_losses: Mapping[str, tuple[float, float]],
    leavers: list[str],
    churn: Heights,
    horizon: float,
    factor: float,
    unit: str,
) -> Figure:
    """Return the four panels of a comparison: what the panels draw, in their order, and how money is shown."""
    made = figure(12, 8)
    axes = made.subplots(2, 2)
    draw_survival(curves, axes[0, 0], horizon)
    draw_endings(endings, axes[0, 1])
    draw_losses(losses, mean_losses, axes[1, 0], factor, unit)
    draw_churn(leavers, churn, axes[1, 1])
    made.suptitle(title, fontsize=13, color=INK, parse_math=False)
    return made
