"""The Pareto front, against comparing every arm with every other one by hand."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from relsim.drawing.front import corner
from relsim.lab.front import dominated, surely_dominated

FEW = st.integers(-3, 3).map(float)
"""Few values, so that ties are common."""

POINTS = st.tuples(st.integers(1, 12), st.integers(2, 4)).flatmap(lambda shape: arrays(float, shape, elements=FEW))


def beats(one: np.ndarray, other: np.ndarray) -> bool:
    pairs = list(zip(one, other, strict=True))
    return all(a >= b for a, b in pairs) and any(a > b for a, b in pairs)


@given(POINTS)
def test_an_arm_is_dominated_where_another_one_beats_it(points: np.ndarray) -> None:
    by_hand = [any(beats(other, one) for other in points) for one in points]
    assert dominated(points).tolist() == by_hand
    assert not all(by_hand)


@given(POINTS, st.integers(0, 2**32 - 1))
def test_without_noise_dominated_for_certain_is_dominated(points: np.ndarray, seed: int) -> None:
    still = np.zeros((*points.shape, 8))
    better = surely_dominated(points, still, 0.95)
    assert better.any(axis=1).tolist() == dominated(points).tolist()
    noisy = np.random.default_rng(seed).normal(size=still.shape)
    assert not (surely_dominated(points, noisy - noisy.mean(axis=2, keepdims=True), 0.95) & ~better).any()


@given(POINTS)
def test_what_is_not_known_dominates_none_and_is_dominated_by_none(points: np.ndarray) -> None:
    points[0, 0] = np.nan
    assert not dominated(points)[0]
    assert dominated(points)[1:].tolist() == dominated(points[1:]).tolist()
    better = surely_dominated(points, np.zeros((*points.shape, 8)), 0.95)
    assert not better[0].any()
    assert not better[:, 0].any()


@given(POINTS, st.sampled_from([1.0, -1.0]), st.sampled_from([1.0, -1.0]))
def test_the_line_goes_through_the_arms_that_none_beats_in_two_measures(points: np.ndarray, x: float, y: float) -> None:
    two, signs = points[:, :2], np.array([x, y])
    line = corner(two, signs)
    on = {tuple(point) for point, off in zip(two.tolist(), dominated(two * signs), strict=True) if not off}
    assert {tuple(point) for point in two[line].tolist()} == on
    assert len(line) == len(on)
