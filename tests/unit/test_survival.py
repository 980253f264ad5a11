"""Life tables by hand, and the identities that hold for every life table."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from relsim.analysis.estimate import Z95
from relsim.analysis.survival import (
    Curve,
    Exits,
    Incidence,
    cumulative_incidence,
    exits_of,
    kaplan_meier,
    life_table,
)
from relsim.vocabulary import Ending

Lives = list[tuple[float, Ending]]

ONGOING, QUIET, HOSTILE, OUTSIDE = Ending.ONGOING, Ending.QUIET_EXIT, Ending.HOSTILE_EXIT, Ending.OUTSIDE

BOOK: Lives = [(9, QUIET), (1, ONGOING), (6, QUIET), (1, QUIET), (8, ONGOING), (6, QUIET)]
"""Times 1, 1+, 6, 6, 8+, 9 of the tests of R's survival, in no order."""

MIXED: Lives = [(1, QUIET), (2, QUIET), (2, HOSTILE), (2, ONGOING), (3, HOSTILE), (4, ONGOING)]
"""Two endings and a censoring at one moment."""

quarters = st.integers(0, 12).map(lambda number: number / 4)
many_lives = st.lists(st.tuples(quarters, st.sampled_from(Ending)), min_size=1, max_size=40)
only_quiet = st.lists(st.tuples(quarters, st.sampled_from([ONGOING, QUIET])), min_size=1, max_size=40)


def exits(lives: Lives) -> Exits:
    return exits_of(np.array([time for time, _ in lives], float), np.array([ending for _, ending in lives], int))


def normal(value: float, error: float) -> tuple[float, float, float]:
    return value, value - Z95 * error, value + Z95 * error


def log_log(alive: float, greenwood: float) -> tuple[float, float]:
    """Return the interval of a share alive, from the normal law of the logarithm of the cumulative hazard."""
    hazard = -math.log(alive)
    spread = Z95 * math.sqrt(greenwood) / hazard
    return math.exp(-hazard * math.exp(spread)), math.exp(-hazard * math.exp(-spread))


@pytest.fixture
def book() -> Curve:
    return life_table(exits(BOOK))


@pytest.fixture
def mixed() -> dict[int, Incidence]:
    return cumulative_incidence(exits(MIXED))


def test_the_curve_of_the_book(book: Curve) -> None:
    assert book.times.tolist() == [1, 6, 9]
    assert book.ended.tolist() == [1, 2, 1]
    assert book.exposed.tolist() == [6, 4, 1]  # who is censored at 1 is still at risk there
    assert book.survival == pytest.approx([5 / 6, 5 / 12, 0])
    assert [book.at(time) for time in (0, 0.99, 1, 5.99, 6, 8, 8.99, 9)] == pytest.approx(
        [1, 1, 5 / 6, 5 / 6, 5 / 12, 5 / 12, 5 / 12, 0]
    )
    assert book.longest == 9
    assert book.at(9.01) is None


def test_the_cumulative_hazard_of_the_book(book: Curve) -> None:
    assert book.cumulative_hazard == pytest.approx([1 / 6, 2 / 3, 5 / 3])
    assert book.cumulative_hazard_error**2 == pytest.approx([1 / 36, 1 / 36 + 2 / 16, 1 / 36 + 2 / 16 + 1])


def test_the_intervals_of_the_book(book: Curve) -> None:
    first, second = 1 / (6 * 5), 1 / (6 * 5) + 2 / (4 * 2)
    assert book.standard_error[:2] == pytest.approx([5 / 6 * math.sqrt(first), 5 / 12 * math.sqrt(second)])
    assert book.estimate(1) == pytest.approx((5 / 6, *log_log(5 / 6, first)))
    assert book.estimate(7) == pytest.approx((5 / 12, *log_log(5 / 12, second)))
    assert log_log(5 / 6, first) == pytest.approx((0.2731, 0.9747), abs=1e-4)  # these bounds are in R's output too
    low, high = log_log(5 / 12, second)
    assert book.half_width(7) == pytest.approx((high - low) / 2)
    # before the first ending all are alive, and where all have ended no normal law says how sure that is
    assert book.estimate(0.5) == (1, 1, 1)
    assert book.estimate(9).value == 0
    assert np.isnan([book.estimate(9).low, book.estimate(9).high, book.standard_error[2]]).all()
    assert not book.estimate(9.01).known
    assert book.half_width(9.01) is None


