"""The law of fit as the engines draw it, and the few fits at which a chain must be solved to be known at all."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

__all__ = ["Fits", "fits"]

FOLLOWED = 1e-14
"""Error of following an answer between the fits at which it is solved."""

REACH, GAUSS = 3.0, 16
"""The law is cut into pieces so narrow that no answer does more in one than a function whose k-th derivative is at most
(4 REACH / width)^k. GAUSS points integrate it over a piece to 1e-19.
"""


@dataclass(frozen=True, eq=False)
class Fits:
    """The fits at which a chain is solved, and what weight a share of all pairs of firms gives to each.

    With rates that are linear in fit, Q0 + fit * Q1, the k-th derivative of every probability is at most
    (years * |Q1|)^k. So a few Chebyshev points are enough to know it between two kinks. It is integrated by the rule of
    Gauss and Legendre over each cell of the table of quantiles, in which fit is uniform.
    """

    points: np.ndarray
    """Where the chain is solved; shape (points,)."""
    fine: np.ndarray
    """Where a share must be known; shape (fine,)."""
    mass: np.ndarray
    """Their weights, which add up to 1; shape (fine,)."""
    onto: tuple[tuple[slice, np.ndarray], ...]
    """Stretches of `fine`, each with the matrix that gives the values there from those at its points."""

    def weights(self, share: np.ndarray) -> np.ndarray:
        """Return the weight of each point, for a share at each fine point."""
        return np.concatenate([(self.mass * share)[stretch] @ matrix for stretch, matrix in self.onto])


def fits(p: Any, steepness: float, kinks: Iterable[float], bends: Iterable[float]) -> Fits:
    """Return the law of fit for rates that change by `steepness` per unit of fit and have these kinks.

    bends: cuts between which the shares that are to be weighed are smooth.
    """
    if p.two_point == 1:
        two, mass = np.array([p.fit_low, p.fit_high]), np.array([1.0 - p.fit_high_share, p.fit_high_share])
        return Fits(two, two, mass, ((slice(2), np.eye(2)),))
    from numpy.polynomial import chebyshev, legendre

    change = 2.0 * steepness * p.horizon  # what leaves a state enters another one
    knots = _cut([0.0, *sorted({kink for kink in kinks if 0.0 < kink < 1.0}), 1.0], change)
    table, grid = np.array(p.fit_quantiles), np.linspace(0.0, 1.0, len(p.fit_quantiles))
    cuts = [*knots, *(bend for bend in bends if 0.0 < bend < 1.0)]
    edges = np.union1d(grid, np.interp(cuts, table, grid))
    places, weights = legendre.leggauss(GAUSS)
    half = 0.5 * np.diff(edges)[:, None]
    fine = np.interp((edges[:-1, None] + half * (1.0 + places)).ravel(), grid, table)
    points, onto = [], []
    for low, high in pairwise(knots):
        stretch = slice(*np.searchsorted(fine, [low, high if high < 1.0 else math.inf]))
        nodes = chebyshev.chebpts1(_following(0.25 * (high - low) * change))
        degree = len(nodes) - 1
        scale = np.where(np.arange(degree + 1) > 0, 2.0, 1.0) / (degree + 1)
        coefficients = (chebyshev.chebvander(nodes, degree) * scale).T
        scaled = 2.0 * (fine[stretch] - low) / (high - low) - 1.0
        onto.append((stretch, chebyshev.chebvander(scaled, degree) @ coefficients))
        points.append(low + 0.5 * (high - low) * (1.0 + nodes))
    return Fits(np.concatenate(points), fine, (half * weights).ravel(), tuple(onto))


def _cut(edges: Sequence[float], change: float) -> np.ndarray:
    """Return edges with more between them, none of them further apart than 4 REACH / change."""
    pieces = [max(1, math.ceil((high - low) * change / (4.0 * REACH))) for low, high in pairwise(edges)]
    stretches = zip(pairwise(edges), pieces, strict=True)
    return np.unique(np.concatenate([np.linspace(low, high, number + 1) for (low, high), number in stretches]))


def _following(reach: float) -> int:
    """Return how many Chebyshev points follow a function whose k-th derivative is at most (4 reach / width)^k."""
    points, error = 1, 2.0 * reach
    while error > FOLLOWED:
        points += 1
        error *= reach / points
    return points
