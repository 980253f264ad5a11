"""Many other worlds, and what every arm comes to in each of them, with how sure that is.

Every world is lived by pairs of firms of its own, the same ones with the same luck under all arms: so an error in one
world says nothing about the next, and shares of worlds have honest intervals.

**Noise.** A world is lived by few pairs. Where two arms are nearly alike, luck then says which one is better, and the
best arm looks better than it is. Such errors shrink like the variance, so they are twice as large in half of the pairs:
whatever is counted, picked or sorted out of noisy values is corrected by `corrected`, twice what all pairs say minus
the mean of what the two halves say (Quenouille 1956; the same as extrapolating to no noise, Cook & Stefanski 1994).
"""

import concurrent.futures as futures
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict, TypeVar, Unpack

import numpy as np

from relsim.analysis.estimate import Z95, Estimate, wilson
from relsim.errors import ScenarioError
from relsim.lab.factors import Factor, assumed_factors, design, factors_read, numbers_of, worlds_at
from relsim.lab.lives import Lives
from relsim.lab.measures import Measure
from relsim.lab.patterns import pulls_of
from relsim.lab.study import Cell, live_cells
from relsim.scenario.scenario import Scenario

__all__ = [
    "NEVER",
    "ByHalves",
    "Gap",
    "How",
    "Lived",
    "corrected",
    "factors_of",
    "has_never",
    "live_design",
    "live_worlds",
    "share_of",
]

NEVER = "never"
"""The arm of firms that do not begin: nothing is won and nothing lost."""

Number = TypeVar("Number", float, np.ndarray)


class How(TypedDict, total=False):
    """How a study is lived: as for `relsim.lab.study.study`."""

    store: str | os.PathLike[str] | None
    workers: int | None
    executor: futures.Executor | None
    window: int | None
    told: Callable[[int], None] | None


@dataclass(frozen=True)
class ByHalves:
    """Asks of every arm what all pairs say, what each half of them says, and how the errors of the arms go together."""

    measure: Measure

    def of(self, lives: Lives) -> np.ndarray:
        """Return shape (3 + a, a) for a arms: of all pairs, of each half, and the covariances of the first."""
        whole, halves, pulls = [], [], []
        for rows in lives.arms.values():
            above = self.measure.above(rows, lives.scenario)
            below = self.measure.below(rows, lives.scenario) if self.measure.below else np.ones(len(above))
            value, pull = pulls_of(above, below)
            whole.append(value)
            pulls.append(pull)
            halves.append([pulls_of(*each)[0] for each in zip(np.split(above, 2), np.split(below, 2), strict=True)])
        spread = np.atleast_2d(np.cov(pulls, ddof=1)) / len(pulls[0])
        return np.vstack([whole, np.transpose(halves), spread])


@dataclass(frozen=True, eq=False)
class Gap:
    """By how much one arm is better than another in each world."""

    whole: np.ndarray
    """Of all pairs, shape (n,); above 0 where it is better."""
    halves: np.ndarray
    """Of each half of them, shape (2, n)."""
    error: np.ndarray
    """The standard error of the first, shape (n,)."""

    @property
    def score(self) -> np.ndarray:
        """How much of a win each world counts as, so that their mean is the share of wins without noise; shape (n,)."""
        return corrected(lambda better: (better > 0.0).astype(float), self.whole, self.halves)

    @property
    def wins(self) -> np.ndarray:
        """Whether all pairs together say that it is better, shape (n,)."""
        won: np.ndarray = self.whole > 0.0
        return won

    @property
    def clear(self) -> np.ndarray:
        """1 where it is better with all of the 95 % interval, -1 where it is worse so, else 0; shape (n,)."""
        return np.where(np.abs(self.whole) > Z95 * self.error, np.sign(self.whole), 0.0)

    def among(self, worlds: np.ndarray) -> "Gap":
        """Return it for some of the worlds only."""
        return Gap(self.whole[worlds], self.halves[:, worlds], self.error[worlds])