def test_at_risk_is_who_was_watched_until_just_before(book: Curve) -> None:
    assert [book.at_risk(time) for time in (0, 1, 1.01, 6, 6.01, 8, 8.01, 9, 9.01)] == [6, 6, 4, 4, 2, 2, 1, 1, 0]


def test_the_restricted_mean_of_the_book(book: Curve) -> None:
    """The areas are 1, 5 of 5/6 and 3 of 5/12; beyond the first ending lie 65/12, beyond the second 15/12."""
    variance = (65 / 12) ** 2 / 30 + (15 / 12) ** 2 / 4
    assert book.restricted_mean(9) == pytest.approx(normal(77 / 12, math.sqrt(variance)))
    variance = (5 * 5 / 6 + 2 * 5 / 12) ** 2 / 30 + (2 * 5 / 12) ** 2 / 4  # the limit cuts a step
    assert book.restricted_mean(8) == pytest.approx(normal(1 + 25 / 6 + 10 / 12, math.sqrt(variance)))
    assert book.restricted_mean(6) == pytest.approx(normal(1 + 25 / 6, 25 / 6 / math.sqrt(30)))
    assert book.restricted_mean(0.5) == (0.5, 0.5, 0.5)
    assert book.restricted_mean(0) == (0, 0, 0)
    assert not book.restricted_mean(9.01).known


def test_the_quantiles_of_the_book(book: Curve) -> None:
    # the lower ends of the curve are .27, .06, 0 and the upper ends .97, .77, 0
    assert book.quantile(0.5) == (6, 1, 9)
    assert book.quantile(0.2) == (6, 1, 6)
    assert book.quantile(0.01) == (1, 1, 1)
    assert book.quantile(0.8) == (9, 6, 9)
    assert book.quantile(0.96) == (9, 9, 9)
    assert book.quantile(1.0) == (9, 9, 9)
    assert book.median() == 6


def test_a_quantile_is_the_first_time_at_which_the_share_has_ended() -> None:
    """Not the middle of the step on which it lies; and the share is met although products are rounded."""
    assert kaplan_meier(np.array([1.0, 2.0]), np.array([True, True])).median() == 1
    for lives in range(2, 60):
        curve = kaplan_meier(np.arange(1.0, lives + 1), np.ones(lives, bool))
        for ended in range(1, lives + 1):
            assert curve.quantile(ended / lives).value == ended


def test_a_quantile_that_was_not_reached_has_at_most_a_lower_end() -> None:
    curve = kaplan_meier(np.array([1, 2, 3, 9.0]), np.array([True, False, False, False]))
    assert curve.survival == pytest.approx([3 / 4])
    median = curve.quantile(0.5)
    assert math.isnan(median.value)
    assert (median.low, median.high) == (1, math.inf)  # the interval of 3/4 is .13 to .96
    assert curve.median() is None
    assert curve.quantile(0.9) == pytest.approx((math.nan,) * 3, nan_ok=True)
    assert curve.quantile(0.25) == (1, 1, math.inf)


def test_the_incidence_of_two_endings_that_tie_with_a_censoring(mixed: dict[int, Incidence]) -> None:
    """S is 1, 5/6, 1/2, 1/4: of five at risk at 2 one ends so, one otherwise, one is censored."""
    quiet, hostile = mixed[QUIET], mixed[HOSTILE]
    assert quiet.times.tolist() == hostile.times.tolist() == [1, 2, 3]
    assert quiet.share == pytest.approx([1 / 6, 1 / 3, 1 / 3])
    assert hostile.share == pytest.approx([0, 1 / 6, 5 / 12])
    assert mixed[OUTSIDE].share.tolist() == [0, 0, 0]
    assert set(mixed) == set(Ending) - {ONGOING}
    # up to 2 nobody was lost, so these are shares of six; beyond, as below
    assert quiet.standard_error[:2] ** 2 == pytest.approx([5 / 216, 2 / 54])
    assert hostile.standard_error**2 == pytest.approx(
        [0, 5 / 216, float(incidence_variance([6, 5, 2], [1, 2, 1], [0, 1, 1]))]
    )


