"""Intervals of shares against SciPy's."""

import pytest
from scipy import stats

from relsim.analysis.estimate import wilson


@pytest.mark.parametrize("count", [1, 2, 7, 400, 1_000_000])
@pytest.mark.parametrize("part", [0.0, 0.001, 0.3, 0.5, 1.0])
def test_the_interval_of_a_share_is_wilsons(count: int, part: float) -> None:
    successes = round(part * count)
    theirs = stats.binomtest(successes, count).proportion_ci(0.95, method="wilson")
    assert wilson(successes / count, count) == pytest.approx((successes / count, *theirs), rel=1e-12, abs=1e-15)
