"""The log-rank test and life tables of those watched only from later on, against SciPy, statsmodels and by hand."""

import math

import numpy as np
import pytest
from scipy import stats
from statsmodels.duration.survfunc import SurvfuncRight, survdiff

from relsim.analysis.logrank import log_rank
from relsim.analysis.survival import cumulative_incidence, exits_of, life_table
from relsim.vocabulary import Ending


def drawn(seed: int, count: int, rate: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return times to a tenth of a year, so that many are equal, who ended, and since when each is watched."""
    rng = np.random.default_rng(seed)
    lives, watched = rng.exponential(1 / rate, count), rng.uniform(1, 8, count)
    times = np.ceil(np.minimum(lives, watched) * 10) / 10
    return times, lives <= watched, np.where(rng.random(count) < 0.4, rng.random(count) * (times - 0.05), 0.0)


@pytest.mark.parametrize("seed", range(5))
def test_log_rank_is_that_of_scipy(seed: int) -> None:
    times, ended, _ = drawn(seed, 60, 0.3)
    others, others_ended, _ = drawn(seed + 100, 90, 0.4)
    expected = stats.logrank(
        stats.CensoredData(times[ended], right=times[~ended]),
        stats.CensoredData(others[others_ended], right=others[~others_ended]),
    )
    assert math.isclose(log_rank(times, ended, others, others_ended), expected.pvalue, rel_tol=1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_with_late_entries_it_is_that_of_statsmodels(seed: int) -> None:
    times, ended, entered = drawn(seed, 60, 0.3)
    others, others_ended, _ = drawn(seed + 100, 90, 0.4)
    _, expected = survdiff(
        np.concatenate([times, others]),
        np.concatenate([ended, others_ended]).astype(int),
        np.repeat([0, 1], [60, 90]),
        entry=np.concatenate([entered, np.full(90, -1.0)]) - 1e-9,
    )
    assert math.isclose(log_rank(times, ended, others, others_ended, entered), expected, rel_tol=1e-6)


@pytest.mark.parametrize("seed", range(5))
def test_life_tables_with_late_entries_are_those_of_statsmodels(seed: int) -> None:
    times, ended, entered = drawn(seed, 80, 0.3)
    entered = np.where(times < 0.5, 0.0, entered)  # so that the first ending leaves some
    curve = life_table(exits_of(times, np.where(ended, Ending.QUIET_EXIT, Ending.ONGOING), entered))
    expected = SurvfuncRight(times, ended.astype(int), entry=np.where(entered > 0, entered, -1.0))
    assert np.allclose(curve.times, expected.surv_times)
    assert np.array_equal(curve.exposed, expected.n_risk)
    assert np.allclose(curve.survival, expected.surv_prob)
    assert np.allclose(curve.standard_error[curve.survival > 0], expected.surv_prob_se[curve.survival > 0])


def test_late_entries_by_hand() -> None:
    # at 1 three are watched, at 2 two and the one who came at 1.5, at 3 that one and another who came at 2
    times, entered = np.array([1.0, 2.0, 3.0, 2.0, 4.0]), np.array([0.0, 0.0, 1.5, 0.0, 2.0])
    endings = np.array([Ending.QUIET_EXIT, Ending.OUTSIDE, Ending.QUIET_EXIT, Ending.ONGOING, Ending.ONGOING])
    exits = exits_of(times, endings, entered)
    assert exits.at_risk.tolist() == [3, 3, 2, 1]
    curve = life_table(exits)
    assert np.allclose(curve.survival, [2 / 3, 4 / 9, 2 / 9])
    found = cumulative_incidence(exits)
    assert np.allclose(found[Ending.QUIET_EXIT].share, [1 / 3, 1 / 3, 1 / 3 + 2 / 9])
    assert np.allclose(found[Ending.OUTSIDE].share, [0.0, 2 / 9, 2 / 9])


def test_nothing_to_compare_is_no_p_value() -> None:
    nobody, ended = np.zeros(0), np.zeros(0, bool)
    assert math.isnan(log_rank(nobody, ended, nobody, ended))
    assert math.isnan(log_rank(np.array([1.0]), np.array([False]), np.array([2.0]), np.array([False])))
    same = np.arange(1.0, 20.0)
    assert log_rank(same, same > 3, same, same > 3) == 1.0
