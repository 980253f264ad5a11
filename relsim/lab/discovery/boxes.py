"""Boxes: where among many worlds something happens, in a few limits that one can say in words.

A box is a handful of limits, each on one number. How good it is tell its coverage (the share of all wins that lie
inside), its density (the share of wins among the worlds inside) and how few limits it has (Friedman & Fisher 1999;
Bryant & Lempert 2010). Here a box grows by one limit at a time, the one with which the harmonic mean of coverage and
density, weighted for one or the other (van Rijsbergen 1979), is highest; after each one all the others are set anew. It
stops where luck among so many possible limits explains one of them as well (the quasi-p-value of Bryant & Lempert,
times the number of sides that could have been limited). To peel thin slices off on every side, as PRIM does, was tried
first: among 150 numbers it fits luck, and its density halved on worlds that it had not seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

__all__ = ["LUCK", "MOST", "Box", "Limit", "grow"]

MOST = 3
"""Limits that a box has at most: more are hard to keep in mind."""

LUCK = 0.05
"""How likely a limit may be by luck alone, among all that could have been chosen."""

_STEPS = 20
"""Every axis may be cut at this many parts of as many worlds each."""


@dataclass(frozen=True)
class Limit:
    """One side of a box: only what lies above, or not above, a place on one axis."""

    axis: int
    above: bool
    at: float

    def holds(self, axes: np.ndarray) -> np.ndarray:
        """Return which worlds are on the right side, of axes of shape (n, d)."""
        right: np.ndarray = axes[:, self.axis] > self.at
        return right if self.above else ~right


@dataclass(frozen=True)
class Box:
    """Worlds within a few limits; without any, all of them."""

    limits: tuple[Limit, ...] = ()

    def holds(self, axes: np.ndarray) -> np.ndarray:
        """Return which worlds are inside, of axes of shape (n, d)."""
        inside = np.ones(len(axes), bool)
        for limit in self.limits:
            inside &= limit.holds(axes)
        return inside


def grow(axes: np.ndarray, wins: np.ndarray, weight: float = 1.0, most: int = MOST) -> Box:
    """Return the box in which wins are.

    axes: what may be limited, shape (n, d). wins: whether each world is one, shape (n,). weight: how many times as much
    coverage counts as density.
    """
    box = Box()
    if not wins.any():
        return box
    cuts = _Cuts(axes, wins, weight)
    while len(box.limits) < most:
        larger = cuts.settled((*box.limits, cuts.best(box.limits)))
        if cuts.score(larger) <= cuts.score(box.limits) or cuts.lucky(larger):
            break
        box = Box(larger)
    return box


class _Cuts:
    """The places where a box may be limited, and what each would be worth."""

    def __init__(self, axes: np.ndarray, wins: np.ndarray, weight: float) -> None:
        self.axes, self.wins, self.weight = axes, wins, weight * weight
        self.places = np.quantile(axes, np.arange(1, _STEPS) / _STEPS, axis=0)
        # the part of its axis in which each world lies: above place k are the parts after k
        self.parts = np.array(
            [np.searchsorted(places, column) for places, column in zip(self.places.T, axes.T, strict=True)]
        )

    def score(self, limits: Sequence[Limit]) -> float:
        """Return how good a box is."""
        inside = Box(tuple(limits)).holds(self.axes)
        return float(self._scores(np.sum(self.wins[inside]), np.sum(inside)))

    def best(self, limits: Sequence[Limit], axis: int | None = None, above: bool | None = None) -> Limit:
        """Return the limit that makes the best box of these ones and itself; of all, or of one side of one axis."""
        inside = Box(tuple(limits)).holds(self.axes)
        taken = {(limit.axis, limit.above) for limit in limits}
        found: list[tuple[float, Limit]] = []
        for which in range(len(self.parts)) if axis is None else (axis,):
            parts = self.parts[which, inside]
            below = np.cumsum(np.bincount(parts, minlength=_STEPS))
            won = np.cumsum(np.bincount(parts, weights=self.wins[inside], minlength=_STEPS))
            for side in (True, False) if above is None else (above,):
                if (which, side) not in taken:
                    counts = (won[-1] - won[:-1], below[-1] - below[:-1]) if side else (won[:-1], below[:-1])
                    scores = self._scores(*counts)
                    place = int(np.argmax(scores))
                    found.append((float(scores[place]), Limit(which, side, float(self.places[place, which]))))
        return max(found, key=lambda each: each[0])[1]

    def settled(self, limits: tuple[Limit, ...]) -> tuple[Limit, ...]:
        """Return the same limits, each moved to where it is best given the others, until none moves."""
        while True:
            moved = limits
            for place, limit in enumerate(moved):
                others = moved[:place] + moved[place + 1 :]
                better = (*others[:place], self.best(others, limit.axis, limit.above), *others[place:])
                if self.score(better) > self.score(moved):
                    moved = better
            if moved == limits:
                return limits
            limits = moved

    def lucky(self, limits: tuple[Limit, ...]) -> bool:
        """Return whether, without some limit, luck alone might well have won as often as with it."""
        from scipy.stats import binom

        choices = 2 * len(self.parts)
        inside = Box(limits).holds(self.axes)
        for place in range(len(limits)):
            without = Box(limits[:place] + limits[place + 1 :]).holds(self.axes)
            chance = float(binom.sf(self.wins[inside].sum() - 1, inside.sum(), self.wins[without].mean()))
            if chance * choices > LUCK:
                return True
        return False

    def _scores(self, won: np.ndarray, worlds: np.ndarray) -> np.ndarray:
        scores: np.ndarray = (1.0 + self.weight) * won / (worlds + self.weight * self.wins.sum())
        return scores
