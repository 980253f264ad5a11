"""How firmly headlines hold: shares of other worlds, against worlds in which the share is known."""

import json
import math
from pathlib import Path

import pytest

from relsim.errors import ScenarioError
from relsim.experiment.run import run_experiment
from relsim.lab.robustness import Flip, Headline, Robustness, identity_of, read_robustness, robustness
from relsim.show.report import report
from tests.bounds import share_is
from tests.worlds import priced, scenario


def test_a_headline_that_holds_in_half_of_the_worlds_is_not_structural() -> None:
    # both firms together pay 0.1 and get twice the announcement's value, which lies between 0 and 0.1
    found = robustness(priced("announcement_value", launch_cost=0.05, announcement_value=0.02), 4096, 1)
    assert found.numbers == 1
    (headline,) = found.headlines
    assert headline.name == "pays.deal-first"
    assert headline.value == pytest.approx(-0.06, abs=1e-8)
    assert share_is(round(4096 * headline.holds), 4096, 0.5)
    assert not headline.structural
    assert headline.tag == "not structural"
    (flip,) = headline.flips
    assert flip.number == "world.announcement_value"
    assert flip.thirds[0] == 1.0
    assert flip.thirds[2] == 0.0
    assert str(flip) == "announcement_value above 0.0667 (holds in 0 %; below 0.0333 in 100 %)"
    assert "flips most with" in str(found)


def test_a_headline_that_flips_in_a_corner_is_structural() -> None:
    # costs of .05 to .5 each firm against gains of 0 to .1 each: more is won than paid in .0041 of the worlds,
    # the integral over v from 1/2 to 1 of ((.2 v - .1) / .45)^2 / 2
    found = robustness(priced("announcement_value", "launch_cost", launch_cost=0.2), 4096, 1)
    assert found.numbers == 3
    (headline,) = found.headlines
    share = 1.0 - 0.5 * (0.2 / 0.45) ** 2 * 0.5**3 / 3
    assert share_is(round(4096 * headline.holds), 4096, share)
    assert headline.structural
    assert {each.number for each in headline.flips} == {
        "world.announcement_value",
        "world.launch_cost.client",
        "world.launch_cost.supplier",
    }
    flip = next(each for each in headline.flips if each.number == "world.announcement_value")
    assert flip.thirds[0] == 1.0 > flip.thirds[2]


def test_what_is_zero_in_the_scenario_has_no_sign() -> None:
    free = priced("announcement_value", launch_cost=0.0, announcement_value=0.0, value=1e-6, break_even=0.0)
    asked = free.model_copy(update={"horizon": 0.0})
    found = robustness(asked, 16, 1)
    assert found.headlines[0].tag == "no sign"
    assert math.isnan(found.headlines[0].holds)
    assert "0 of 1 headlines are structural" in found.title


def test_the_share_that_is_needed_is_ninety_five_percent() -> None:
    assert Headline("n", "w", 1.0, 0.95, 100, ()).structural
    assert not Headline("n", "w", 1.0, 0.9499, 100, ()).structural


def test_it_is_known_only_for_the_very_same_scenario(tmp_path: Path) -> None:
    asked = priced("announcement_value", launch_cost=0.05)
    found = robustness(asked, 8, 1)
    path = tmp_path / "firm.json"
    path.write_text(found.written())
    assert read_robustness(path, asked) == found
    other = priced("announcement_value", launch_cost=0.06)
    assert identity_of(other) != identity_of(asked)
    with pytest.raises(ScenarioError, match="about this very scenario"):
        read_robustness(path, other)
    renamed = asked.model_copy(update={"title": "another title", "question": "?"})
    assert read_robustness(path, renamed) == found
    path.write_text(json.dumps([1]))
    with pytest.raises(ScenarioError, match="a file that relsim lab robustness"):
        read_robustness(path, asked)
    with pytest.raises(ScenarioError, match="a file that relsim lab robustness"):
        read_robustness(tmp_path / "none.json", asked)


def test_nothing_to_vary_and_no_worlds_are_refused() -> None:
    with pytest.raises(ScenarioError, match="at least one number that is an assumption"):
        robustness(priced(), 8, 1)
    with pytest.raises(ScenarioError, match="points: 0: a whole number from 1 on"):
        robustness(priced("announcement_value"), 0, 1)


def test_every_headline_of_two_arms_is_measured() -> None:
    found = robustness(scenario(), 4, 16)
    names = [each.name for each in found.headlines]
    assert names[:2] == ["pays.deal-first", "pays.feasibility-first"]
    assert {name.partition(".")[0] for name in names[2:]} == {
        "net",
        "loss",
        "loss-launched",
        "alive",
        "life",
        "leaving",
    }
    assert all(name.endswith(".feasibility-first") for name in names[2:])
    assert found == robustness(scenario(), 4, 16)
    assert len(found.to_frame()) == len(names)
    assert found.plot().get_title("left")


def test_a_report_calls_nothing_structural_that_was_not_tested() -> None:
    asked = scenario()
    results = run_experiment(asked, 50)
    untested = str(report(results))
    assert "that was not tested" in untested
    flip = Flip("world.evidence", 0.0, 0.3, (0.2, 0.5, 0.9))
    net = Headline("net.feasibility-first", "feasibility-first against deal-first: net", 0.1, 0.6, 4096, (flip,))
    pays = Headline("pays.deal-first", "deal-first against never: net", -1.0, 0.97, 4096, ())
    known = Robustness(asked.title, identity_of(asked), 4096, 256, 1, 150, (net, pays))
    told = str(report(results, known))
    assert "feasibility-first against deal-first is not structural (its sign holds in 60 % of the worlds, and" in told
    assert "flips with evidence below 0.1 (holds in 20 %; above 0.2 in 90 %)" in told
    assert "deal-first against never is structural (its sign holds in 97 % of the worlds)" in told