@dataclass(frozen=True, eq=False)
class Lived:
    """What each of some arms comes to in each of n worlds."""

    arms: tuple[str, ...]
    more_is_better: bool
    whole: np.ndarray
    """Of all pairs, shape (n, a)."""
    halves: np.ndarray
    """Of each half of them, shape (2, n, a)."""
    covariance: np.ndarray
    """Of the errors of the first, shape (n, a, a)."""

    @property
    def known(self) -> np.ndarray:
        """In which worlds every arm has a value: not where nothing was launched, say; shape (n,)."""
        sure: np.ndarray = np.isfinite(self.whole).all(axis=1) & np.isfinite(self.halves).all(axis=(0, 2))
        return sure

    def among(self, worlds: np.ndarray) -> "Lived":
        """Return it for some of the worlds only."""
        return Lived(
            self.arms, self.more_is_better, self.whole[worlds], self.halves[:, worlds], self.covariance[worlds]
        )

    @property
    def noisy(self) -> tuple[np.ndarray, np.ndarray]:
        """What every arm is worth, of all pairs and of each half of them, more being better: for `corrected`."""
        sign = 1.0 if self.more_is_better else -1.0
        return sign * self.whole, sign * self.halves

    def beside_never(self) -> "Lived":
        """Return it with the arm of those who do not begin, who have nothing of it for certain."""
        beside = ((0, 0), (0, 1))
        return Lived(
            (*self.arms, NEVER),
            self.more_is_better,
            np.pad(self.whole, beside),
            np.pad(self.halves, ((0, 0), *beside)),
            np.pad(self.covariance, (*beside, (0, 1))),
        )

    def gap(self, arm: str, against: str) -> Gap:
        """Return by how much one arm is better than another."""
        one, other = self.arms.index(arm), self.arms.index(against)
        whole, halves = self.noisy
        spread = self.covariance[:, one, one] + self.covariance[:, other, other] - 2.0 * self.covariance[:, one, other]
        return Gap(
            whole[:, one] - whole[:, other],
            halves[:, :, one] - halves[:, :, other],
            np.sqrt(np.maximum(spread, 0.0)),
        )


def has_never(what: Measure) -> bool:
    """Return whether never to begin is something to compare a measure with: only where it is about net per contact."""
    return what.name.startswith("net.") and what.per_contact


def corrected(statistic: Callable[[np.ndarray], Number], whole: np.ndarray, halves: np.ndarray) -> Number:
    """Return what a statistic of noisy values would be without the noise.

    whole: the values of all pairs. halves: those of each half of them, the first axis.
    """
    return 2.0 * statistic(whole) - 0.5 * (statistic(halves[0]) + statistic(halves[1]))


def share_of(score: np.ndarray) -> Estimate:
    """Return the share of wins with its 95 % interval, from how much of a win each world counts as.

    Wilson's interval for as many worlds as would be as sure without noise.
    """
    share = min(1.0, max(0.0, float(score.mean())))
    count = len(score)
    if 0.0 < share < 1.0 and count > 1:
        count = max(1, min(count, round(share * (1.0 - share) / (float(score.var()) / count))))
    return wilson(share, count)


def factors_of(scenario: Scenario, free: Sequence[str | Factor] | None = None) -> tuple[Factor, ...]:
    """Return the numbers that differ from world to world: by default every one that is assumed or calibrated.

    free: names, NAME=LOW:HIGH, or factors.

    Raises ScenarioError where there are none, and for names and ranges that are not allowed.
    """
    if free is None:
        found = assumed_factors(scenario)
        if not found:
            raise ScenarioError.of("world", scenario.title, "at least one number that is an assumption with a range")
        return found
    if not free:
        raise ScenarioError.of("free", "", "at least one number, such as world.evidence")
    return factors_read(free)


def live_worlds(
    scenario: Scenario,
    measure: Measure,
    worlds: Iterable[Scenario],
    free: Mapping[str, Sequence[float]],
    pairs: int,
    seed: int = 1,
    **how: Unpack[How],
) -> Lived:
    """Let pairs of firms live under every arm of a scenario in each of many worlds, and return what the arms came to.

    worlds: the scenario in each of them. free: what differs between them, and from where to where. pairs: of each
    world, an even number, for the halves. how: as for `study`.

    The same scenario, measure, free numbers, pairs and seed have one store in common, whatever is asked of the worlds
    and however many they are.

    Raises ScenarioError for a number of pairs that is none, and as `study` does.
    """
    if pairs < 4 or pairs % 2:
        raise ScenarioError.of("pairs", pairs, "an even number from 4 on")
    cells = (Cell(world, place * pairs, pairs, seed) for place, world in enumerate(worlds))
    identity = {
        "question": "worlds",
        "scenario": numbers_of(scenario),
        "free": {name: list(ends) for name, ends in free.items()},
        "pairs": pairs,
        "seed": seed,
    }
    found = np.array(list(live_cells(cells, ByHalves(measure), identity=identity, **how)))
    return Lived(tuple(scenario.arms), measure.more_is_better, found[:, 0], found[:, 1:3].swapaxes(0, 1), found[:, 3:])


def live_design(
    scenario: Scenario,
    measure: Measure,
    factors: Sequence[Factor],
    worlds: int,
    pairs: int,
    seed: int = 1,
    **how: Unpack[How],
) -> tuple[np.ndarray, Lived]:
    """Let pairs of firms live in the worlds of a Sobol design over some numbers, as `live_worlds` does.

    Returns where each world lies on the ranges of the factors, shape (worlds, factors), and what the arms came to.
    """
    if worlds < 2:
        raise ScenarioError.of("worlds", worlds, "a whole number from 2 on")
    shares = design(len(factors), worlds, seed)
    free = {each.name: (each.low, each.high) for each in factors}
    return shares, live_worlds(scenario, measure, worlds_at(scenario, factors, shares), free, pairs, seed, **how)
