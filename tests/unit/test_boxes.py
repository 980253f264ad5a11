"""Boxes: the best limit by brute force, planted boxes found again, and no box where there is only luck."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from relsim.analysis.estimate import wilson
from relsim.lab.discovery.axes import Axis
from relsim.lab.discovery.boxes import MOST, Box, Limit, grow
from relsim.lab.discovery.regions import Bound, balanced, in_percent, regions
from tests.bounds import ALPHA

WORLDS = 2000


def uniform(seed: int, axes: int, worlds: int = WORLDS) -> np.ndarray:
    return np.random.default_rng(seed).random((worlds, axes))


@given(seed=st.integers(0, 10_000), weight=st.sampled_from([0.25, 0.5, 1.0, 2.0]))
@settings(max_examples=25)
def test_a_single_limit_is_the_best_of_all(seed: int, weight: float) -> None:
    axes = uniform(seed, 4, 200)
    wins = (axes[:, 1] > 0.6) & (np.random.default_rng(seed + 1).random(200) < 0.8)

    def score(limit: Limit) -> float:
        inside = limit.holds(axes)
        if not inside.any() or not wins[inside].any():
            return 0.0
        density, coverage = wins[inside].mean(), wins[inside].sum() / wins.sum()
        return float((1 + weight**2) * density * coverage / (weight**2 * density + coverage))

    places = np.quantile(axes, np.arange(1, 20) / 20, axis=0)
    every = [Limit(axis, above, float(at)) for axis in range(4) for at in places[:, axis] for above in (True, False)]
    (limit,) = grow(axes, wins, weight, most=1).limits
    assert score(limit) == pytest.approx(max(map(score, every)), rel=1e-12)


@given(
    seed=st.integers(0, 10_000),
    sides=st.lists(st.tuples(st.booleans(), st.integers(6, 14)), min_size=1, max_size=MOST),
)
@settings(max_examples=25)
def test_a_planted_box_is_found_exactly(seed: int, sides: list[tuple[bool, int]]) -> None:
    axes = uniform(seed, 12)
    planted = Box(
        tuple(
            Limit(3 * place, above, float(np.quantile(axes[:, 3 * place], part / 20)))
            for place, (above, part) in enumerate(sides)
        )
    )
    wins = planted.holds(axes)
    found = grow(axes, wins)
    assert set(found.limits) == set(planted.limits)
    assert np.array_equal(found.holds(axes), wins)


def test_a_planted_box_is_found_through_noise() -> None:
    axes = uniform(1, 30)
    inside = (axes[:, 3] > 0.6) & (axes[:, 7] <= 0.5)
    luck = np.random.default_rng(2).random(WORLDS)
    wins = np.where(inside, luck < 0.85, luck < 0.04)
    limits = {(each.axis, each.above): each.at for each in grow(axes, wins).limits}
    assert set(limits) == {(3, True), (7, False)}
    assert limits[3, True] == pytest.approx(0.6, abs=0.06)
    assert limits[7, False] == pytest.approx(0.5, abs=0.06)


def test_a_broad_box_covers_more_and_a_narrow_one_is_denser() -> None:
    axes = uniform(3, 10)
    wins = np.random.default_rng(4).random(WORLDS) < axes[:, 2] ** 3
    held = [grow(axes, wins, weight).holds(axes) for weight in (2.0, 1.0, 0.5, 0.25)]
    coverage = [wins[inside].sum() / wins.sum() for inside in held]
    density = [wins[inside].mean() for inside in held]
    assert coverage == sorted(coverage, reverse=True)
    assert density == sorted(density)
    assert density[0] < density[-1]


def test_luck_alone_makes_hardly_ever_a_box() -> None:
    # at most one in twenty is promised, so of 120 not more than 19 but once in a thousand million times
    made = 0
    for seed in range(120):
        axes = uniform(seed, 40, 500)
        wins = np.random.default_rng(1000 + seed).random(500) < 0.1
        made += bool(grow(axes, wins).limits)
    assert made <= binom.isf(ALPHA, 120, 0.05)


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_where_nothing_or_everything_is_a_win_there_is_no_box(share: float) -> None:
    assert grow(uniform(5, 3), np.full(WORLDS, bool(share))) == Box()


AXES = (
    Axis("world.evidence", "share of belief", ""),
    Axis("average-margin", "average margin", "contract values", "what a pair earns"),
)


def test_regions_are_judged_on_the_other_half() -> None:
    columns = uniform(6, 2)
    wins = (columns[:, 0] > 0.7) & (columns[:, 1] <= 0.4)
    gain = np.where(wins, 2.0, -1.0)
    found = regions(AXES, columns, wins, wins.astype(float), gain, seed=9)
    region = balanced(found)
    assert {(bound.axis.name, bound.above) for bound in region.bounds} == {
        ("world.evidence", True),
        ("average-margin", False),
    }
    fitting = np.zeros(WORLDS, bool)
    fitting[np.random.default_rng(9).permutation(WORLDS)[: WORLDS // 2]] = True
    inside = np.ones(WORLDS, bool)
    for bound in region.bounds:
        column = columns[:, AXES.index(bound.axis)]
        inside &= column > bound.at if bound.above else column <= bound.at
    judged = inside & ~fitting
    assert region.worlds == inside.sum()
    assert list(region.density) == pytest.approx(list(wilson(wins[judged].mean(), int(judged.sum()))))
    assert region.coverage.value == pytest.approx(wins[judged].sum() / wins[~fitting].sum())
    assert region.gain.value == pytest.approx(gain[judged].mean())
    assert region.fitted[0] == pytest.approx(wins[inside & fitting].mean())
    assert region.fitted[1] == pytest.approx(wins[inside & fitting].sum() / wins[fitting].sum())
    assert str(Bound(AXES[1], False, 0.41234)) == "average margin up to 0.412 contract values"
    assert region.glossary == "average margin is what a pair earns"


def test_regions_that_are_worse_in_both_respects_are_left_out() -> None:
    columns = uniform(7, 2)
    wins = np.random.default_rng(8).random(WORLDS) < 0.9 * (columns[:, 0] > 0.5)
    found = regions(AXES, columns, wins, wins.astype(float), wins.astype(float), seed=1)
    assert found
    for one in found:
        assert not any(
            one.fitted != other.fitted and one.fitted[0] <= other.fitted[0] and one.fitted[1] <= other.fitted[1]
            for other in found
        )


def test_a_share_is_told_with_its_interval() -> None:
    assert in_percent(wilson(0.25, 100)) == "25.0 % [17.5 %, 34.3 %]"
    assert in_percent(wilson(0.25, 100), 0) == "25 % [18 %, 34 %]"
