"""Bounds for statistical tests at alpha 1e-9, from theory: each says what is the smallest shift that it would catch.

With a million lives: a share near one half that is off by 0.003, a distribution whose largest distance is 0.0033, and a
Poisson mean of 1 that is off by 0.006.
"""

from collections.abc import Callable

import numpy as np
from scipy import stats

ALPHA = 1e-9


def share_is(successes: int, trials: int, share: float) -> bool:
    """Whether a count is one that an exact binomial law gives all but ALPHA of the time."""
    low, high = stats.binom.ppf(ALPHA / 2, trials, share), stats.binom.isf(ALPHA / 2, trials, share)
    return bool(low <= successes <= high)


def total_is_poisson(total: int, mean: float) -> bool:
    """Whether a total is one that an exact Poisson law gives all but ALPHA of the time."""
    return bool(stats.poisson.ppf(ALPHA / 2, mean) <= total <= stats.poisson.isf(ALPHA / 2, mean))


def counts_are(sample: np.ndarray, law: stats.rv_discrete) -> bool:
    """Whether a sample of counts follows a frozen discrete law (chi-square over cells that expect at least 25)."""
    top = int(sample.max()) + 1
    observed = np.bincount(sample, minlength=top + 1).astype(float)
    expected = len(sample) * np.append(law.pmf(np.arange(top)), law.sf(top - 1))
    cells_observed, cells_expected = [0.0], [0.0]
    for seen, due in zip(observed, expected, strict=True):
        cells_observed[-1] += seen
        cells_expected[-1] += due
        if cells_expected[-1] >= 25:
            cells_observed.append(0.0)
            cells_expected.append(0.0)
    if len(cells_expected) > 1:
        cells_observed[-2] += cells_observed.pop()
        cells_expected[-2] += cells_expected.pop()
    distance = sum((o - e) ** 2 / e for o, e in zip(cells_observed, cells_expected, strict=True))
    return bool(stats.chi2.sf(distance, max(1, len(cells_expected) - 1)) >= ALPHA)


def distribution_is(sample: np.ndarray, cdf: Callable[[np.ndarray], np.ndarray]) -> bool:
    """Whether a sample follows a continuous law (Dvoretzky-Kiefer-Wolfowitz with Massart's constant)."""
    ordered = np.sort(sample)
    n = len(ordered)
    values = cdf(ordered)
    steps = np.arange(n + 1) / n
    distance = max(np.max(np.abs(values - steps[1:])), np.max(np.abs(values - steps[:-1])))
    return bool(distance <= np.sqrt(np.log(2 / ALPHA) / (2 * n)))
