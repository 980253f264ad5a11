"""Whether two groups end alike: the log-rank test."""

import math

import numpy as np

__all__ = ["log_rank"]


def log_rank(
    times: np.ndarray,
    ended: np.ndarray,
    others: np.ndarray,
    others_ended: np.ndarray,
    entered: np.ndarray | None = None,
) -> float:
    """Return how probable a difference at least as large is where two groups end alike (Mantel 1966): the p-value.

    times, others: years at which each of a group ended or was censored, shapes (n,) and (m,); ended, others_ended:
    which of the two. entered: since when each of the first group is watched, shape (n,), where not from the start.
    NaN where nothing can be compared.
    """
    moments = np.unique(np.concatenate([times[ended], others[others_ended]]))
    mine, theirs = _at_risk(times, moments), _at_risk(others, moments)
    if entered is not None:
        mine = mine - _at_risk(np.where(entered > 0.0, entered, -np.inf), moments)
    my_ends, their_ends = _at(times[ended], moments), _at(others[others_ended], moments)
    both, ends = mine + theirs, my_ends + their_ends
    expected = ends * mine / both
    # nobody is left to be chosen from where a single one is at risk
    spread = expected * (theirs / both) * (both - ends) / np.maximum(both - 1, 1)
    variance = float(spread.sum())
    if variance <= 0.0:
        return math.nan
    return math.erfc(abs(float((my_ends - expected).sum())) / math.sqrt(2.0 * variance))


def _at_risk(times: np.ndarray, moments: np.ndarray) -> np.ndarray:
    """Return how many of the times lie at or after each moment."""
    return len(times) - np.searchsorted(np.sort(times), moments, side="left")


def _at(times: np.ndarray, moments: np.ndarray) -> np.ndarray:
    """Return how many of the times are each moment."""
    ordered = np.sort(times)
    return np.searchsorted(ordered, moments, side="right") - np.searchsorted(ordered, moments, side="left")
