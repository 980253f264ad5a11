"""How long relationships last: the Kaplan-Meier curve, on exact times or on counts, with log-log intervals."""

from dataclasses import dataclass

import numpy as np

from relsim.analysis.moments import Z95

__all__ = ["Curve", "kaplan_meier", "life_table"]


@dataclass(frozen=True)
class Curve:
    """A survival curve: a step down at each time at which somebody ended."""

    times: np.ndarray
    """Years, ascending; shape (k,)."""
    survival: np.ndarray
    """Share alive just after each time; shape (k,)."""
    low: np.ndarray
    high: np.ndarray
    """Ends of the pointwise 95 % intervals, log-log transformed; NaN where there is none."""
    longest: float
    """The longest time that anybody was watched; nothing is known beyond. NaN where nobody was."""
    watched: np.ndarray
    """All times at which somebody ended or was censored, ascending; shape (m,)."""
    remaining: np.ndarray
    """How many were watched until just before each of them; shape (m,)."""

    def at(self, time: float) -> float | None:
        """Return the share alive at a time, or None where nobody was watched for so long."""
        if not time <= self.longest:
            return None
        step = int(np.searchsorted(self.times, time, side="right"))
        return 1.0 if step == 0 else float(self.survival[step - 1])

    def half_width(self, time: float) -> float | None:
        """Return half of the 95 % interval at a time; None where nobody was watched for so long."""
        if not time <= self.longest:
            return None
        step = int(np.searchsorted(self.times, time, side="right"))
        return 0.0 if step == 0 else float(self.high[step - 1] - self.low[step - 1]) / 2

    def median(self) -> float | None:
        """Return the time at which half have ended, or None where it is not reached."""
        reached = np.flatnonzero(self.survival <= 0.5)
        return float(self.times[reached[0]]) if len(reached) else None

    def at_risk(self, time: float) -> int:
        """Return how many were still alive and watched just before a time."""
        place = int(np.searchsorted(self.watched, time, side="left"))
        return int(self.remaining[place]) if place < len(self.watched) else 0


def life_table(times: np.ndarray, ended: np.ndarray, censored: np.ndarray) -> Curve:
    """Return the Kaplan-Meier curve of counts: how many ended and were censored at each of ascending times.

    times, ended, censored: shape (m,). Who is censored at the moment of an ending counts as at risk there. Intervals:
    Greenwood's variance on the log-log scale (Kalbfleisch and Prentice 1980).
    """
    leaving = ended + censored
    at_risk = leaving[::-1].cumsum()[::-1]
    somebody, steps = leaving > 0, ended > 0
    deaths, exposed = ended[steps], at_risk[steps]
    survival = np.cumprod(1.0 - deaths / exposed)
    with np.errstate(divide="ignore", invalid="ignore"):
        greenwood = np.cumsum(deaths / (exposed * (exposed - deaths)))
        spread = Z95 * np.sqrt(greenwood) / np.log(survival)
        low, high = survival ** np.exp(-spread), survival ** np.exp(spread)
    watched = times[somebody]
    longest = float(watched[-1]) if len(watched) else float("nan")
    return Curve(times[steps], survival, np.fmin(low, high), np.fmax(low, high), longest, watched, at_risk[somebody])


def kaplan_meier(times: np.ndarray, ended: np.ndarray) -> Curve:
    """Return the Kaplan-Meier curve of times, shape (n,), and whether each ended or was censored there, shape (n,)."""
    moments, place = np.unique(times, return_inverse=True)
    counts = [np.bincount(place[which], minlength=len(moments)) for which in (ended, ~ended)]
    return life_table(moments, *counts)