def incidence_variance(exposed: list[int], ended: list[int], so: list[int]) -> Fraction:
    """Return the variance of the last share by the delta method, term by term, where nobody but the last is left."""
    alive, share, shares, before = Fraction(1), Fraction(0), [], []
    for n, d, k in zip(exposed, ended, so, strict=True):
        before.append(alive)
        share += alive * Fraction(k, n)
        alive *= 1 - Fraction(d, n)
        shares.append(share)
    variance = Fraction(0)
    for n, d, k, s, then in zip(exposed, ended, so, before, shares, strict=True):
        gap = share - then
        variance += gap * gap * Fraction(d, n * (n - d))
        variance += s * s * Fraction(k * (n - k), n**3)
        variance -= 2 * gap * s * Fraction(k, n * n)
    return variance


def test_the_interval_of_an_incidence_is_that_of_the_share_without_it(mixed: dict[int, Incidence]) -> None:
    hostile = mixed[HOSTILE]
    variance = float(incidence_variance([6, 5, 2], [1, 2, 1], [0, 1, 1]))
    low, high = log_log(7 / 12, variance / (7 / 12) ** 2)
    assert hostile.estimate(3.5) == pytest.approx((5 / 12, 1 - high, 1 - low))
    assert hostile.estimate(1) == (0, 0, 0)
    assert hostile.estimate(0.5) == (0, 0, 0)
    assert mixed[OUTSIDE].estimate(4) == (0, 0, 0)
    assert not hostile.estimate(4.01).known


def test_the_quantiles_of_an_incidence(mixed: dict[int, Incidence]) -> None:
    hostile = mixed[HOSTILE]
    assert [hostile.quantile(share).value for share in (0.1, 1 / 6, 0.2, 5 / 12)] == [2, 2, 3, 3]
    assert not hostile.quantile(0.42).known
    # the intervals of its share are .02 to .73 at 2, and from .13 at 3
    assert hostile.quantile(0.1) == (2, 2, 3)
    assert hostile.quantile(0.4) == (3, 2, math.inf)
    assert not mixed[OUTSIDE].quantile(0.1).known


def test_of_some_endings_all_others_are_censored() -> None:
    curve = life_table(exits(MIXED), of=[HOSTILE])
    assert curve.times.tolist() == [2, 3]
    assert curve.survival == pytest.approx([4 / 5, 4 / 5 * 1 / 2])
    assert curve.longest == 4
    assert [curve.at_risk(time) for time in (1, 2, 3, 4)] == [6, 5, 2, 1]
    both = life_table(exits(MIXED), of=(each for each in (QUIET, HOSTILE)))
    assert both.survival.tolist() == life_table(exits(MIXED)).survival.tolist()


def test_nobody_was_watched() -> None:
    nobody = exits([])
    curve = life_table(nobody)
    assert (curve.at(0), curve.half_width(0), curve.median(), curve.at_risk(0)) == (None, None, None, 0)
    unknown = [curve.estimate(0), curve.quantile(0.5), curve.restricted_mean(0)]
    unknown += [each.estimate(0) for each in cumulative_incidence(nobody).values()]
    assert not any(each.known for each in unknown)


def test_nobody_ended() -> None:
    curve = life_table(exits([(2, ONGOING), (5, ONGOING)]))
    assert curve.times.tolist() == []
    assert curve.estimate(5) == (1, 1, 1)
    assert curve.at(5.01) is None
    assert curve.restricted_mean(4) == (4, 4, 4)
    assert curve.quantile(0.5) == pytest.approx((math.nan,) * 3, nan_ok=True)
    assert [curve.at_risk(time) for time in (2, 3, 6)] == [2, 1, 0]
    for each in cumulative_incidence(exits([(2, ONGOING), (5, ONGOING)])).values():
        assert each.estimate(5) == (0, 0, 0)


