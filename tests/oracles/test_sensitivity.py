"""Sensitivity indices against functions and worlds in which they are known exactly, through the whole pipeline.

The tolerance of .005 is twice what twenty other seeds of a design of 2^14 points missed by at most; independent points
would need about a hundred thousand for it.
"""

import math

import numpy as np
import pytest

from relsim.lab.factors import factor
from relsim.lab.sensitivity import Effect, Morris, Sobol, effects_of, sensitivity
from tests.worlds import priced

BASE = 2**14


def ishigami(shares: np.ndarray, a: float = 7.0, b: float = 0.1) -> np.ndarray:
    """Return the function of Ishigami and Homma (1990) on [-pi, pi]^3."""
    x, y, z = np.pi * (2.0 * shares.T - 1.0)
    found: np.ndarray = np.sin(x) + a * np.sin(y) ** 2 + b * z**4 * np.sin(x)
    return found


WEIGHTS = np.array([0.0, 0.5, 3.0, 9.0, 99.0, 99.0])


def g_function(shares: np.ndarray) -> np.ndarray:
    """Return the g-function of Saltelli and Sobol (1995)."""
    found: np.ndarray = np.prod((np.abs(4.0 * shares - 2.0) + WEIGHTS) / (1.0 + WEIGHTS), axis=1)
    return found


def test_the_indices_of_ishigamis_function_and_of_the_g_function() -> None:
    first, second = (
        effects_of(Sobol(("x", "y", "z"), BASE, seed=3), lambda shares: ishigami(shares)[:, None])[0],
        effects_of(Sobol(tuple("abcdef"), BASE, seed=3), lambda shares: g_function(shares)[:, None])[0],
    )
    assert [each.alone.value for each in first] == pytest.approx([0.31391, 0.44241, 0.0], abs=0.005)
    assert [each.total.value for each in first] == pytest.approx([0.55759, 0.44241, 0.24368], abs=0.005)
    own = 1.0 / (3.0 * (1.0 + WEIGHTS) ** 2)
    whole = np.prod(1.0 + own) - 1.0
    assert [each.alone.value for each in second] == pytest.approx(own / whole, abs=0.005)
    total = own * np.prod(1.0 + own) / (1.0 + own) / whole
    assert [each.total.value for each in second] == pytest.approx(total, abs=0.005)
    # the bootstrap does not know how evenly the points lie, so that its intervals are on the safe side
    assert all(each.total.low < exact < each.total.high for each, exact in zip(second[:4], total, strict=False))


def test_numbers_that_are_told_together_have_the_index_of_their_set() -> None:
    method = Sobol(tuple("abcdef"), BASE, seed=3, groups=("a", "b", *["the rest"] * 4))
    (found,) = effects_of(method, lambda shares: g_function(shares)[:, None])
    own = 1.0 / (3.0 * (1.0 + WEIGHTS) ** 2)
    whole = np.prod(1.0 + own) - 1.0
    rest = np.prod(1.0 + own[2:]) - 1.0
    assert [each.number for each in found] == ["a", "b", "the rest"]
    assert found[2].alone.value == pytest.approx(rest / whole, abs=0.005)
    assert found[2].total.value == pytest.approx(rest * (1.0 + own[0]) * (1.0 + own[1]) / whole, abs=0.005)


def test_several_outputs_have_effects_of_their_own() -> None:
    def both(shares: np.ndarray) -> np.ndarray:
        return np.column_stack([ishigami(shares), 3.0 * shares[:, 2], np.ones(len(shares))])

    first, second, third = effects_of(Sobol(("x", "y", "z"), 2**10), both)
    assert first == effects_of(Sobol(("x", "y", "z"), 2**10), lambda shares: both(shares)[:, :1])[0]
    assert [each.total.value for each in second] == pytest.approx([0.0, 0.0, 1.0], abs=0.005)
    assert [each.total.value for each in third] == [0.0, 0.0, 0.0]


@pytest.mark.parametrize("trajectories", [2, 10])
def test_elementary_effects_of_a_straight_line_are_its_slopes(trajectories: int) -> None:
    slopes = np.array([1.0, -2.0, 0.5, 0.0])
    (found,) = effects_of(Morris(tuple("abcd"), trajectories), lambda shares: (shares @ slopes)[:, None])
    assert [each.alone.value for each in found] == pytest.approx(slopes, abs=1e-12)
    assert [each.total.value for each in found] == pytest.approx(abs(slopes), abs=1e-12)
    assert [each.sigma for each in found] == pytest.approx([0.0] * 4, abs=1e-12)


def test_interplay_shows_in_the_spread_of_elementary_effects() -> None:
    def product(shares: np.ndarray) -> np.ndarray:
        return (shares[:, 0] * shares[:, 1])[:, None]

    (found,) = effects_of(Morris(("a", "b"), 500, seed=2), product)
    # the effect of one is what the other is: a third and two thirds, 0 and 1, each as often
    for each in found:
        assert each.alone.value == each.total.value
        assert abs(each.total.value - 0.5) < 6.2 * math.sqrt(5 / 36 / 500)  # alpha 1e-9
        assert each.sigma == pytest.approx(math.sqrt(5 / 36), rel=0.12)  # 6.7 standard errors


NET = {"announcement_value": 2 * 0.1, "launch_cost.client": -0.45, "launch_cost.supplier": -0.45}
"""How far the net of both firms moves over the range of each number in a world that lasts a moment: both gain what an
announcement is worth, and each pays its launch.
"""

WORLD = priced("announcement_value", "launch_cost")


def by_name(effects: tuple[Effect, ...]) -> dict[str, Effect]:
    return {each.number.removeprefix("world."): each for each in effects}


def test_lives_of_a_world_that_is_a_straight_line() -> None:
    found = sensitivity(WORLD, method="morris", worlds=4 * 5, pairs=2)
    (about,) = found.about
    effects = by_name(about.effects)
    assert effects.keys() == NET.keys()
    for name, slope in NET.items():
        assert effects[name].alone.value == pytest.approx(slope, abs=1e-7)  # the world lasts 1e-9 years
        assert effects[name].sigma == pytest.approx(0.0, abs=1e-7)
    assert about.noise < 1e-12


def test_lives_have_the_shares_of_the_variance_that_follow_from_the_slopes() -> None:
    free = [factor(f"world.{name}") for name in NET]
    (about,) = sensitivity(WORLD, free=free, worlds=5 * 256, pairs=2).about
    squares = np.array([slope * slope for slope in NET.values()])
    shares = squares / squares.sum()
    assert [each.total.value for each in about.effects] == pytest.approx(shares, abs=0.01)
    assert [each.alone.value for each in about.effects] == pytest.approx(shares, abs=0.05)
    assert about.spread**2 == pytest.approx(squares.sum() / 12, rel=0.03)
    assert about.mean == pytest.approx(0.1 - 2 * 0.275, abs=0.01)
