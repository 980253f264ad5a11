"""The hazard by age: by hand, by theory, and where there is nothing to tell."""

import math

import numpy as np
import pytest
from scipy import stats
from scipy.integrate import quad

from relsim.analysis.estimate import Z95
from relsim.analysis.hazard import MOMENTS, Hazard, constant_hazard, smoothed_hazard
from relsim.analysis.survival import Exits, exits_of
from relsim.vocabulary import Ending
from tests.bounds import ALPHA

QUIET, HOSTILE, ONGOING = Ending.QUIET_EXIT, Ending.HOSTILE_EXIT, Ending.ONGOING

DAYS = 365


def exits(times: list[float] | np.ndarray, endings: list[Ending] | np.ndarray) -> Exits:
    return exits_of(np.array(times, float), np.array(endings, int))


def lived(lives: int, rate: float, horizon: float, seed: int) -> Exits:
    """Return lives that end at a constant rate, some otherwise than others, and are watched until a horizon."""
    rng = np.random.default_rng(seed)
    times = rng.exponential(1 / rate, lives)
    endings = np.where(times > horizon, ONGOING, rng.choice([QUIET, HOSTILE], lives, p=[0.7, 0.3]))
    return exits(np.minimum(times, horizon), endings)


@pytest.fixture
def few() -> Exits:
    endings = [QUIET, QUIET, HOSTILE, ONGOING, ONGOING, QUIET, HOSTILE, ONGOING]
    return exits([0.5, 1.0, 1.0, 1.0, 1.5, 2.0, 3.0, 4.0], endings)


def kernel(u: float) -> float:
    return 0.75 * (1 - u * u) if abs(u) < 1 else 0.0


def test_the_hazard_is_events_over_years_at_risk_both_seen_through_the_kernel(few: Exits) -> None:
    """The years at risk by numerical integration of the kernel over those at risk, and not by its integral."""
    width = 0.8
    found = smoothed_hazard(few, bandwidth=width)
    assert (found.bandwidth, len(found.times), found.times[0], found.times[-1]) == (width, MOMENTS, 0, 4)
    at_risk = [(0.5, 8), (1.0, 7), (1.5, 4), (2.0, 3), (3.0, 2), (4.0, 1)]  # until when, how many
    events = {0.5: 1, 1.0: 2, 2.0: 1, 3.0: 1}
    for place in (0, 3, 15, 30, 40, 61, 90, 110, MOMENTS - 1):
        time, since, years = found.times[place], 0.0, 0.0
        for until, watched in at_risk:
            edges = [edge for edge in (time - width, time + width) if since < edge < until]
            years += watched * quad(lambda s, t=time: kernel((t - s) / width) / width, since, until, points=edges)[0]
            since = until
        weights = {when: kernel((time - when) / width) / width for when in events}
        rate = sum(count * weights[when] for when, count in events.items()) / years
        assert found.rate[place] == pytest.approx(rate, rel=1e-9)
        if rate > 0:
            error = math.sqrt(sum(count * weights[when] ** 2 for when, count in events.items())) / years
            assert found.low[place] == pytest.approx(rate * math.exp(-Z95 * error / rate), rel=1e-9)
            assert found.high[place] == pytest.approx(rate * math.exp(Z95 * error / rate), rel=1e-9)
        else:  # nobody ended so near: how sure that is no normal law says
            assert np.isnan([found.low[place], found.high[place]]).all()
    assert found.rate[-1] == 0


def test_the_constant_hazard_is_events_over_years(few: Exits) -> None:
    found = smoothed_hazard(few)
    assert (found.constant, found.constant_low, found.constant_high) == found.null
    assert found.null.value == pytest.approx(5 / 14)
    assert smoothed_hazard(few, of=[HOSTILE]).null.value == pytest.approx(2 / 14)


@pytest.mark.parametrize(("events", "years"), [(0, 3.0), (1, 0.5), (5, 14.0), (400, 1000.0)])
def test_the_interval_of_the_constant_hazard_is_garwoods(events: int, years: float) -> None:
    """At its ends so many events, or more, or fewer, have a probability of 2.5 %: summed, not by chi-square."""
    found = constant_hazard(events, years)
    assert found.value == events / years
    assert stats.poisson.cdf(events, found.high * years) == pytest.approx(0.025)
    if events:
        assert stats.poisson.sf(events - 1, found.low * years) == pytest.approx(0.025)
    else:
        assert found.low == 0
        assert found.high == pytest.approx(-math.log(0.025) / years)


