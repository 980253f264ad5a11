"""7.3 Arithmetic: logarithm, normal and Beta quantiles, here those of the C library and of SciPy."""

import math
from functools import cache
from types import SimpleNamespace

import numpy as np
from scipy import special

from tests.oracles.second_writing.document import LIMIT

CELLS = LIMIT["cells of the table of quantiles of fit"]


def exponential(u: float) -> float:
    """Return `E(u) = -log(1 - u)` (3.4, 7.2)."""
    return -math.log(1 - u)


def normal(u: float) -> float:
    """Return a quantile of the standard normal distribution; u = 0 counts as 2^-54 (7.3)."""
    return float(special.ndtri(max(u, 2.0**-54)))


@cache
def quantiles_of_fit(alpha: float, beta: float) -> list[float]:
    """Return the quantiles of a Beta law at 0, 1/n, ..., 1 (7.3, the law of fit)."""
    return special.betaincinv(alpha, beta, np.arange(CELLS + 1) / CELLS).tolist()


def fit_of_partners(p: SimpleNamespace, u: float) -> float:
    """Return the u-quantile of the law of fit (7.3, the law of fit)."""
    if p.fit_law == "two-point":
        return p.fit_low if u < 1 - p.fit_high_share else p.fit_high
    q = p.quantiles
    x = u * CELLS
    j = min(math.floor(x), CELLS - 1)
    return q[j] + (x - j) * (q[j + 1] - q[j])
