"""The calibrated worlds: they meet the published figures, and so do the others that are kept beside them."""

import pytest

import relsim
from relsim.lab.calibrate import FREE
from relsim.lab.factors import factor_read, number_at
from relsim.lab.lives import live_pairs
from relsim.lab.robustness import POINTS, known_robustness
from relsim.lab.targets import hold_against, read_targets, targets_for
from relsim.lab.worlds import also_fitting, world_name
from relsim.scenario.files import bundled, worlds

PAIRS, SEED = 1024, 1
"""What the worlds were calibrated with (docs/worlds.py)."""


def test_there_are_two_worlds_and_the_rest_is_based_on_them() -> None:
    assert worlds() == ("gentle", "gloomy")
    assert {relsim.load_scenario(name).based_on for name in bundled() if name not in worlds()} == set(worlds())
    assert [world_name(relsim.load_scenario(name)) for name in worlds()] == list(worlds())


@pytest.mark.parametrize("name", ["gloomy", "gentle"])
def test_a_world_meets_every_target_with_other_luck(name: str) -> None:
    fit = hold_against(
        targets_for(name, read_targets()), live_pairs(relsim.load_scenario(name), 8192, 3), pairs=8192, seed=3
    )
    assert fit.met, fit


@pytest.mark.parametrize("name", ["gloomy", "gentle"])
def test_what_is_kept_as_fitting_fits(name: str) -> None:
    targets = targets_for(name, read_targets())
    asked = relsim.load_scenario(name)
    others = also_fitting(asked, 5)
    assert len(also_fitting(asked)) == 200
    for other in others:
        assert other.world != asked.world
        assert hold_against(targets, live_pairs(other, PAIRS, SEED), pairs=PAIRS, seed=SEED).met


@pytest.mark.parametrize("name", ["gloomy", "gentle"])
def test_calibrated_numbers_lie_in_the_ranges_that_were_searched(name: str) -> None:
    asked = relsim.load_scenario(name)
    for text in FREE:
        each = factor_read(text)
        assert each.low <= number_at(asked, each.name) <= each.high


def test_numbers_that_a_scenario_writes_itself_stay_in_the_other_worlds() -> None:
    asked = relsim.load_scenario("it-outsourcing")
    others = also_fitting(asked, 3)
    assert len(others) == 3
    for other in others:
        assert other.world.candour == asked.world.candour
        assert other.world.headcount == asked.world.headcount
        assert other.world.evidence != asked.world.evidence
    own = relsim.load_scenario("it-outsourcing", set=["based_on=gentle", "world.evidence=0.3"])
    assert all(other.world.evidence == own.world.evidence for other in also_fitting(own, 3))


@pytest.mark.parametrize("name", relsim.bundled())
def test_how_firm_headlines_are_is_known_of_every_bundled_scenario(name: str) -> None:
    known = known_robustness(relsim.load_scenario(name))
    assert known is not None, "its numbers or the rules have changed: python docs/worlds.py --only robustness"
    assert known.points == POINTS
    assert known_robustness(relsim.load_scenario(name, set=["world.optimism=0.01"])) is None
