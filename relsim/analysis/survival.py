"""How long relationships last: life tables with their intervals, on exact times or on counts by day.

Kaplan-Meier with log-log intervals, Nelson-Aalen, restricted means, quantiles of the time to exit, and cumulative
incidence by ending (Aalen-Johansen). Who is censored at the moment of an ending counts as at risk there.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from relsim.analysis.estimate import UNKNOWN, Z95, Estimate
from relsim.vocabulary import Ending

__all__ = [
    "Curve",
    "Exits",
    "Incidence",
    "cumulative_incidence",
    "exits_of",
    "kaplan_meier",
    "life_table",
    "log_log_interval",
]


@dataclass(frozen=True)
class Exits:
    """When lives ended, how, and when they were censored: all that a life table is made of."""

    times: np.ndarray
    """Years, ascending; shape (m,)."""
    counts: np.ndarray
    """How many left at each time, by what became of them; shape (causes, m), int64. 0 (ONGOING): censored there."""
    longest: float
    """The longest time that anybody was watched; nothing is known beyond. NaN where nobody was."""
    to_come: np.ndarray | None = None
    """How many are not watched yet just before each time, as they enter later; shape (m,). None where none does."""

    def ended(self, of: Iterable[int] | None = None) -> np.ndarray:
        """Return how many ended at each time, by default in whatever way; shape (m,)."""
        chosen = list(range(1, len(self.counts))) if of is None else list(of)
        ended: np.ndarray = self.counts[chosen].sum(axis=0)
        return ended

    @cached_property
    def at_risk(self) -> np.ndarray:
        """How many were watched until just before each time; shape (m,)."""
        at_risk: np.ndarray = self.counts.sum(axis=0)[::-1].cumsum()[::-1]
        return at_risk if self.to_come is None else at_risk - self.to_come


def exits_of(
    times: np.ndarray, endings: np.ndarray, entered: np.ndarray | None = None, causes: int = len(Ending)
) -> Exits:
    """Return the exits of single lives: their times, shape (n,), and their Endings, shape (n,).

    entered: since when each is watched, before its time, shape (n,), where some are only known of as they lived until
    then (left truncation); whoever enters at 0 is watched from the start. causes: how many numbers endings have.
    """
    moments, place = np.unique(times, return_inverse=True)
    cells = endings.astype(np.int64) * len(moments) + place
    counts = np.bincount(cells, minlength=causes * len(moments)).reshape(causes, -1)
    longest = float(moments[-1]) if len(moments) else math.nan
    if entered is None or not np.any(entered > 0.0):
        return Exits(moments, counts, longest)
    late = np.sort(entered[entered > 0.0])
    return Exits(moments, counts, longest, len(late) - np.searchsorted(late, moments, side="left"))


@dataclass(frozen=True)
class Curve:
    """A survival curve: a step down at each time at which somebody ended."""

    times: np.ndarray
    """Years, ascending; shape (k,)."""
    ended: np.ndarray
    """How many ended at each time; shape (k,)."""
    exposed: np.ndarray
    """How many were at risk there; shape (k,)."""
    longest: float
    """The longest time that anybody was watched; nothing is known beyond. NaN where nobody was."""
    watched: np.ndarray
    """All times at which somebody ended or was censored, ascending; shape (m,)."""
    remaining: np.ndarray
    """How many were watched until just before each of them; shape (m,)."""

    @cached_property
    def survival(self) -> np.ndarray:
        """Share alive just after each time (Kaplan and Meier 1958); shape (k,)."""
        alive: np.ndarray = np.cumprod(1.0 - self.ended / self.exposed)
        return alive

    @cached_property
    def greenwood(self) -> np.ndarray:
        """The variance of the logarithm of survival, step by step; 0 where all end, as there the curve is 0."""
        left = self.exposed - self.ended
        return np.where(left > 0, self.ended / (self.exposed * np.maximum(left, 1)), 0.0)

    @cached_property
    def standard_error(self) -> np.ndarray:
        """Standard error of survival (Greenwood 1926); shape (k,), NaN where nobody is left."""
        return np.where(self.survival > 0.0, self.survival * np.sqrt(self.greenwood.cumsum()), np.nan)

    @cached_property
    def _interval(self) -> tuple[np.ndarray, np.ndarray]:
        return log_log_interval(self.survival, self.standard_error)

    @property
    def low(self) -> np.ndarray:
        """Lower ends of the pointwise 95 % intervals, log-log transformed (Kalbfleisch and Prentice 1980)."""
        return self._interval[0]

    @property
    def high(self) -> np.ndarray:
        """Upper ends of these intervals; NaN where there is none."""
        return self._interval[1]

    @cached_property
    def cumulative_hazard(self) -> np.ndarray:
        """Cumulative hazard just after each time (Nelson 1972, Aalen 1978); shape (k,)."""
        hazard: np.ndarray = np.cumsum(self.ended / self.exposed)
        return hazard

    @cached_property
    def cumulative_hazard_error(self) -> np.ndarray:
        """Its standard error (Aalen 1978: the sum of d/n^2); shape (k,)."""
        error: np.ndarray = np.sqrt(np.cumsum(self.ended / (self.exposed * self.exposed.astype(float))))
        return error

    def _step(self, time: float) -> int:
        """Return how many steps the curve has taken by a time."""
        return int(np.searchsorted(self.times, time, side="right"))

    def at(self, time: float) -> float | None:
        """Return the share alive at a time, or None where nobody was watched for so long."""
        if not time <= self.longest:
            return None
        step = self._step(time)
        return 1.0 if step == 0 else float(self.survival[step - 1])

    def half_width(self, time: float) -> float | None:
        """Return half of the 95 % interval at a time; None where nobody was watched for so long."""
        found = self.estimate(time)
        return None if math.isnan(found.value) else found.half_width

    def estimate(self, time: float) -> Estimate:
        """Return the share alive at a time with its 95 % interval; NaN where nobody was watched for so long."""
        if not time <= self.longest:
            return UNKNOWN
        step = self._step(time)
        if step == 0:
            return Estimate(1.0, 1.0, 1.0)
        return Estimate(float(self.survival[step - 1]), float(self.low[step - 1]), float(self.high[step - 1]))

    def quantile(self, share: float) -> Estimate:
        """Return the time by which a share has ended, with the 95 % interval of Brookmeyer and Crowley (1982).

        On the log-log scale; NaN, or an infinite upper end, where it was not reached while anybody was watched.
        """
        level = 1.0 - share

        def first(reached: np.ndarray) -> float:
            places = np.flatnonzero(reached)
            return float(self.times[places[0]]) if len(places) else math.inf

        dead = self.survival <= 0.0
        low, high = first((self.low <= level) | dead), first((self.high < level) | dead)
        value = first(self.survival <= level * (1.0 + 1e-12))  # products are rounded
        if math.isinf(value):
            return Estimate(math.nan, low, math.inf) if math.isfinite(low) else UNKNOWN
        return Estimate(value, low, high)

    def median(self) -> float | None:
        """Return the time at which half have ended, or None where it is not reached."""
        value = self.quantile(0.5).value
        return None if math.isnan(value) else value

    def restricted_mean(self, limit: float) -> Estimate:
        """Return the mean time alive up to a limit, in years: the area under the curve (Irwin 1949).

        The interval is normal, from the variance of Greenwood's kind; NaN where nobody was watched up to the limit.
        """
        if not limit <= self.longest:
            return UNKNOWN
        steps = self._step(limit)
        edges = np.concatenate([[0.0], self.times[:steps], [limit]])
        areas = np.diff(edges) * np.concatenate([[1.0], self.survival[:steps]])
        after = areas[::-1].cumsum()[::-1][1:]  # the area beyond each time
        error = math.sqrt(float(np.sum(after * after * self.greenwood[:steps])))
        return Estimate.normal(float(areas.sum()), error)

    def at_risk(self, time: float) -> int:
        """Return how many were still alive and watched just before a time."""
        place = int(np.searchsorted(self.watched, time, side="left"))
        return int(self.remaining[place]) if place < len(self.watched) else 0


def log_log_interval(alive: np.ndarray, error: np.ndarray, z: float = Z95) -> tuple[np.ndarray, np.ndarray]:
    """Return the ends of intervals of shares alive, by the normal law of log(-log(share)); NaN at 0 and 1.

    z: the quantile of the normal law at the upper end of the interval; by default that of 95 %.
    """
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):  # an end that overflows is 0 or 1
        logarithm = np.log(alive)
        spread = z * error / (alive * logarithm)
        low, high = alive ** np.exp(-spread), alive ** np.exp(spread)
    inside = (alive > 0.0) & (alive < 1.0)
    return np.where(inside, np.fmin(low, high), np.nan), np.where(inside, np.fmax(low, high), np.nan)


def life_table(exits: Exits, of: Iterable[int] | None = None) -> Curve:
    """Return the survival curve of exits; with `of`, of these endings only, all others being censored there."""
    ended, at_risk = exits.ended(of), exits.at_risk
    somebody, steps = exits.counts.sum(axis=0) > 0, ended > 0
    return Curve(
        exits.times[steps],
        ended[steps],
        at_risk[steps],
        exits.longest,
        exits.times[somebody],
        at_risk[somebody],
    )


def kaplan_meier(times: np.ndarray, ended: np.ndarray) -> Curve:
    """Return the Kaplan-Meier curve of times, shape (n,), and whether each ended or was censored there, shape (n,)."""
    return life_table(exits_of(times, np.where(ended, Ending.QUIET_EXIT, Ending.ONGOING)))


@dataclass(frozen=True)
class Incidence:
    """The cumulative incidence of one ending among its competitors: the share that has ended so by a time."""

    times: np.ndarray
    """Years at which anybody ended in whatever way, ascending; shape (k,)."""
    share: np.ndarray
    """Share that has ended so by each time; shape (k,)."""
    standard_error: np.ndarray
    """Of the share, by the delta method (Marubini and Valsecchi 1995); shape (k,)."""
    longest: float
    """The longest time that anybody was watched."""

    @cached_property
    def _interval(self) -> tuple[np.ndarray, np.ndarray]:
        low, high = log_log_interval(1.0 - self.share, self.standard_error)
        return 1.0 - high, 1.0 - low

    @property
    def low(self) -> np.ndarray:
        """Lower ends of the pointwise 95 % intervals, log-log transformed as those of survival are."""
        return self._interval[0]

    @property
    def high(self) -> np.ndarray:
        """Upper ends of these intervals; NaN where there is none."""
        return self._interval[1]

    def quantile(self, share: float) -> Estimate:
        """Return the time by which a share has ended so, with its 95 % interval; NaN where fewer ever do."""

        def first(reached: np.ndarray) -> float:
            places = np.flatnonzero(reached)
            return float(self.times[places[0]]) if len(places) else math.inf

        value = first(self.share >= share * (1.0 - 1e-12))
        if math.isinf(value):
            return UNKNOWN
        all_so = self.share >= 1.0
        return Estimate(value, first((self.high >= share) | all_so), first((self.low > share) | all_so))

    def estimate(self, time: float) -> Estimate:
        """Return the share by a time with its 95 % interval; NaN where nobody was watched for so long."""
        if not time <= self.longest:
            return UNKNOWN
        step = int(np.searchsorted(self.times, time, side="right"))
        if step == 0 or self.share[step - 1] == 0.0:
            return Estimate(0.0, 0.0, 0.0)
        return Estimate(float(self.share[step - 1]), float(self.low[step - 1]), float(self.high[step - 1]))


def cumulative_incidence(exits: Exits) -> dict[int, Incidence]:
    """Return the cumulative incidence of each ending (Aalen and Johansen 1978); their sum is one minus survival."""
    curve = life_table(exits)
    places = np.flatnonzero(exits.ended() > 0)
    before = np.concatenate([[1.0], curve.survival[:-1]]) / curve.exposed if len(places) else np.zeros(0)
    of_all = curve.greenwood
    found = {}
    for ending in range(1, len(exits.counts)):
        ended = exits.counts[ending, places]
        steps = before * ended
        # where all have ended, and all so, the sum misses 1 by rounding
        all_so = (curve.survival <= 0.0) & ((curve.ended - ended).cumsum() == 0)
        share = np.where(all_so, 1.0, np.minimum(steps.cumsum(), 1.0))
        # sums over the times so far of (share now - share then)^2 w, and so on, each as sums that grow
        of_it = before * before * (curve.exposed - ended) * ended / curve.exposed
        shared = steps / curve.exposed
        variance = (
            share * share * of_all.cumsum()
            - 2.0 * share * (share * of_all).cumsum()
            + (share * share * of_all).cumsum()
            + of_it.cumsum()
            - 2.0 * share * shared.cumsum()
            + 2.0 * (share * shared).cumsum()
        )
        error = np.sqrt(np.maximum(variance, 0.0))
        found[ending] = Incidence(curve.times, share, error, exits.longest)
    return found
