"""How often relationships end at each age: a smoothed hazard beside the constant one that it is held against."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from relsim.analysis.estimate import UNKNOWN, Z95, Estimate
from relsim.analysis.survival import Exits

__all__ = ["Hazard", "smoothed_hazard"]

MOMENTS = 121
"""At how many ages the hazard is told."""

_BANDWIDTH = 0.35
"""Of the span watched, times events to the power of -1/5, the rate at which bias and variance balance."""


@dataclass(frozen=True)
class Hazard:
    """How many end per year, of those still alive, at each age; and the null that age does not matter."""

    times: np.ndarray
    """Ages in years; shape (m,)."""
    rate: np.ndarray
    """Endings per year and relationship alive; shape (m,), NaN where nobody ended at all."""
    low: np.ndarray
    high: np.ndarray
    """Ends of the pointwise 95 % intervals, by the normal law of the logarithm; shape (m,)."""
    bandwidth: float
    """Years to either side over which is averaged."""
    null: Estimate
    """The constant hazard: events over years at risk, with the exact Poisson interval of Garwood (1936)."""

    @property
    def constant(self) -> float:
        """The constant hazard."""
        return self.null.value

    @property
    def constant_low(self) -> float:
        """The lower end of its interval."""
        return self.null.low

    @property
    def constant_high(self) -> float:
        """The upper end of its interval."""
        return self.null.high


def _kernel(u: np.ndarray) -> np.ndarray:
    """Return Epanechnikov's kernel."""
    return 0.75 * np.maximum(0.0, 1.0 - u * u)


def _kernel_up_to(u: np.ndarray) -> np.ndarray:
    """Return its integral from the left."""
    inside = np.clip(u, -1.0, 1.0)
    return 0.5 + 0.75 * (inside - inside * inside * inside / 3.0)


def constant_hazard(events: int, years: float) -> Estimate:
    """Return events over years at risk with Garwood's exact interval; NaN without any years."""
    if years <= 0.0:
        return UNKNOWN
    from scipy.special import gammaincinv

    low = float(gammaincinv(events, 0.025)) / years if events else 0.0
    return Estimate(events / years, low, float(gammaincinv(events + 1, 0.975)) / years)


def smoothed_hazard(exits: Exits, of: Iterable[int] | None = None, bandwidth: float | None = None) -> Hazard:
    """Return the hazard of exits, by default of any ending: events over years at risk, both seen through a kernel.

    The estimator of Nielsen and Tanggaard (2001): where the true hazard is constant it is unbiased at every age, also
    at the ends. With `of`, the hazard of these endings, all others being censored. bandwidth: in years.
    """
    ended, left = exits.ended(of), exits.counts.sum(axis=0)
    events, years = int(ended.sum()), float(np.sum(left * exits.times))
    null = constant_hazard(events, years)
    if not exits.longest > 0.0 or events == 0:
        times = np.linspace(0.0, exits.longest if exits.longest > 0.0 else 0.0, MOMENTS)
        nothing = np.full(MOMENTS, np.nan)
        return Hazard(times, nothing, nothing, nothing, math.nan, null)
    width = _BANDWIDTH * exits.longest * events**-0.2 if bandwidth is None else bandwidth
    times = np.linspace(0.0, exits.longest, MOMENTS)
    rate, error = np.empty(MOMENTS), np.empty(MOMENTS)
    when = np.flatnonzero(ended)
    for place, time in enumerate(times):
        weights = _kernel((time - exits.times[when]) / width) / width
        watched = _kernel_up_to(np.full(1, time / width)) - _kernel_up_to((time - exits.times) / width)
        exposure = float(np.sum(left * watched))
        with np.errstate(divide="ignore", invalid="ignore"):
            rate[place] = np.sum(ended[when] * weights) / exposure
            error[place] = np.sqrt(np.sum(ended[when] * weights * weights)) / exposure
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.exp(Z95 * error / rate)
        return Hazard(times, rate, rate / spread, rate * spread, width, null)
