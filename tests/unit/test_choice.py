"""Choosing without knowing the world: regret and worst worlds by hand, the rule, and never."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from relsim.errors import ScenarioError
from relsim.lab.choice import ARMS_MOST, choose, chosen_of, regrets, standings_of, with_policies, worst
from relsim.lab.discovery import discover
from relsim.lab.discovery.worlds import Lived
from tests.worlds import priced, scenario


def certain(arms: tuple[str, ...], values: Any, more_is_better: bool = True) -> Lived:
    """Return worlds in which every arm has a value without noise."""
    whole = np.array(values, float)
    spread = np.zeros((len(whole), len(arms), len(arms)))
    return Lived(arms, more_is_better, whole, np.stack([whole, whole]), spread)


TABLE = [
    [1.0, 0.0, 2.0],
    [0.0, 3.0, 2.0],
    [-4.0, 1.0, 0.5],
]


def test_regret_is_what_the_best_arm_of_a_world_brings_more() -> None:
    assert regrets(np.array(TABLE)).tolist() == [[1.0, 2.0, 0.0], [3.0, 0.0, 1.0], [5.0, 0.0, 0.5]]


def test_the_worst_tenth_is_a_mean_over_the_worst_worlds_of_each_arm() -> None:
    values = np.array([np.arange(20.0), -np.arange(20.0)]).T
    assert worst(values).tolist() == [0.5, -18.5]
    assert worst(values[:3]).tolist() == [0.0, -2.0]  # of three worlds it is one


def test_arms_stand_as_they_do_by_hand() -> None:
    one, two, three = standings_of(certain(("a", "b", "c"), TABLE))
    assert one.expected.value == pytest.approx(-1.0)
    assert one.worst_tenth.value == -4.0
    assert one.tenth.value == pytest.approx(-3.2)
    assert one.regret.value == pytest.approx(3.0)
    assert one.regret_high.value == pytest.approx(4.6)
    assert one.regret_most.value == 5.0
    assert two.best.value == pytest.approx(2 / 3)
    assert three.best.value == pytest.approx(1 / 3)
    assert three.regret.value == pytest.approx(0.5)
    assert one.loses is None


def test_never_stands_beside_the_arms() -> None:
    found = {each.arm: each for each in standings_of(certain(("a",), [[1.0], [2.0], [-7.0], [-1.0]]).beside_never())}
    assert found["a"].loses is not None
    assert found["a"].loses.value == 0.5
    assert found["never"].loses is None
    assert found["never"].best.value == 0.5
    assert found["never"].regret_most.value == 2.0
    assert found["never"].expected.value == 0.0


def test_losses_keep_their_sign_and_less_of_them_is_better() -> None:
    one, two = standings_of(certain(("a", "b"), [[1.0, 2.0], [5.0, 2.0]], more_is_better=False))
    assert one.expected.value == 3.0
    assert one.worst_tenth.value == 5.0
    assert (one.regret_most.value, two.regret_most.value) == (3.0, 1.0)
    assert one.best.value == 0.5


def test_the_least_regret_of_one_world_in_ten_is_chosen() -> None:
    worlds = np.random.default_rng(1).random((200, 1))
    # b is worth less on average, but a is regretted much in a fifth of the worlds
    values = np.hstack([np.where(worlds < 0.2, -1.0, 1.0), np.full((200, 1), 0.5)])
    lived = certain(("a", "b"), values)
    a, b = standings_of(lived)
    assert a.expected.value > b.expected.value
    assert (a.regret_high.value, b.regret_high.value) == (1.5, 0.5)
    assert chosen_of(lived) == "b"


def test_of_arms_that_cannot_be_told_apart_the_one_worth_most_is_chosen() -> None:
    luck = np.random.default_rng(2)
    values = luck.normal(size=(100, 2)) + np.array([0.3, 0.0])
    assert chosen_of(certain(("a", "b"), values)) == "a"
    assert chosen_of(certain(("b", "a"), values[:, ::-1])) == "a"
    same = np.repeat(luck.normal(size=(100, 1)), 2, axis=1)
    assert chosen_of(certain(("a", "b"), same)) == "a"


def test_a_choice_is_told_with_where_it_is_wrong() -> None:
    # each firm pays .02 and gets the announcement's value, between 0 and .1: it pays in four fifths of the worlds
    asked = priced(launch_cost=0.02)
    found = choose(asked, free=["world.announcement_value=0:0.1", "world.evidence"], worlds=512, pairs=4)
    assert found.chosen == found.begun == "deal-first"
    assert found.wrong == pytest.approx(0.2, abs=0.01)
    assert found.of("deal-first").expected.value == pytest.approx(0.06, abs=0.001)
    assert found.of("deal-first").regret.value == pytest.approx(0.2 * 0.02, abs=0.0005)
    assert found.of("deal-first").regret_high.value == pytest.approx(0.02, abs=0.001)
    assert found.of("never").best.value == pytest.approx(0.2, abs=0.01)
    assert found.begun_regret.value == 0.0
    told = " ".join(found.said())
    assert told.startswith("Choose deal-first: in nine of ten of 512 plausible worlds one regrets that by at most 0.02")
    assert "some other arm is clearly better. Where: what an announcement is worth to each firm, once up to 0.0" in told
    assert "deal-first (chosen)" in str(found)
    assert set(found.to_frame()["arm"]) == {"deal-first", "never"}
    assert found.plot().get_title("left") == "What one regrets in how many worlds"


def test_never_is_chosen_where_beginning_ruins() -> None:
    asked = priced().model_copy(update={"arms": scenario().arms})
    found = choose(asked, free=["world.launch_cost=0.05:0.5", "world.evidence"], worlds=64, pairs=4)
    assert found.chosen == "never"
    assert found.begun in ("deal-first", "feasibility-first")
    assert "Choose never to begin" in found.said()[0]
    assert f"If the firms begin in any case, choose {found.begun}" in found.said()[1]


def test_loss_is_compared_without_never() -> None:
    found = choose(scenario(), "loss.joint", free=["world.break_even"], worlds=8, pairs=8)
    assert [each.arm for each in found.standings] == ["deal-first", "feasibility-first"]
    assert "worse than never" not in found.summary().columns
    assert found.of("deal-first").expected.value > 0.0


def test_a_choice_shares_its_store_with_a_discovery(tmp_path: Path) -> None:
    asked, free = scenario(), ["world.break_even", "world.optimism"]
    how: dict[str, Any] = {"free": free, "worlds": 8, "pairs": 8, "store": tmp_path / "kept"}
    discover(asked, **how)
    log = (tmp_path / "kept" / "cells.log").read_bytes()
    again = choose(asked, **how)
    assert (tmp_path / "kept" / "cells.log").read_bytes() == log
    assert again == choose(asked, free=free, worlds=8, pairs=8)


def test_policies_are_added_to_every_arm() -> None:
    asked, words = with_policies(scenario(), ["facilitator", "deal-broker"], 1)
    assert len(asked.arms) == len(words) == 6
    assert "facilitator" in str(asked.arms["deal-first-facilitator"].policies)
    assert not asked.arms["deal-first"].policies
    found = choose(scenario(), policies=["facilitator"], free=["world.break_even"], worlds=4, pairs=4)
    assert [each.arm for each in found.standings] == [
        "deal-first",
        "deal-first + facilitator",
        "feasibility-first",
        "feasibility-first + facilitator",
        "never",
    ]


def test_more_arms_than_a_scenario_may_have_are_refused() -> None:
    arms = {f"arm-{place}": {"launch": "deal-first", "kickoff": place % 4} for place in range(ARMS_MOST)}
    with pytest.raises(ScenarioError, match=f"at most {ARMS_MOST} arms"):
        choose(scenario(None, 10.0, **arms), policies=["facilitator"], worlds=4, pairs=4)


def test_one_arm_with_nothing_beside_it_is_no_choice() -> None:
    with pytest.raises(ScenarioError, match="net of somebody where there is one arm"):
        choose(scenario(None, 10.0, deal_first={"launch": "deal-first"}), "loss.joint", worlds=4, pairs=4)