def test_all_ended_at_once() -> None:
    at_once = exits([(3, QUIET)] * 5)
    curve = life_table(at_once)
    assert (curve.survival.tolist(), curve.cumulative_hazard.tolist()) == ([0], [1])
    assert curve.quantile(0.5) == (3, 3, 3)
    assert curve.restricted_mean(3) == (3, 3, 3)
    assert cumulative_incidence(at_once)[QUIET].estimate(3).value == 1
    assert math.isnan(cumulative_incidence(at_once)[QUIET].estimate(3).low)
    assert cumulative_incidence(at_once)[QUIET].quantile(0.5) == (3, 3, 3)


@pytest.mark.parametrize(("ending", "alive"), [(QUIET, 0), (ONGOING, 1)])
def test_one_life(ending: Ending, alive: float) -> None:
    curve = life_table(exits([(3, ending)]))
    assert (curve.at(2.9), curve.at(3), curve.at(3.1)) == (1, alive, None)
    assert curve.restricted_mean(3) == (3, 3, 3)
    assert curve.median() == (3 if ending == QUIET else None)


@pytest.mark.filterwarnings("error")
@given(lives=many_lives)
@example(lives=[(number / 4, QUIET) for number in range(10)])
def test_intervals_hold_their_estimates_without_warnings(lives: Lives) -> None:
    curve = life_table(exits(lives))
    tables: list[Curve | Incidence] = [curve, *cumulative_incidence(exits(lives)).values()]
    for each in tables:
        for time in np.arange(0, 3.25, 0.25):
            found = each.estimate(time)
            if not math.isnan(found.low):
                assert 0 <= found.low <= found.value <= found.high <= 1
        for share in (0.1, 0.25, 0.5, 0.9, 1.0):
            found = each.quantile(share)
            if found.known:
                assert found.low <= found.value <= found.high


@given(lives=many_lives)
def test_every_table_is_the_product_over_those_at_risk(lives: Lives) -> None:
    """Against counts that are made anew at every time, in fractions."""
    made = exits(lives)
    curve, endings = life_table(made), cumulative_incidence(made)
    alive, shares = Fraction(1), dict.fromkeys(endings, Fraction(0))
    for time in sorted({time for time, _ in lives}):
        watched = sum(other >= time for other, _ in lives)
        assert curve.at_risk(time) == watched
        for ending, incidence in endings.items():
            shares[ending] += alive * Fraction(lives.count((time, ending)), watched)
            assert incidence.estimate(time).value == pytest.approx(float(shares[ending]), abs=1e-12)
        ended = sum(other == time and ending != ONGOING for other, ending in lives)
        alive *= 1 - Fraction(ended, watched)
        assert curve.at(time) == pytest.approx(float(alive), abs=1e-12)


@given(lives=many_lives)
def test_all_endings_and_survival_share_everybody(lives: Lives) -> None:
    made = exits(lives)
    curve, endings = life_table(made), cumulative_incidence(made).values()
    assert sum(each.share for each in endings) == pytest.approx(1 - curve.survival, abs=1e-12)
    for each in endings:
        assert each.times.tolist() == curve.times.tolist()
        assert np.all(np.diff(each.share, prepend=0) >= 0)
    hazards = [life_table(made, of=[ending]) for ending in Ending if ending != ONGOING]
    for time in np.arange(0, 3.25, 0.25):
        until = [each.cumulative_hazard[each.times <= time] for each in [curve, *hazards]]
        whole, *parts = [each[-1] if len(each) else 0 for each in until]
        assert sum(parts) == pytest.approx(whole, abs=1e-12)


@given(lives=only_quiet)
@example(lives=[(number / 4, QUIET) for number in range(10)])
@example(lives=[(number / 4, QUIET) for number in range(5)])
def test_the_incidence_of_an_only_ending_is_one_minus_survival(lives: Lives) -> None:
    curve, found = life_table(exits(lives)), cumulative_incidence(exits(lives))[QUIET]
    assert found.share == pytest.approx(1 - curve.survival, abs=1e-12)
    assert np.all(found.share <= 1)
    error = np.nan_to_num(curve.standard_error)  # where all ended there is no error
    assert found.standard_error**2 == pytest.approx(error**2, abs=1e-13)
    assert found.low == pytest.approx(1 - curve.high, abs=1e-9, nan_ok=True)
    assert found.high == pytest.approx(1 - curve.low, abs=1e-9, nan_ok=True)
    for share in (0.1, 0.3, 0.5, 0.9):
        ours, theirs = found.quantile(share), curve.quantile(share)
        assert ours.value == pytest.approx(theirs.value, nan_ok=True)
        if ours.known:
            assert ours == theirs


