"""Regions: boxes in words, fitted on half of the worlds and judged on the others."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from relsim.analysis.estimate import UNKNOWN, Estimate, wilson
from relsim.analysis.finding import rounded
from relsim.lab.discovery.axes import Axis
from relsim.lab.discovery.boxes import Box, grow
from relsim.lab.discovery.worlds import share_of
from relsim.lab.patterns import mean_of

__all__ = ["WEIGHTS", "Bound", "Region", "balanced", "in_percent", "regions"]

WEIGHTS = (2.0, 1.0, 0.5, 0.25)
"""How many times as much coverage counts as density, from broad boxes to narrow ones."""


@dataclass(frozen=True)
class Bound:
    """One limit of a region."""

    axis: Axis
    above: bool
    at: float

    def __str__(self) -> str:
        return f"{self.axis.words} {'above' if self.above else 'up to'} {self.axis.said(self.at)}"


@dataclass(frozen=True)
class Region:
    """Some of the worlds, in a few limits, and how good these are at telling where something happens.

    All shares are judged on the half of the worlds that the limits were not fitted on, but for those of `fitted`.
    """

    bounds: tuple[Bound, ...]
    worlds: int
    """How many of all worlds lie inside."""
    density: Estimate
    """The share of wins among the worlds inside."""
    coverage: Estimate
    """The share of all wins that lie inside."""
    gain: Estimate
    """By how much it is better there, on average over the worlds inside."""
    fitted: tuple[float, float]
    """Density and coverage on the half that the limits were fitted on."""

    def __str__(self) -> str:
        return " and ".join(map(str, self.bounds))

    @property
    def glossary(self) -> str:
        """What the words of its limits mean, where they do not say it themselves."""
        axes = dict.fromkeys(each.axis for each in self.bounds if each.axis.meaning)
        return "; ".join(f"{each.words} is {each.meaning}" for each in axes)


def in_percent(found: Estimate, digits: int = 1) -> str:
    """Return a share with its interval as text; a dash where it is not known."""
    if not found.known:
        return "-"
    value, low, high = (f"{rounded(100.0 * each, digits):.{digits}f} %" for each in found)
    return f"{value} [{low}, {high}]"


def regions(
    axes: Sequence[Axis],
    columns: np.ndarray,
    wins: np.ndarray,
    score: np.ndarray,
    gain: np.ndarray,
    seed: int,
    weights: Sequence[float] = WEIGHTS,
) -> tuple[Region, ...]:
    """Return where among worlds the wins are, from a broad region to a narrow one; none where no limit tells them.

    axes: of the columns. columns: the number of each world on each axis, shape (n, d). wins: whether each world is one,
    as far as is seen. score: how much of a win it counts as without noise. gain: by how much it is one. All of these of
    shape (n,). seed: which half of the worlds the limits are fitted on.
    """
    fitting = np.zeros(len(wins), bool)
    fitting[np.random.default_rng(seed).permutation(len(wins))[: len(wins) // 2]] = True
    boxes = dict.fromkeys(grow(columns[fitting], wins[fitting], weight) for weight in weights)
    found = [_judged(box, axes, columns, fitting, score, gain) for box in boxes if box.limits]
    return tuple(each for each in found if not any(_worse(each.fitted, other.fitted) for other in found))


def balanced(found: Sequence[Region]) -> Region:
    """Return the region that balances density and coverage: whose harmonic mean of them is highest, as fitted."""
    return max(found, key=lambda each: 2.0 / sum(1.0 / max(share, 1e-9) for share in each.fitted))


def _worse(one: tuple[float, float], other: tuple[float, float]) -> bool:
    """Return whether density and coverage are both no better, and not the same."""
    return one != other and one[0] <= other[0] and one[1] <= other[1]


def _judged(
    box: Box, axes: Sequence[Axis], columns: np.ndarray, fitting: np.ndarray, score: np.ndarray, gain: np.ndarray
) -> Region:
    inside = box.holds(columns)
    density, coverage = _good(score, inside, ~fitting)
    fitted = _good(score, inside, fitting)
    return Region(
        tuple(Bound(axes[each.axis], each.above, each.at) for each in box.limits),
        int(inside.sum()),
        density,
        coverage,
        mean_of(gain[inside & ~fitting]),
        (fitted[0].value, fitted[1].value),
    )


def _good(score: np.ndarray, inside: np.ndarray, half: np.ndarray) -> tuple[Estimate, Estimate]:
    """Return density and coverage of the worlds inside, among half of all; unknown where there is none, or no win."""
    within, wins = score[inside & half], float(score[half].sum())
    density = share_of(within) if len(within) else UNKNOWN
    if wins <= 0.0:
        return density, UNKNOWN
    return density, wilson(min(1.0, max(0.0, float(within.sum()) / wins)), max(1, round(wins)))
