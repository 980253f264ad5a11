"""Rates that follow the state, made by thinning a clock of the highest one; and delays that are exponential."""

import math

import numpy as np
import pytest
from scipy import stats

from relsim.vocabulary import Ending, OutsideCause
from tests.bounds import counts_are, distribution_is, share_is
from tests.worlds import FREE, quiet, sample

LIVES = 200_000


@pytest.mark.parametrize("slope", [0.3, -0.3])
def test_an_outside_rate_may_rise_or_fall_with_fit(slope: float) -> None:
    """A rate off by 1.5 % would be caught."""
    fit, horizon = 0.6, 10.0
    rate, other = 0.4 + slope * fit, 0.05
    world = quiet(
        horizon,
        fit_law="two-point",
        fit_low=fit,
        fit_high=fit,
        strategy_rate=0.4,
        strategy_fit_slope=slope,
        merger_rate=other,
    )
    end, ending, cause = sample(world, lambda s: (s["t_end"], s["ending"], s["cause"]), count=LIVES)
    total = rate + other
    ended = ending == Ending.OUTSIDE
    assert share_is(int(ended.sum()), LIVES, -math.expm1(-total * horizon))
    assert share_is(int((cause == OutsideCause.STRATEGY).sum()), int(ended.sum()), rate / total)
    assert share_is(int((cause == OutsideCause.MERGER).sum()), int(ended.sum()), other / total)
    assert distribution_is(end[ended], lambda t: np.expm1(-total * t) / math.expm1(-total * horizon))


@pytest.mark.parametrize(("break_even", "often"), [(0.0, 1.0), (1.0, 1.5)])
def test_leaders_change_at_their_rate_and_more_often_where_it_fails(break_even: float, often: float) -> None:
    """A rate off by 1 % would be caught."""
    world = quiet(
        break_even=break_even,
        leader_change_rate={"client": 0.2, "supplier": 0.3},
        poor_results=1.5,
        bond_loss=0.0,
        **FREE,
    )
    left = sample(world, lambda s: [s["firm"]["departures"][:, firm, 0].sum(axis=1) for firm in (0, 1)], count=LIVES)
    for counts, rate in zip(left, (0.2, 0.3), strict=True):
        assert counts_are(counts, stats.poisson(rate * often * 10))


def test_complaints_come_after_an_exponential_delay() -> None:
    """What came by t of cases that arise at a constant rate is Poisson too, of mean r (t - m (1 - exp(-t / m)))."""
    rate, delay, horizon = 6.0, 0.5, 1.0
    world = quiet(
        horizon,
        incident_rate=rate,
        complaint_delay=delay,
        fit_law="two-point",
        fit_low=0.0,
        fit_high=0.0,
        repair_without_trust=0.0,
        repair_with_trust=0.0,
        **FREE,
    )
    (complaints,) = sample(world, lambda s: (s["complaints"],), count=LIVES)
    mean = rate * (horizon - delay * -math.expm1(-horizon / delay))
    assert counts_are(complaints, stats.poisson(mean))
