"""The estimators against statsmodels and SciPy, on random data with ties and censoring.

All are equal to 1e-12, where 64-bit numbers of this size are rounded at 1e-16, except where conventions differ; what is
left out says why. Against lifelines: make test-oracles.
"""

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import ArrayLike
from scipy import stats
from statsmodels.duration.survfunc import CumIncidenceRight, SurvfuncRight

from relsim.analysis.estimate import Z95
from relsim.analysis.survival import Curve, cumulative_incidence, exits_of, life_table
from relsim.vocabulary import Ending
from tests.oracles.lifelines.data import KINDS, SETS, data_sets

TOLERANCE = 1e-12


def equal(ours: ArrayLike, theirs: ArrayLike, name: str) -> None:
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=TOLERANCE, err_msg=name)


def curves(of: Ending | None = None) -> Iterator[tuple[str, Curve, SurvfuncRight, np.ndarray]]:
    """Yield each data set's name, curve, the curve of statsmodels, and the steps after which somebody is left."""
    for name, times, endings in data_sets():
        ended = endings != Ending.ONGOING if of is None else endings == of
        theirs = SurvfuncRight(times, ended.astype(int))
        curve = life_table(exits_of(times, endings), None if of is None else [of])
        yield name, curve, theirs, theirs.n_risk > theirs.n_events


def test_the_data_sets_have_all_that_they_should() -> None:
    made = list(data_sets())
    assert len(made) == SETS
    assert {len(times) for _, times, _ in made} >= {1, 2, 400}
    ended = [endings != Ending.ONGOING for _, _, endings in made]
    assert sum(not each.any() for each in ended) > 5
    assert sum(each.all() for each in ended) >= SETS / len(KINDS)
    both = [np.intersect1d(times[each], times[~each]) for (_, times, _), each in zip(made, ended, strict=True)]
    assert sum(len(each) > 0 for each in both) > 20  # endings and censorings at the same moments


@pytest.mark.parametrize("of", [None, Ending.QUIET_EXIT])
def test_survival_is_that_of_statsmodels(of: Ending | None) -> None:
    for name, curve, theirs, some in curves(of):
        assert curve.times.tolist() == theirs.surv_times.tolist(), name
        assert curve.ended.tolist() == theirs.n_events.tolist(), name
        assert curve.exposed.tolist() == theirs.n_risk.tolist(), name
        equal(curve.survival, theirs.surv_prob, name)
        # where nobody is left statsmodels has no error, or, after a clip of the risk set, an infinite one
        equal(curve.standard_error[some], theirs.surv_prob_se[some], name)
        assert np.isnan(curve.standard_error[~some]).all(), name


def test_the_error_of_the_cumulative_hazard_is_that_of_statsmodels() -> None:
    """With weights its error is the sum of d/n^2, which Aalen gave to the cumulative hazard (Tsiatis 1981)."""
    for (name, times, endings), (_, curve, counted, _) in zip(data_sets(), curves(), strict=True):
        theirs = SurvfuncRight(times, (endings != Ending.ONGOING).astype(int), freq_weights=np.ones(len(times)))
        equal(curve.cumulative_hazard_error, theirs.surv_prob_se, name)
        equal(curve.cumulative_hazard, np.cumsum(counted.n_events / counted.n_risk), name)


