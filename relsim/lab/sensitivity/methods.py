"""Two ways to ask any function of many numbers on which of them it hangs: a design, and how its outputs are read.

Both are SALib's (Herman & Usher 2017; Iwanaga, Usher & Herman 2022), on the unit cube: a number is a share of the way
along its range.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from relsim.analysis.estimate import UNKNOWN, Estimate
from relsim.errors import needed

__all__ = ["RESAMPLES", "Effect", "Method", "Morris", "Sobol", "effects_of"]

RESAMPLES = 500
"""Resamples of the bootstrap that gives the intervals."""

_LEVELS = 4
"""Of the grid that trajectories move on: the steps are two thirds of a range (Morris 1991)."""

_CERTAIN = Estimate(0.0, 0.0, 0.0)


@dataclass(frozen=True)
class Effect:
    """How much an output hangs on one number, or on several that are told together."""

    number: str
    total: Estimate
    """Sobol: the share of the variance in which it has a part, alone or with others (total index). Morris: how far the
    output moves, up or down, over the range of the number (mean absolute elementary effect, mu*).
    """
    alone: Estimate
    """Sobol: the share of the variance that is its own (first-order index). Morris: how far the output moves on
    average, ups against downs (mean elementary effect, mu).
    """
    sigma: float | None = None
    """Morris only: the standard deviation of the elementary effects; large where it depends on the other numbers."""


class Method(Protocol):
    """A design, and how to read what a function is at its points."""

    @property
    def points(self) -> int:
        """Return how many points the design has."""

    def design(self) -> np.ndarray:
        """Return the points in the unit cube, shape (points, numbers)."""

    def effects(self, values: np.ndarray) -> tuple[Effect, ...]:
        """Return the effects on an output, from its values at the points, shape (points,)."""


def effects_of(method: Method, function: Callable[[np.ndarray], np.ndarray]) -> tuple[tuple[Effect, ...], ...]:
    """Return the effects on each output of a function.

    function: takes points in the unit cube, shape (points, numbers), and returns outputs, shape (points, outputs).
    """
    values = function(method.design())
    return tuple(method.effects(each) for each in values.T)


@dataclass(frozen=True)
class Morris:
    """Screening: from random points on, one number after the other is moved (Morris 1991; Campolongo et al. 2007)."""

    numbers: tuple[str, ...]
    trajectories: int
    seed: int = 1

    @property
    def points(self) -> int:
        """How many points the design has."""
        return self.trajectories * (len(self.numbers) + 1)

    def design(self) -> np.ndarray:
        """Return the points, trajectory by trajectory."""
        sample = _salib("sample.morris").sample
        made: np.ndarray = sample(_problem(self.numbers), self.trajectories, num_levels=_LEVELS, seed=self.seed)
        return made

    def effects(self, values: np.ndarray) -> tuple[Effect, ...]:
        """Return the elementary effects of each number on an output, over the whole range of the number."""
        found = _salib("analyze.morris").analyze(
            _problem(self.numbers),
            self.design(),
            values,
            num_resamples=RESAMPLES,
            num_levels=_LEVELS,
            seed=np.random.default_rng(self.seed),
        )
        return tuple(
            Effect(number, Estimate.within(float(star), float(half)), UNKNOWN._replace(value=float(mean)), float(sigma))
            for number, star, half, mean, sigma in zip(
                self.numbers, found["mu_star"], found["mu_star_conf"], found["mu"], found["sigma"], strict=True
            )
        )


@dataclass(frozen=True)
class Sobol:
    """Shares of the variance (Sobol 2001), estimated after Saltelli et al. (2010) and Jansen (1999)."""

    numbers: tuple[str, ...]
    base: int
    """Points of each of the two designs that are crossed; a power of two."""
    seed: int = 1
    groups: tuple[str, ...] = ()
    """What each number is told as; numbers of one group are told together. By default each as itself."""

    @property
    def told(self) -> tuple[str, ...]:
        """The numbers and groups that are told, in their order."""
        return tuple(dict.fromkeys(self.groups or self.numbers))

    @property
    def points(self) -> int:
        """How many points the design has."""
        return self.base * (len(self.told) + 2)

    def design(self) -> np.ndarray:
        """Return the points: two scrambled Sobol designs, and the first with each group taken from the second."""
        sample = _salib("sample.sobol").sample
        problem = _problem(self.numbers, self.groups)
        made: np.ndarray = sample(problem, self.base, calc_second_order=False, seed=np.random.default_rng(self.seed))
        return made

    def effects(self, values: np.ndarray) -> tuple[Effect, ...]:
        """Return the first-order and total indices of each number or group."""
        if np.ptp(values) == 0.0:  # nothing has a share in a variance of 0
            return tuple(Effect(each, _CERTAIN, _CERTAIN) for each in self.told)
        found = _salib("analyze.sobol").analyze(
            _problem(self.numbers, self.groups),
            values,
            calc_second_order=False,
            num_resamples=RESAMPLES,
            seed=self.seed + 1,  # 0 would draw from numpy's global state
        )
        return tuple(
            Effect(each, Estimate.within(float(total), float(wide)), Estimate.within(float(own), float(narrow)))
            for each, total, wide, own, narrow in zip(
                self.told, found["ST"], found["ST_conf"], found["S1"], found["S1_conf"], strict=True
            )
        )


def _salib(module: str) -> Any:
    return needed(f"SALib.{module}", "sensitivity analysis needs SALib", "lab")


def _problem(numbers: tuple[str, ...], groups: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return what SALib wants to know of the numbers."""
    made: dict[str, Any] = {"num_vars": len(numbers), "names": list(numbers), "bounds": [[0.0, 1.0]] * len(numbers)}
    return made | ({"groups": list(groups)} if groups else {})