@given(lives=st.lists(st.tuples(quarters, st.sampled_from([QUIET, HOSTILE, OUTSIDE])), min_size=1, max_size=40))
def test_without_censoring_shares_are_those_of_everybody(lives: Lives) -> None:
    """So their errors are binomial: of the curve, of each incidence, and of the mean, that of a mean."""
    made, n = exits(lives), len(lives)
    curve = life_table(made)
    some = curve.survival > 1e-9
    assert curve.standard_error[some] ** 2 == pytest.approx((curve.survival * (1 - curve.survival) / n)[some])
    for found in cumulative_incidence(made).values():
        assert found.standard_error**2 == pytest.approx(found.share * (1 - found.share) / n, abs=1e-13)
    for limit in (0.3, 1.0, curve.longest):
        if limit <= curve.longest:
            lived = np.minimum([time for time, _ in lives], limit)
            expected = normal(lived.mean(), lived.std() / math.sqrt(n))
            assert curve.restricted_mean(limit) == pytest.approx(expected, abs=1e-7)  # roots of rounded zeros


@given(lives=only_quiet, cut=st.integers(1, 12))
def test_a_restricted_mean_is_the_area_and_its_variance_the_covariances_over_it(lives: Lives, cut: int) -> None:
    """Steps lie on quarters, so that sums over the middles of quarters are the integrals themselves."""
    curve, limit = life_table(exits(lives)), cut / 4
    middles = np.arange(cut) / 4 + 1 / 8
    if limit > curve.longest:
        assert not curve.restricted_mean(limit).known
        return
    alive = np.array([curve.at(middle) for middle in middles])
    sums = []
    for middle in middles:
        steps = (curve.times < middle) & (curve.exposed > curve.ended)
        n, d = curve.exposed[steps], curve.ended[steps]
        sums.append(np.sum(d / (n * (n - d))))
    first = np.minimum(np.arange(cut)[:, None], np.arange(cut))
    variance = np.sum(alive[:, None] * alive * np.array(sums)[first]) / 16
    expected = normal(alive.sum() / 4, math.sqrt(variance))
    assert curve.restricted_mean(limit) == pytest.approx(expected, abs=1e-7)  # roots of rounded zeros


@given(lives=many_lives, data=st.data())
def test_neither_order_nor_empty_times_change_anything(lives: Lives, data: st.DataObject) -> None:
    once, again = exits(lives), exits(data.draw(st.permutations(lives)))
    grid = np.arange(0, 3.25, 0.25)
    counts = np.zeros((len(Ending), len(grid)), np.int64)
    for time, ending in lives:
        counts[ending, round(time * 4)] += 1
    by_count = Exits(grid, counts, once.longest)
    for other in (again, by_count):
        for made in ({}, {"of": [QUIET, OUTSIDE]}):
            one, two = life_table(once, **made), life_table(other, **made)
            for name in ("times", "ended", "exposed", "survival", "low", "high", "watched", "remaining"):
                np.testing.assert_array_equal(getattr(one, name), getattr(two, name))
            assert one.longest == two.longest
        ours, theirs = cumulative_incidence(once), cumulative_incidence(other)
        for ending in ours:
            for name in ("times", "share", "standard_error"):
                np.testing.assert_array_equal(getattr(ours[ending], name), getattr(theirs[ending], name))


def test_a_curve_of_ended_or_not_is_that_of_any_ending() -> None:
    times, endings = np.array([each for each, _ in MIXED], float), np.array([each for _, each in MIXED])
    one, two = kaplan_meier(times, endings != ONGOING), life_table(exits(MIXED))
    assert one.survival.tolist() == two.survival.tolist()
    assert one.watched.tolist() == two.watched.tolist() == [1, 2, 3, 4]
    assert one.remaining.tolist() == two.remaining.tolist() == [6, 5, 2, 1]
