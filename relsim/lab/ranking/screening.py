"""Which arms may be the best, after as many lives of each: a subset, and how far each may be behind, on arrays.

Screening as in Nelson, Swann, Goldsman & Song (2001), with pairwise variances, so that it holds under common random
numbers: an arm is left out if its mean is below that of another one by more than

    W[i, l] = t S[i, l] / sqrt(n),    t = quantile of Student's law at 1 - (1 - confidence) / (k - 1), n - 1 degrees

With these same widths stand the intervals of multiple comparisons with the best (Edwards & Hsu 1983): for all arms at
once, how far each is behind the best of the others, or ahead of it.
"""

from typing import NamedTuple

import numpy as np

from relsim.analysis.estimate import Estimate
from relsim.lab.ranking.moments import Moments

__all__ = ["Screened", "screened"]


class Screened(NamedTuple):
    """What a screening says of every arm."""

    may_be_best: np.ndarray
    """Shape (arms,)."""
    ahead: tuple[Estimate, ...]
    """By how much each is ahead of the best of the others (below 0: behind), with simultaneous intervals."""


def screened(moments: Moments, confidence: float) -> Screened:
    """Return which arms may be the best, and how far each is ahead of the best of the others. More is better."""
    from scipy.stats import t

    arms = len(moments.means)
    if arms == 1:
        return Screened(np.ones(1, bool), (Estimate(0.0, 0.0, 0.0),))
    quantile = float(t.isf((1.0 - confidence) / (arms - 1), moments.count - 1))
    width = quantile * np.sqrt(moments.spread / moments.count)
    ahead = moments.means[:, None] - moments.means[None, :]
    np.fill_diagonal(ahead, np.inf)
    may = (ahead >= -width).all(axis=1)
    estimates = []
    for arm in range(arms):
        rivals = may.copy()
        rivals[arm] = False
        high = max(0.0, float((ahead[arm] + width[arm]).min()))
        low = min(0.0, float((ahead[arm] - width[arm])[rivals].min())) if rivals.any() else 0.0
        estimates.append(Estimate(float(ahead[arm].min()), low, high))
    return Screened(may, tuple(estimates))