def test_where_the_hazard_is_constant_it_is_unbiased_at_every_age() -> None:
    """With a million lives a bias of 2.5 % at the start, 2.5 % in the middle and 5 % at the end would be caught.

    What a life adds to the events, less the hazard times what it adds to the years at risk, has mean 0, a variance that
    is known, and a bound: Bernstein's inequality holds for their sum, and for the years at risk from below.
    """
    lives, rate, horizon, width = 1_000_000, 0.3, 5.0, 0.5
    found = smoothed_hazard(lived(lives, rate, horizon, 11), bandwidth=width)
    odds = math.log(3 * MOMENTS / ALPHA)
    bounds = []
    for time in found.times:
        near = max(0.0, time - width), min(horizon, time + width)
        seen = quad(lambda s, t=time: kernel((t - s) / width) / width * math.exp(-rate * s), *near)[0]
        variance = rate * quad(lambda s, t=time: (kernel((t - s) / width) / width) ** 2 * math.exp(-rate * s), *near)[0]
        most = 0.75 / width + rate
        sure = most * odds / 3 + math.sqrt((most * odds / 3) ** 2 + 2 * lives * variance * odds)
        bounds.append(sure / (lives * seen - math.sqrt(2 * lives * seen * odds)))
    assert bounds[0] < 0.025 * rate
    assert bounds[MOMENTS // 2] < 0.025 * rate
    assert bounds[-1] < 0.05 * rate
    assert np.all(np.abs(found.rate - rate) <= bounds)


def test_a_change_of_the_unit_of_time_changes_nothing_else() -> None:
    once = lived(500, 0.3, 5.0, 12)
    twice = Exits(once.times * 2, once.counts, once.longest * 2)
    one, two = smoothed_hazard(once), smoothed_hazard(twice)
    assert two.bandwidth == 2 * one.bandwidth
    assert two.times.tolist() == (one.times * 2).tolist()
    assert two.null == pytest.approx(tuple(each / 2 for each in one.null), rel=1e-14)
    for name in ("rate", "low", "high"):
        np.testing.assert_allclose(getattr(two, name), getattr(one, name) / 2, rtol=1e-13)


def test_counting_by_day_changes_little() -> None:
    """By at most three days over the bandwidth, as the slope of the kernel is at most twice its height over it."""
    exact = lived(2000, 0.3, 5.0, 13)
    day = np.ceil(exact.times * DAYS).astype(int)
    counts = np.zeros((len(Ending), 5 * DAYS + 1), np.int64)
    np.add.at(counts.T, day, exact.counts.T)
    one, two = smoothed_hazard(exact), smoothed_hazard(Exits(np.arange(5 * DAYS + 1) / DAYS, counts, exact.longest))
    slack = 3 / DAYS / one.bandwidth
    assert 0 < slack < 0.03
    for name in ("rate", "low", "high"):
        np.testing.assert_allclose(getattr(two, name), getattr(one, name), rtol=slack)
    years = np.sum(exact.counts.sum(axis=0) * exact.times)
    assert one.null.value * years / (years + exact.counts.sum() / DAYS) <= two.null.value <= one.null.value


def test_the_bandwidth_shrinks_with_the_fifth_root_of_events() -> None:
    made = lived(500, 0.3, 5.0, 14)
    many = Exits(made.times, made.counts * 32, made.longest)
    one, two = smoothed_hazard(made), smoothed_hazard(many)
    assert two.bandwidth == pytest.approx(one.bandwidth / 2)
    assert one.bandwidth == pytest.approx(0.35 * 5.0 / made.ended().sum() ** 0.2)
    # and with the same bandwidth only the interval shrinks
    same = smoothed_hazard(many, bandwidth=one.bandwidth)
    np.testing.assert_allclose(same.rate, one.rate)
    np.testing.assert_allclose(np.log(same.high / same.low), np.log(one.high / one.low) / math.sqrt(32))


def test_hazards_of_all_endings_sum_to_the_hazard() -> None:
    made = lived(500, 0.3, 5.0, 15)
    whole = smoothed_hazard(made, bandwidth=0.5)
    parts = [smoothed_hazard(made, of=[ending], bandwidth=0.5) for ending in (QUIET, HOSTILE)]
    np.testing.assert_allclose(parts[0].rate + parts[1].rate, whole.rate, rtol=1e-12)
    assert parts[0].null.value + parts[1].null.value == pytest.approx(whole.null.value)
    assert np.all(parts[0].rate > parts[1].rate)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("times", "endings", "null"),
    [
        ([], [], None),
        ([0.0, 0.0], [QUIET, ONGOING], None),
        ([0.0], [ONGOING], None),
        ([2.0, 3.0], [ONGOING, ONGOING], 0.0),
    ],
    ids=["nobody", "no time", "neither", "no events"],
)
def test_where_nothing_is_to_be_told_nothing_is_told(
    times: list[float], endings: list[Ending], null: float | None
) -> None:
    found = smoothed_hazard(exits(times, endings))
    assert found.times.shape == found.rate.shape == (MOMENTS,)
    assert np.isnan([found.rate, found.low, found.high]).all()
    assert math.isnan(found.bandwidth)
    assert (found.null.value if found.null.known else None) == null
    assert found.times[-1] == max(times, default=0.0)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("times", [[3.0], [0.0, 3.0], [1e-9, 3.0], [3.0] * 50])
def test_few_events_make_no_warnings(times: list[float]) -> None:
    found: Hazard = smoothed_hazard(exits(times, [QUIET] * len(times)))
    known = ~np.isnan(found.low)
    assert known.any()
    assert np.all((found.low < found.rate)[known] & (found.rate < found.high)[known])
    assert np.all(found.rate[~known] == 0)