@pytest.mark.filterwarnings("ignore:The confidence interval is undefined")
def test_survival_and_its_interval_are_those_of_scipy() -> None:
    for name, times, endings in data_sets():
        curve = life_table(exits_of(times, endings))
        theirs = stats.ecdf(stats.CensoredData.right_censored(times, endings == Ending.ONGOING)).sf
        equal([curve.at(time) for time in theirs.quantiles], theirs.probabilities, name)
        interval = theirs.confidence_interval(0.95, method="log-log")
        ours = np.array([curve.estimate(time)[1:] for time in theirs.quantiles])
        # before the first ending SciPy has no interval, where ours is 1 to 1
        begun = theirs.quantiles >= curve.times[0] if len(curve.times) else np.zeros(len(ours), bool)
        equal(ours[begun, 0], interval.low.probabilities[begun], name)
        equal(ours[begun, 1], interval.high.probabilities[begun], name)
        assert np.all(ours[~begun] == 1), name


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("share", [0.05, 0.25, 0.5, 0.75, 0.9])
def test_quantiles_are_those_of_statsmodels(share: float) -> None:
    compared = np.zeros(2, int)
    for name, curve, theirs, some in curves():
        ours, level = curve.quantile(share), 1 - share
        if not np.any(np.abs(curve.survival - level) < TOLERANCE):  # where it lies on a step, statsmodels has its end
            assert ours.value == pytest.approx(theirs.quantile(share), nan_ok=True), name
            compared[0] += 1
        # statsmodels inverts tests: its ends are those of the times that are not rejected. Ours are the same where
        # there is such a time and none between is rejected; log-log intervals may widen again where few are left.
        kept = np.flatnonzero(some & (curve.low <= level) & (curve.high >= level))
        if len(kept) and np.all(np.diff(kept) == 1):
            assert ours[1:] == theirs.quantile_ci(share, method="cloglog"), name
            compared[1] += 1
    assert np.all(compared >= 40), compared


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_cumulative_incidence_is_that_of_statsmodels() -> None:
    compared = 0
    for name, times, endings in data_sets():
        ours, theirs = cumulative_incidence(exits_of(times, endings)), CumIncidenceRight(times, endings)
        left = np.array([np.sum(times > time) > 0 or np.any(endings[times == time] == 0) for time in theirs.times])
        for number, (share, error) in enumerate(zip(theirs.cinc, theirs.cinc_se, strict=True), 1):
            found = ours[Ending(number)]
            steps = np.isin(theirs.times, found.times)  # statsmodels also has the times of censorings
            equal(found.share, share[steps], name)
            # where all have ended statsmodels divides by 0; variances, as both have roots of rounded zeros
            equal(found.standard_error[left[steps]] ** 2, error[steps & left] ** 2, name)
            compared += steps.sum()
    assert compared > 10_000


@pytest.mark.parametrize("part", [0.2, 0.6, 1.0])
def test_a_restricted_mean_is_the_area_under_the_curve_of_statsmodels(part: float) -> None:
    """And its variance the double integral of covariances: S(s) S(t) times the sum of d/(n(n - d)) up to min(s, t)."""
    for name, curve, theirs, some in curves():
        limit = part * curve.longest
        edges = np.concatenate([[0], theirs.surv_times[theirs.surv_times < limit], [limit]])
        widths, steps = np.diff(edges), np.arange(len(edges) - 1)
        alive = np.concatenate([[1], theirs.surv_prob])[steps]
        n, d = theirs.n_risk[some], theirs.n_events[some]
        sums = np.concatenate([[0], np.cumsum(d / (n * (n - d))), [0]])[steps]  # the last, where nobody is left
        area = alive * widths
        variance = np.sum(area[:, None] * area * sums[np.minimum(steps[:, None], steps)])
        ours = curve.restricted_mean(limit)
        equal(ours.value, area.sum(), name)
        equal((ours.half_width / Z95) ** 2, variance, name)


def test_without_censoring_a_restricted_mean_is_a_mean() -> None:
    """Of the times up to the limit, exactly; and its variance is theirs over n, with n and not n - 1 in both."""
    compared = 0
    for name, times, endings in data_sets():
        if np.all(endings != Ending.ONGOING):
            curve = life_table(exits_of(times, endings))
            for limit in (*np.quantile(times, [0.1, 0.5, 0.9]), times.max() / 3, times.max()):
                lived, ours = np.minimum(times, limit), curve.restricted_mean(limit)
                equal(ours.value, lived.mean(), name)
                equal((ours.half_width / Z95) ** 2, lived.var() / len(lived), name)
                compared += 1
    assert compared >= 100
