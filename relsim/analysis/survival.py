"""How long relationships last: the Kaplan-Meier curve on exact times, with log-log intervals."""

from dataclasses import dataclass

import numpy as np

__all__ = ["Z95", "Curve", "kaplan_meier"]

Z95 = 1.959963984540054
"""The 97.5 % quantile of the standard normal law."""


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
    """The longest time that anybody was watched; nothing is known beyond."""
    watched: np.ndarray
    """All times, ascending, for counting who is at risk."""

    def at(self, time: float) -> float | None:
        """Return the share alive at a time, or None where nobody was watched for so long."""
        if not time <= self.longest:
            return None
        step = int(np.searchsorted(self.times, time, side="right"))
        return 1.0 if step == 0 else float(self.survival[step - 1])

    def median(self) -> float | None:
        """Return the time at which half have ended, or None where it is not reached."""
        reached = np.flatnonzero(self.survival <= 0.5)
        return float(self.times[reached[0]]) if len(reached) else None

    def at_risk(self, time: float) -> int:
        """Return how many were still alive and watched just before a time."""
        return len(self.watched) - int(np.searchsorted(self.watched, time, side="left"))


def kaplan_meier(times: np.ndarray, ended: np.ndarray) -> Curve:
    """Return the Kaplan-Meier curve of times, shape (n,), and whether each ended or was censored there, shape (n,).

    Who is censored at the moment of an ending counts as at risk there. Intervals: Greenwood's variance on the log-log
    scale (Kalbfleisch and Prentice 1980).
    """
    ordered = np.sort(times)
    moments, endings = np.unique(times[ended], return_counts=True)
    at_risk = len(ordered) - np.searchsorted(ordered, moments, side="left")
    survival = np.cumprod(1.0 - endings / at_risk) if len(moments) else np.zeros(0)
    with np.errstate(divide="ignore", invalid="ignore"):
        greenwood = np.cumsum(endings / (at_risk * (at_risk - endings)))
        spread = Z95 * np.sqrt(greenwood) / np.log(survival)
        low, high = survival ** np.exp(-spread), survival ** np.exp(spread)
    longest = float(ordered[-1]) if len(ordered) else float("nan")
    return Curve(moments, survival, np.fmin(low, high), np.fmax(low, high), longest, ordered)
